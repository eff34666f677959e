package sharebuf.app.bench;

/**
 * When the newest calls of one thread began and ended.
 *
 * <p>Thread-safe: one thread calls, others ask.
 */
final class CallLog {
    /** More than come round while somebody asks about what was just done. */
    private static final int REMEMBERED = 1 << 14;

    private final long[] begun = new long[REMEMBERED];
    private final long[] ended = new long[REMEMBERED];
    private int count;
    private boolean under;

    /** A call begins. */
    synchronized void begin() {
        begun[count % REMEMBERED] = System.nanoTime();
        under = true;
    }

    /** The call has ended. */
    synchronized void end() {
        ended[count % REMEMBERED] = System.nanoTime();
        under = false;
        count++;
    }

    /**
     * Whether a call was under way at a time that is not long past.
     *
     * @param at of {@link System#nanoTime}
     */
    synchronized boolean wasUnderWay(long at) {
        if (under && begun[count % REMEMBERED] - at <= 0) {
            return true;
        }
        for (int i = count - 1; i >= 0 && i > count - REMEMBERED && ended[i % REMEMBERED] - at >= 0; i--) {
            if (begun[i % REMEMBERED] - at <= 0) {
                return true;
            }
        }
        return false;
    }
}
