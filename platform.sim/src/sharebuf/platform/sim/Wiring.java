package sharebuf.platform.sim;

import java.util.List;
import java.util.Optional;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;

/**
 * How a device is wired to memory: its windows and its mask. What hardware does with an address, whatever a table says.
 *
 * <p>Immutable.
 *
 * @param windows bus windows; empty when bus and CPU addresses are the same
 * @param mask the highest bus address the device can send, unsigned
 */
record Wiring(List<DmaRange> windows, long mask) {
    /** Copies the list. */
    Wiring {
        windows = List.copyOf(windows);
    }

    static Wiring of(DmaConstraints dma) {
        return new Wiring(dma.ranges(), dma.mask());
    }

    /** Whether the device can send these addresses and its bus takes them somewhere, through one window. */
    boolean leads(long dma, long size) {
        long last = dma + (size - 1);
        if (size < 1 || Long.compareUnsigned(last, dma) < 0 || Long.compareUnsigned(last, mask) > 0) {
            return false;
        }
        return windows.isEmpty() || window(dma, last) != null;
    }

    /**
     * Where an address leads.
     *
     * @param dma an address that {@linkplain #leads leads somewhere}
     * @param size bytes of the access
     * @return the CPU address
     */
    long cpu(long dma, long size) {
        if (windows.isEmpty()) {
            return dma;
        }
        DmaRange window = window(dma, dma + (size - 1));
        return window.cpu() + (dma - window.bus());
    }

    /**
     * The address that the device sends to reach memory.
     *
     * @param cpu a CPU address
     * @param size bytes, all of which one window must reach
     * @return empty when it cannot
     */
    Optional<Long> bus(long cpu, long size) {
        long last = cpu + (size - 1);
        return windows.isEmpty() ? Optional.of(cpu).filter(dma -> leads(dma, size))
                : windows.stream().filter(w -> w.containsCpu(cpu) && w.containsCpu(last)).map(w -> w.bus() + (cpu - w.cpu())).filter(dma -> leads(dma, size)).findFirst();
    }

    /** Why an address leads nowhere, for people. */
    String why(long dma, long size) {
        long last = dma + (size - 1);
        if (Long.compareUnsigned(last, mask) > 0 || Long.compareUnsigned(last, dma) < 0) {
            return "beyond its mask 0x" + Long.toHexString(mask);
        }
        return "in none of its windows " + windows;
    }

    private DmaRange window(long dma, long last) {
        for (int i = 0; i < windows.size(); i++) {
            DmaRange window = windows.get(i);
            if (window.containsBus(dma) && window.containsBus(last)) {
                return window;
            }
        }
        return null;
    }
}
