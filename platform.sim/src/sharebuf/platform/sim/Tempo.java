package sharebuf.platform.sim;

import sharebuf.urgency.Urgency;

/**
 * Keeps a device's time. Hardware does not wait for a processor, so a device that keeps up with its rate runs in real time, before all ordinary threads
 * of the machine, where the system allows it (to root, for one). One that has no rate, or cannot keep up, is an ordinary one: it would take
 * the processor from those that it works for.
 *
 * <p>Confined to the device's thread.
 */
final class Tempo {
    private int thread = Urgency.NOBODY;
    private boolean realTime;
    private boolean refused;

    /** The device waits for its time: it keeps up. */
    void early() {
        set(true);
    }

    /**
     * The device did a job.
     *
     * @param nanos that it took
     * @param periodNanos of the device's rate; 0 when it has none
     */
    void did(long nanos, long periodNanos) {
        if (nanos >= periodNanos) {
            set(false);
        }
    }

    /** Whether it runs in real time. */
    boolean isRealTime() {
        return realTime;
    }

    private void set(boolean on) {
        if (on != realTime && !refused) {
            thread = thread == Urgency.NOBODY ? Urgency.thread() : thread;
            refused = !(on ? Urgency.REAL_TIME : Urgency.ORDINARY).give(thread);
            realTime = on && !refused;
        }
    }
}
