package sharebuf.app.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.cli.Refusals;
import sharebuf.buffer.Refusal;

/**
 * What became of a {@link Happening}.
 *
 * <p>Immutable.
 *
 * @param frame at which frame
 * @param action what was done
 * @param outcome how it ended
 * @param micros how long it took
 * @param bytesMoved bytes that were copied for it
 * @param message what happened, for people
 * @param allocator who served the request that was made afterwards; empty when none was made
 * @param refusal why not
 */
record Event(long frame, String action, Outcome outcome, long micros, long bytesMoved, String message, String allocator, Optional<Refusal> refusal) {
    /** How it ended. */
    enum Outcome {
        OK, REFUSED, FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Event of(Happening h, Outcome outcome, long micros, String message) {
        return new Event(h.frame(), h.toString(), outcome, micros, 0, message, "", Optional.empty());
    }

    static Event refused(Happening h, long micros, Refusal refusal) {
        return new Event(h.frame(), h.toString(), Outcome.REFUSED, micros, 0, refusal.message(), "", Optional.of(refusal));
    }

    Event moved(long bytes) {
        return new Event(frame, action, outcome, micros, bytes, message, allocator, refusal);
    }

    Event servedBy(String name, String more) {
        return new Event(frame, action, outcome, micros, bytesMoved, message + more, name, refusal);
    }

    Event probeRefused(Refusal why) {
        return new Event(frame, action, outcome, micros, bytesMoved, message + "; a request made now is refused", allocator, Optional.of(why));
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("frame", frame);
        map.put("action", action);
        map.put("outcome", outcome.toString());
        map.put("micros", micros);
        map.put("bytesMoved", bytesMoved);
        map.put("refusal", Refusals.json(refusal));
        map.put("message", message);
        map.put("allocator", allocator);
        return map;
    }
}
