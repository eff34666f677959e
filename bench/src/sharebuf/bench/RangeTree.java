package sharebuf.bench;

/**
 * Live ranges in address order, in a balanced tree with links to parents: what {@link CachedTree} searches. Balanced by priorities drawn at random, which
 * needs fewer rules than colours; a step to the range below goes over two links on average in either tree. Numbers are indices into arrays, 0 is none.
 */
final class RangeTree {
    private final long[] first;
    private final long[] pages;
    private final int[] left;
    private final int[] right;
    private final int[] parent;
    private final int[] priority;
    private int root;
    private int spare = 1;
    private int random = 0x9e3779b9;

    /** Room for so many ranges. */
    RangeTree(int most) {
        first = new long[most + 1];
        pages = new long[most + 1];
        left = new int[most + 1];
        right = new int[most + 1];
        parent = new int[most + 1];
        priority = new int[most + 1];
        for (int i = 1; i < most; i++) {
            right[i] = i + 1;
        }
    }

    long first(int range) {
        return first[range];
    }

    long pages(int range) {
        return pages[range];
    }

    long end(int range) {
        return first[range] + pages[range];
    }

    /** The highest range, 0 if there is none. */
    int last() {
        int at = root;
        while (at != 0 && right[at] != 0) {
            at = right[at];
        }
        return at;
    }

    /** The range below, 0 if there is none. */
    int below(int range) {
        int at = left[range];
        if (at != 0) {
            while (right[at] != 0) {
                at = right[at];
            }
            return at;
        }
        at = range;
        int up = parent[at];
        while (up != 0 && left[up] == at) {
            at = up;
            up = parent[at];
        }
        return up;
    }

    /** The range above, 0 if there is none. */
    int above(int range) {
        int at = right[range];
        if (at != 0) {
            while (left[at] != 0) {
                at = left[at];
            }
            return at;
        }
        at = range;
        int up = parent[at];
        while (up != 0 && right[up] == at) {
            at = up;
            up = parent[at];
        }
        return up;
    }

    int insert(long at, long count) {
        int range = spare;
        spare = right[range];
        first[range] = at;
        pages[range] = count;
        left[range] = 0;
        right[range] = 0;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        priority[range] = random;
        int up = 0;
        for (int down = root; down != 0;) {
            up = down;
            down = at < first[down] ? left[down] : right[down];
        }
        parent[range] = up;
        if (up == 0) {
            root = range;
        } else if (at < first[up]) {
            left[up] = range;
        } else {
            right[up] = range;
        }
        while (parent[range] != 0 && priority[parent[range]] < priority[range]) {
            raise(range);
        }
        return range;
    }

    void remove(int range) {
        while (left[range] != 0 || right[range] != 0) {
            int l = left[range];
            int r = right[range];
            raise(r == 0 || l != 0 && priority[l] > priority[r] ? l : r);
        }
        int up = parent[range];
        if (up == 0) {
            root = 0;
        } else if (left[up] == range) {
            left[up] = 0;
        } else {
            right[up] = 0;
        }
        right[range] = spare;
        spare = range;
    }

    /** Turns a range and its parent round, so that their order stays and the range is above. */
    private void raise(int range) {
        int up = parent[range];
        int over = parent[up];
        int moved;
        if (left[up] == range) {
            moved = right[range];
            left[up] = moved;
            right[range] = up;
        } else {
            moved = left[range];
            right[up] = moved;
            left[range] = up;
        }
        if (moved != 0) {
            parent[moved] = up;
        }
        parent[up] = range;
        parent[range] = over;
        if (over == 0) {
            root = range;
        } else if (left[over] == up) {
            left[over] = range;
        } else {
            right[over] = range;
        }
    }

    /** Bytes of records a range. */
    static long bytesARange() {
        return 2 * 8 + 4 * 4;
    }
}
