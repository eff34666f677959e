package sharebuf.bench;

/**
 * Yardstick: first fit over a bitmap with one bit a granule, the plan of most contiguous-memory pools.
 *
 * <p>Steps: find the next zero bit, align it, find the next set bit inside of the wanted length; none means found, else
 * start again behind it. Setting and clearing go by words.
 */
final class BitmapFirstFit implements Subject {

    private final int shift;
    private final int granules;
    private final long[] bits;
    private final int[] start;
    private final int[] length;

    BitmapFirstFit(Trace trace) {
        shift = Long.numberOfTrailingZeros(trace.granule);
        granules = (int) (trace.region >>> shift);
        bits = new long[(granules >>> 6) + 1];
        start = new int[trace.ids];
        length = new int[trace.ids];
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        long units = (size - 1 >>> shift) + 1;
        int end = (int) (limit == 0 ? granules : Math.min(granules, limit >>> shift));
        long mask = Math.max(align >>> shift, 1) - 1;
        long at = next(0, end, -1L) + mask & ~mask;
        while (at + units <= end) {
            int stop = (int) (at + units);
            int taken = next((int) at, stop, 0);
            if (taken == stop) {
                start[id] = (int) at;
                length[id] = (int) units;
                for (int word = (int) at >>> 6; word <= stop - 1 >>> 6; word++) {
                    bits[word] |= inside(word, (int) at, stop);
                }
                return at << shift;
            }
            at = next(taken, end, -1L) + mask & ~mask;
        }
        return -1;
    }

    @Override
    public void give(int id) {
        int from = start[id];
        int stop = from + length[id];
        if (stop != from) {
            length[id] = 0;
            for (int word = from >>> 6; word <= stop - 1 >>> 6; word++) {
                bits[word] &= ~inside(word, from, stop);
            }
        }
    }

    /** The first bit at or after {@code from} that is set in {@code bits ^ flip}, or {@code end}. */
    private int next(int from, int end, long flip) {
        if (from >= end) {
            return end;
        }
        long[] words = bits;
        int word = from >>> 6;
        long found = (words[word] ^ flip) & -1L << from;
        int last = end - 1 >>> 6;
        while (found == 0) {
            if (word == last) {
                return end;
            }
            found = words[++word] ^ flip;
        }
        return Math.min(end, (word << 6) + Long.numberOfTrailingZeros(found));
    }

    /** The bits of a word that lie in {@code from … stop-1}; the word has at least one of them. */
    private static long inside(int word, int from, int stop) {
        long low = word == from >>> 6 ? -1L << from : -1L;
        long high = word == stop - 1 >>> 6 ? -1L >>> -stop : -1L;
        return low & high;
    }

    @Override
    public long largestFree() {
        int largest = 0;
        for (int at = next(0, granules, -1L); at < granules;) {
            int stop = next(at, granules, 0);
            largest = Math.max(largest, stop - at);
            at = next(stop, granules, -1L);
        }
        return (long) largest << shift;
    }

    @Override
    public long metadataBytes() {
        return 8L * bits.length;
    }
}
