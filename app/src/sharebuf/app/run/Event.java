package sharebuf.app.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sharebuf.app.cli.Refusals;
import sharebuf.buffer.Refusal;
import sharebuf.deployment.Deployer.Swapped;

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
 * @param swapped the figures of a swap
 */
record Event(long frame, String action, Outcome outcome, long micros, long bytesMoved, String message, String allocator, Optional<Refusal> refusal,
        Optional<Swapped> swapped) {
    /** How it ended. */
    enum Outcome {
        OK, REFUSED, FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Event of(Happening h, Outcome outcome, long micros, String message) {
        return new Event(h.frame(), h.toString(), outcome, micros, 0, message, "", Optional.empty(), Optional.empty());
    }

    static Event refused(Happening h, long micros, Refusal refusal) {
        return new Event(h.frame(), h.toString(), Outcome.REFUSED, micros, 0, refusal.message(), "", Optional.of(refusal), Optional.empty());
    }

    Event of(Swapped figures) {
        return new Event(frame, action, outcome, micros, bytesMoved, message, allocator, refusal, Optional.of(figures));
    }

    Event moved(long bytes) {
        return new Event(frame, action, outcome, micros, bytes, message, allocator, refusal, swapped);
    }

    Event servedBy(String name, String more) {
        return new Event(frame, action, outcome, micros, bytesMoved, message + more, name, refusal, swapped);
    }

    Event probeRefused(Refusal why) {
        return new Event(frame, action, outcome, micros, bytesMoved, message + "; a request made now is refused", allocator, Optional.of(why), swapped);
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
        swapped.ifPresent(s -> map.put("swap", json(s)));
        return map;
    }

    private static Map<String, Object> json(Swapped s) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bundle", s.bundle());
        map.put("from", s.from());
        map.put("to", s.to());
        map.put("seats", s.seats());
        map.put("heldMicros", s.heldMicros());
        map.put("adoptMicros", s.adoptMicros());
        map.put("inFlight", s.inFlight());
        map.put("held", s.held());
        return map;
    }
}
