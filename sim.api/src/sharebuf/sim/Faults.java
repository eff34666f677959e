package sharebuf.sim;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Breaks the simulated hardware on purpose, so that one can see that breaks are noticed. A service of the simulator.
 *
 * <p>Thread-safe. Faults stay until {@link #clear}.
 */
@ProviderType
public interface Faults {
    /** What can be broken. */
    enum Fault {
        /** A device says that it is done before its DMA is: whoever trusts the fence reads a half-written frame. */
        NO_FENCE,
        /** A device's posted writes are not flushed before it says that it is done. */
        SKIP_SYNC,
        /** Every n-th frame of a camera gets lost. */
        DROP,
        /** CPU access begins without throwing away what the CPU's cache holds: the CPU reads stale lines. */
        NO_BEGIN,
        /** CPU access ends without writing dirty lines back: devices that do not snoop read, and are overwritten by, what comes when it comes. */
        NO_END,
        /** What a device that snoops leaves in the cache is not written back for one that does not. */
        NO_HANDOVER
    }

    /**
     * An access that was stopped.
     *
     * @param device who sent it
     * @param dma the address, unsigned
     * @param message with {@code real hardware would have …}
     */
    record Stopped(String device, long dma, String message) {
    }

    /**
     * Breaks something.
     *
     * @param fault what
     * @param n for DROP: every n-th, at least 2; otherwise 0
     */
    void inject(Fault fault, long n);

    /** Mends everything. */
    void clear();

    /**
     * Accesses that were stopped since the start, the newest 1,000.
     *
     * @return oldest first
     */
    List<Stopped> stopped();

    /**
     * Lets a device send an address that it was not given, as a driver's bug would.
     *
     * @param device name of the device
     * @param dma the address, unsigned
     * @param size in bytes
     * @param write whether it writes
     * @return the access as it was stopped; empty when the address is mapped for the device, then the access was made, writing zeros
     * @throws IllegalStateException when there is no such device
     */
    java.util.Optional<Stopped> send(String device, long dma, int size, boolean write);

    /**
     * Takes a device away, as if it was unplugged.
     *
     * <p>Every call on its node fails with ENODEV from then on, a running job ends with an error, and the node's service goes.
     *
     * @param device name of the device
     * @throws IllegalStateException when there is no such device
     */
    void unplug(String device);
}
