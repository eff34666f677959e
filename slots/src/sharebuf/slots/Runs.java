package sharebuf.slots;

/**
 * Where runs of w set bits begin in a row of 256, found by doubling: after n steps a bit says that its 2^n neighbours are set too.
 * Not thread-safe; keeps the last answer.
 */
final class Runs {
    private long r0;
    private long r1;
    private long r2;
    private long r3;

    /**
     * Looks for runs.
     *
     * @param w how many bits in line
     * @param aligned where in a word a run may begin
     * @return whether there is one
     */
    boolean of(long f0, long f1, long f2, long f3, int w, long aligned) {
        if (Long.bitCount(f0) + Long.bitCount(f1) + Long.bitCount(f2) + Long.bitCount(f3) < w) {
            return false;
        }
        long a = f0;
        long b = f1;
        long c = f2;
        long d = f3;
        for (int length = 1; length < w;) {
            int step = Math.min(length, w - length);
            length += step;
            if (step < Long.SIZE) {
                int rest = Long.SIZE - step;
                a &= a >>> step | b << rest;
                b &= b >>> step | c << rest;
                c &= c >>> step | d << rest;
                d &= d >>> step;
            } else if (step == Long.SIZE) {
                a &= b;
                b &= c;
                c &= d;
                d = 0;
            } else if (step < 2 * Long.SIZE) {
                int some = step - Long.SIZE;
                int rest = Long.SIZE - some;
                a &= b >>> some | c << rest;
                b &= c >>> some | d << rest;
                c &= d >>> some;
                d = 0;
            } else { // at most 128, since 256 bits are doubled from there
                a &= c;
                b &= d;
                c = 0;
                d = 0;
            }
            if ((a | b | c | d) == 0) {
                return false;
            }
        }
        r0 = a & aligned;
        r1 = b & aligned;
        r2 = c & aligned;
        r3 = d & aligned;
        return (r0 | r1 | r2 | r3) != 0;
    }

    /** The first bit at which a run begins; there is one. */
    int first() {
        return next(0);
    }

    /** The next bit at which a run begins, from {@code from} on, or -1. */
    int next(int from) {
        for (int word = from >> 6; word < 4; word++) {
            long bits = word(word) & (word == from >> 6 ? -1L << from : -1L);
            if (bits != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }

    /** Whether a run begins at a bit of 0 to 255. */
    boolean has(int bit) {
        return (word(bit >> 6) >>> bit & 1) != 0;
    }

    private long word(int index) {
        return switch (index) {
            case 0 -> r0;
            case 1 -> r1;
            case 2 -> r2;
            default -> r3;
        };
    }
}
