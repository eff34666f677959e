package sharebuf.node;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import sharebuf.buffer.Errno;
import sharebuf.plugin.MadeWayException;

/**
 * Waits for a device that end when the plug-in is to make way ({@code Plugin.makeWay}): for plug-ins whose calls poll.
 *
 * <p>Thread-safe. A waiting thread is woken by an interrupt, which is taken back before the wait returns; an interrupt from elsewhere in
 * that very moment goes with it.
 */
public final class DeviceWaits {
    private final DeviceNode node;
    private final Set<Thread> waiting = new HashSet<>();
    private final Set<Thread> woken = new HashSet<>();
    private boolean makingWay;

    /**
     * Nobody waits.
     *
     * @param node the device node to poll
     */
    public DeviceWaits(DeviceNode node) {
        this.node = node;
    }

    /**
     * {@code poll(2)}, as {@link DeviceNode#poll}.
     *
     * @param events what to wait for, or-ed
     * @param limit how long; a poll that does not wait is made in any case
     * @return the events that are there; 0 when the time is over
     * @throws DeviceException as {@link DeviceNode#poll}
     * @throws MadeWayException when there is nothing yet and way is to be made
     */
    public int poll(int events, Duration limit) throws DeviceException {
        if (limit.isZero() || limit.isNegative()) {
            return node.poll(events, limit);
        }
        Thread self = Thread.currentThread();
        synchronized (this) {
            if (makingWay) {
                throw new MadeWayException();
            }
            waiting.add(self);
        }
        boolean interrupted = false;
        int found = 0;
        try {
            found = node.poll(events, limit);
        } catch (DeviceException e) {
            if (e.errno() != Errno.EINTR || !isWoken(self)) {
                throw e;
            }
        } finally {
            interrupted = leave(self);
        }
        if (interrupted && found == 0) {
            throw new MadeWayException();
        }
        return found;
    }

    private synchronized boolean isWoken(Thread self) {
        return woken.contains(self);
    }

    /** Whether it was woken; then the interrupt is taken back. */
    private synchronized boolean leave(Thread self) {
        waiting.remove(self);
        boolean interrupted = woken.remove(self);
        if (interrupted) {
            Thread.interrupted();
        }
        return interrupted;
    }

    /** Ends all waits, those that begin later too. */
    public synchronized void makeWay() {
        makingWay = true;
        for (Thread thread : waiting) {
            if (woken.add(thread)) {
                thread.interrupt();
            }
        }
    }

    /** Allows waits again. */
    public synchronized void carryOn() {
        makingWay = false;
    }
}
