package sharebuf.broker;

import java.util.List;
import sharebuf.device.Device;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Windows;
import sharebuf.platform.KernelLog;

/**
 * A device node, as the platform tells of it.
 *
 * <p>Immutable.
 *
 * @param device the device
 * @param names what the kernel's log may call it: driver and device; none where they are not known
 * @param driver name of its kernel driver; empty when there is none or it is not known
 * @param mask the highest address it sends, unsigned
 * @param bounce whether memory beyond the mask may be given to it
 * @param choice whether that was a choice, so that a refusal may propose the other
 */
record Node(Device device, List<String> names, String driver, long mask, boolean bounce, boolean choice) {
    /** It sends every address. */
    static final long ALL = -1;

    /** A node of which no more is known. */
    static Node of(Device device) {
        return new Node(device, List.of(), "", ALL, false, false);
    }

    /** Whether a line of the kernel's log names it. */
    boolean named(KernelLog.Line line) {
        return names.stream().anyMatch(n -> line.device().equals(n) || line.text().contains(n));
    }

    /** Whether what lies somewhere in a region may lie beyond the mask. */
    boolean mayBounce(MemoryRegion region) {
        return bounce && !region.device().filter(device.name()::equals).isPresent() && !region.within().and(new Windows(List.of(new Windows.Window(0, mask)))).equals(region.within());
    }
}
