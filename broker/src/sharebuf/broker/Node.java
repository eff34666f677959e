package sharebuf.broker;

import java.util.List;
import sharebuf.device.Device;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Windows;

/**
 * A device node, as the platform tells of it.
 *
 * <p>Immutable.
 *
 * @param device the device
 * @param driver name of its kernel driver; empty when there is none or it is not known
 * @param mask the highest address it sends, unsigned
 * @param bounce whether memory beyond the mask may be given to it
 * @param choice whether that was a choice, so that a refusal may propose the other
 */
record Node(Device device, String driver, long mask, boolean bounce, boolean choice) {
    /** It sends every address. */
    static final long ALL = -1;

    /** A node of which no more is known. */
    static Node of(Device device) {
        return new Node(device, "", ALL, false, false);
    }

    /** Whether what lies somewhere in a region may lie beyond the mask. */
    boolean mayBounce(MemoryRegion region) {
        return bounce && !region.device().filter(device.name()::equals).isPresent() && !region.within().and(new Windows(List.of(new Windows.Window(0, mask)))).equals(region.within());
    }
}
