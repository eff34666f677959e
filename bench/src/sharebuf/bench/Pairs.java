package sharebuf.bench;

import java.util.Arrays;

/**
 * Times of something and of its yardstick, as {@link Turns} takes them. Immutable.
 *
 * @param ours nanoseconds a call, one a round
 * @param yardstick the same of the yardstick
 */
record Pairs(double[] ours, double[] yardstick) {

    /** Quartiles of ours. */
    double[] nanos() {
        return RangeBench.quartiles(ours);
    }

    /** Quartiles of the yardstick. */
    double[] yardstickNanos() {
        return RangeBench.quartiles(yardstick);
    }

    /** Quartiles of the differences, round by round: what ours costs more. */
    double[] more() {
        double[] all = new double[ours.length];
        Arrays.setAll(all, i -> ours[i] - yardstick[i]);
        return RangeBench.quartiles(all);
    }

    /** Quartiles of the ratios, round by round. */
    double[] ratio() {
        double[] all = new double[ours.length];
        Arrays.setAll(all, i -> ours[i] / yardstick[i]);
        return RangeBench.quartiles(all);
    }
}
