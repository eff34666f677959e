package sharebuf.bench;

import java.util.Arrays;

/**
 * Times of something and of its yardstick, taken in turns: a round of one, a round of the other, and the other way about in the next, so
 * that what else the machine does meets both. Immutable.
 *
 * @param ours nanoseconds a call, one a round
 * @param yardstick the same of the yardstick
 */
record Pairs(double[] ours, double[] yardstick) {

    /** How long a round is at least: long enough for the clock to be of no weight, short enough to fit between two other things. */
    private static final long ROUND_NANOS = 2_000_000;

    /** Enough for the JIT's best compiler (10,000 loops and some), and for it to come round to it on a busy machine. */
    private static final long WARM_UP_CALLS = 30_000;
    private static final long WARM_UP_NANOS = 300_000_000;
    private static final long WARM_UP_NANOS_MOST = 10_000_000_000L;

    /** Work that can be done any number of times. */
    interface Work {
        /** Does it so many times. */
        void run(long calls);
    }

    /** Work that takes its time itself, because not all that it does is to be measured. */
    interface Timed {
        /** Does it so many times; nanoseconds that the measured part took. */
        long nanos(long calls);
    }

    private static Timed all(Work work) {
        return calls -> {
            long begin = System.nanoTime();
            work.run(calls);
            return System.nanoTime() - begin;
        };
    }

    /**
     * Measures.
     *
     * @param rounds at least 1
     * @param least fewest calls a round
     */
    static Pairs measure(int rounds, long least, Work ours, Work yardstick) {
        return measureParts(rounds, least, all(ours), all(yardstick));
    }

    /** The same for work that takes its time itself. */
    static Pairs measureParts(int rounds, long least, Timed ours, Timed yardstick) {
        long callsOfOurs = warm(ours, least);
        long callsOfYardstick = warm(yardstick, least);
        double[] a = new double[rounds];
        double[] b = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            if (i % 2 == 0) {
                b[i] = time(yardstick, callsOfYardstick);
                a[i] = time(ours, callsOfOurs);
            } else {
                a[i] = time(ours, callsOfOurs);
                b[i] = time(yardstick, callsOfYardstick);
            }
        }
        return new Pairs(a, b);
    }

    /** Until the JIT has compiled it, or what is called is so slow that it does not matter; how many calls a round needs. */
    private static long warm(Timed work, long least) {
        long begin = System.nanoTime();
        long calls = least;
        long made = 0;
        long lasted;
        double nanos;
        do {
            nanos = time(work, calls);
            made += calls;
            if (nanos * calls < ROUND_NANOS) {
                calls *= 2;
            }
            lasted = System.nanoTime() - begin;
        } while (lasted < WARM_UP_NANOS || made < WARM_UP_CALLS && lasted < WARM_UP_NANOS_MOST);
        return Math.max(least, (long) (ROUND_NANOS / nanos));
    }

    private static double time(Timed work, long calls) {
        return (double) work.nanos(calls) / calls;
    }

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
