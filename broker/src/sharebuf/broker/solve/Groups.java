package sharebuf.broker.solve;

import java.util.function.IntPredicate;

/**
 * Divides things of which some agree into as few groups as possible. Groups that agree have parts that agree; a group of one is always one.
 *
 * <pre>
 *   agree: 01 02 12 23   (bits of a mask)
 *   fewest groups:  {0 1} {2 3}      not {0 2} {1} {3}, as who takes the first that fits would have it
 * </pre>
 *
 * <p>Exact for up to {@value #MOST} things: the fewest groups of each set of things follow from those of its parts. Beyond that the first group takes whoever
 * agrees with those before him.
 */
public final class Groups {
    /** Things for which the answer is exact: at most 1,023 questions and 59,049 steps. */
    public static final int MOST = 10;
    private static final byte YES = 1;
    private static final byte NO = 2;

    private final IntPredicate asked;
    private final byte[] known;
    private final byte[] fewest;

    private Groups(int count, IntPredicate agrees) {
        asked = agrees;
        known = new byte[1 << count];
        fewest = new byte[1 << count];
    }

    /**
     * The group of the first thing.
     *
     * @param count how many things, 1 to 31
     * @param agrees whether the things of a mask agree, bit i for thing i; asked at most once a mask, never for a single one
     * @return the mask of the group that thing 0 is in, in a division into the fewest groups; of several the largest, then the one of the earliest things
     */
    public static int first(int count, IntPredicate agrees) {
        return count > MOST ? greedy(count, agrees) : new Groups(count, agrees).first((1 << count) - 1);
    }

    private static int greedy(int count, IntPredicate agrees) {
        int group = 1;
        for (int i = 1; i < count; i++) {
            if (agrees.test(group | 1 << i)) {
                group |= 1 << i;
            }
        }
        return group;
    }

    private int first(int all) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        int others = all & ~1;
        for (int some = others;; some = some - 1 & others) {
            int group = some | 1;
            if (agrees(group)) {
                int groups = 1 + fewest(all & ~group);
                boolean better = groups < least || groups == least && (Integer.bitCount(group) > Integer.bitCount(best)
                        || Integer.bitCount(group) == Integer.bitCount(best) && group < best);
                if (better) {
                    least = groups;
                    best = group;
                }
            }
            if (some == 0) {
                return best;
            }
        }
    }

    private int fewest(int things) {
        if (things == 0) {
            return 0;
        }
        if (fewest[things] == 0) {
            int lowest = Integer.lowestOneBit(things);
            int others = things & ~lowest;
            int least = Integer.MAX_VALUE;
            for (int some = others;; some = some - 1 & others) {
                if (agrees(some | lowest)) {
                    least = Math.min(least, 1 + fewest(others & ~some));
                }
                if (some == 0) {
                    break;
                }
            }
            fewest[things] = (byte) least;
        }
        return fewest[things];
    }

    private boolean agrees(int group) {
        if (known[group] == 0) {
            known[group] = Integer.bitCount(group) == 1 || partsAgree(group) && asked.test(group) ? YES : NO;
        }
        return known[group] == YES;
    }

    private boolean partsAgree(int group) {
        for (int left = group; left != 0; left &= left - 1) {
            if (!agrees(group & ~Integer.lowestOneBit(left))) {
                return false;
            }
        }
        return true;
    }
}
