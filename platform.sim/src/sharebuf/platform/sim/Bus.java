package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;

/** What a device's accesses go to, by CPU address: memory, and the caches in front of it for a device that snoops. Thread-safe. */
interface Bus {
    /**
     * Copies bytes to the device, without allocating anything.
     *
     * @return false when nothing answers there; nothing was copied then
     */
    boolean read(long cpu, MemorySegment to, long toOffset, long size);

    /**
     * Copies bytes from the device.
     *
     * @return false when nothing answers there; nothing was copied then
     */
    boolean write(long cpu, MemorySegment from, long fromOffset, long size);

    /** Whether bytes answer at an address. */
    boolean answers(long cpu, long size);
}
