package sharebuf.app.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import sharebuf.app.cli.Output;

/**
 * What the swaps of a bundle took.
 *
 * <p>Immutable.
 *
 * @param bundle symbolic name
 * @param held for how long its seats were closed
 * @param adopted the part of it in which the successor adopted
 * @param longest the longest allocate and free of an application around each swap
 * @param count how many swaps
 * @param inFlight swaps at which calls were running in the old version when its seats were closed
 * @param met swaps at which calls were running then, or came while the seats were closed
 * @param underWay swaps at which such a call was running, or one of an application that goes through this bundle was anywhere on its way there or back
 * @param frames shown meanwhile
 */
record SwapReport(String bundle, Spread held, Spread adopted, Spread longest, int count, int inFlight, int met, int underWay, LateFrames.Count frames) {
    /** Goal: p99 of the switch at most this part of an update's median outage. */
    static final double GOAL = 0.1;

    /** Says the figures of all bundles, and the ratio of the first one's to an update's. */
    static void tell(List<SwapReport> swaps, Spread update, Output output) {
        output.say("\nupdate in place: outage " + update);
        for (SwapReport s : swaps) {
            output.say(s.bundle + ": " + s.count + " swaps; switch " + s.held + ", of which adopting " + s.adopted + "\n    longest allocate and free around it: " + s.longest
                    + "; calls in flight at " + s.inFlight + ", in flight or held at " + s.met + ", under way at " + s.underWay + "; " + s.frames);
        }
        if (!swaps.isEmpty()) {
            double ratio = (double) swaps.getFirst().held.at(0.99) / update.at(0.5);
            double seen = (double) swaps.getFirst().longest.at(0.99) / update.at(0.5);
            output.say(String.format(Locale.ROOT, "%s: p99 of the switch is %.3f of an update's median outage (goal %.1f: %s); of the longest call %.3f", swaps.getFirst().bundle, ratio, GOAL,
                    ratio <= GOAL ? "reached" : "missed", seen));
        }
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("bundle", bundle);
        map.put("count", count);
        map.put("switch", held.json());
        map.put("adopting", adopted.json());
        map.put("longestCall", longest.json());
        map.put("inFlight", inFlight);
        map.put("inFlightOrHeld", met);
        map.put("underWay", underWay);
        map.put("frames", frames.shown());
        map.put("late", frames.late());
        return map;
    }
}
