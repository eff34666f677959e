package sharebuf.app.soak;

/**
 * The longest time from one frame to the next, and what was being done then. A device that joins may have to wait for a plug-in that hangs; that
 * counts as well.
 *
 * <p>Thread-safe.
 */
final class Pauses {
    /**
     * A pause.
     *
     * @param micros from one frame to the next
     * @param frame the frame behind it
     * @param during what was being done
     */
    record Pause(long micros, long frame, String during) {
    }

    private long last;
    private Pause longest = new Pause(0, 0, "");
    private String doing = "";

    synchronized void doing(String what) {
        doing = what;
    }

    synchronized void frame(long number) {
        long now = System.nanoTime();
        long micros = (now - last) / 1_000;
        if (last != 0 && micros > longest.micros) {
            longest = new Pause(micros, number, doing);
        }
        last = now;
    }

    synchronized Pause longest() {
        return longest;
    }
}
