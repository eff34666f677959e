package sharebuf.platform.sim;

/**
 * One of the eight ways in which a view can show a picture: columns counted from the right, rows from the bottom, rows and columns exchanged.
 *
 * <p>Immutable.
 *
 * @param swap whether addresses run down the columns
 * @param mirrorY whether rows are counted from the last
 * @param mirrorX whether columns are counted from the last
 */
record Turn(boolean swap, boolean mirrorY, boolean mirrorX) {
    /** As it is. */
    static final Turn NONE = new Turn(false, false, false);
    private static final int X = 29;
    private static final int Y = 30;
    private static final int SWAP = 31;
    private static final Turn[] ALL = new Turn[8];

    static {
        for (int i = 0; i < ALL.length; i++) {
            ALL[i] = new Turn((i & 4) != 0, (i & 2) != 0, (i & 1) != 0);
        }
    }

    /** What an address below 4 GiB asks for: its bits 31, 30 and 29. */
    static Turn of(long address) {
        return ALL[(int) (address >>> X) & (1 << SWAP - X | 1 << Y - X | 1)];
    }
}
