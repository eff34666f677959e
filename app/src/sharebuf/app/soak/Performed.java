package sharebuf.app.soak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of a step.
 *
 * <p>Immutable.
 *
 * @param step what was done
 * @param frame at which frame it was begun; later than the step says when the one before took long
 * @param outcome how it ended
 * @param message in words
 * @param micros how long it took
 * @param faults that happened meanwhile, in whatever plug-in, by whoever's call
 * @param healed bundles that a fault had stopped, and that were started again
 */
record Performed(Step step, long frame, Outcome outcome, String message, long micros, List<String> faults, List<String> healed) {
    /** How a step ends. */
    enum Outcome {
        OK, REFUSED, FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the lists. */
    Performed {
        faults = List.copyOf(faults);
        healed = List.copyOf(healed);
    }

    /** The step as it can be read again, and what came of it. */
    String line() {
        return step + " | " + outcome + (frame > step.frame() + 1 ? " at " + frame : "")
                + String.format(Locale.ROOT, ", %.1f ms", micros / 1e3) + (message.isEmpty() ? "" : ": " + message)
                + (faults.isEmpty() ? "" : "; happened: " + String.join(", ", faults)) + (healed.isEmpty() ? "" : "; started again: " + String.join(", ", healed));
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("step", step.toString());
        map.put("frame", frame);
        map.put("outcome", outcome.toString());
        map.put("micros", micros);
        map.put("message", message);
        map.put("faults", faults);
        map.put("healed", healed);
        return map;
    }
}
