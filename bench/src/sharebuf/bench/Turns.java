package sharebuf.bench;

/**
 * Measures something and its yardstick in turns: a round of one, a round of the other, and the other way about in the next, so that what
 * else the machine does meets both. Immutable.
 *
 * @param rounds timed rounds, at least 1
 * @param warmUpNanosMost how long to wait at most, for each of both, until the JIT has compiled it
 */
record Turns(int rounds, long warmUpNanosMost) {

    /** How long a round is at least: long enough for the clock to be of no weight, short enough to fit between two other things. */
    private static final long ROUND_NANOS = 2_000_000;

    /** Enough for the JIT's best compiler (10,000 loops and some), and for it to come round to it on a busy machine. */
    private static final long WARM_UP_CALLS = 30_000;
    private static final long WARM_UP_NANOS = 300_000_000;

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
     * @param least fewest calls a round
     */
    Pairs measure(long least, Work ours, Work yardstick) {
        return measureParts(least, all(ours), all(yardstick));
    }

    /** The same for work that takes its time itself. */
    Pairs measureParts(long least, Timed ours, Timed yardstick) {
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
    private long warm(Timed work, long fewest) {
        long begin = System.nanoTime();
        long calls = fewest;
        long made = 0;
        long lasted;
        double least = Double.MAX_VALUE; // what happened to be disturbed says nothing about how many fit in a round
        do {
            double nanos = time(work, calls);
            least = Math.min(least, nanos);
            made += calls;
            if (nanos * calls < ROUND_NANOS) {
                calls *= 2;
            }
            lasted = System.nanoTime() - begin;
        } while (lasted < WARM_UP_NANOS || made < WARM_UP_CALLS && lasted < warmUpNanosMost);
        return Math.max(fewest, (long) (ROUND_NANOS / least));
    }

    private static double time(Timed work, long calls) {
        return (double) work.nanos(calls) / calls;
    }
}
