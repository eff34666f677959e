package sharebuf.device;

/**
 * One window of a bus, as an entry of the device-tree property {@code dma-ranges}: bus addresses from {@code bus} are CPU
 * addresses from {@code cpu}.
 *
 * <p>Immutable. Addresses are unsigned 64-bit; neither side may pass 2^64.
 *
 * @param bus first address as the device sees it
 * @param cpu the same byte as the CPU sees it
 * @param size in bytes, not 0
 */
public record DmaRange(long bus, long cpu, long size) {
    /** Checks that the window is not empty and wraps on neither side. */
    public DmaRange {
        if (size == 0) {
            throw new IllegalArgumentException("DMA range of 0 bytes at bus 0x" + Long.toHexString(bus));
        }
        if (Long.compareUnsigned(bus + (size - 1), bus) < 0 || Long.compareUnsigned(cpu + (size - 1), cpu) < 0) {
            throw new IllegalArgumentException("DMA range bus 0x" + Long.toHexString(bus) + " = CPU 0x" + Long.toHexString(cpu) + ", size 0x"
                    + Long.toHexString(size) + " passes 2^64");
        }
    }

    /**
     * The last bus address.
     *
     * @return inclusive, unsigned
     */
    public long lastBus() {
        return bus + (size - 1);
    }

    /**
     * The last CPU address.
     *
     * @return inclusive, unsigned
     */
    public long lastCpu() {
        return cpu + (size - 1);
    }

    /**
     * Whether a CPU address is inside.
     *
     * @param address unsigned
     * @return true when it is
     */
    public boolean containsCpu(long address) {
        return Long.compareUnsigned(address - cpu, size) < 0;
    }

    /**
     * Whether a bus address is inside.
     *
     * @param address unsigned
     * @return true when it is
     */
    public boolean containsBus(long address) {
        return Long.compareUnsigned(address - bus, size) < 0;
    }

    @Override
    public String toString() {
        return "bus 0x" + Long.toHexString(bus) + " = CPU 0x" + Long.toHexString(cpu) + ", 0x" + Long.toHexString(size) + " bytes";
    }
}
