package sharebuf.deploy;

import sharebuf.inventory.Snapshot;
import sharebuf.mapping.DmaMapOps;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Serves;

/**
 * Names a seat. Immutable.
 *
 * @param kind allocator, mapops, importer or exporter
 * @param name the region, address space, device or exporter
 */
record SeatName(String kind, String name) {
    /** Configuration key and service property: the device. */
    static final String DEVICE = "sharebuf.device";
    /** Configuration key and service property: the exporter. */
    static final String EXPORTER = "sharebuf.exporter";

    static SeatName of(Snapshot.Seat seat) {
        return new SeatName(seat.kind(), seat.name());
    }

    /** The configuration key by which a plug-in of a kind names its seat; empty for a kind that has none. */
    static String key(String kind) {
        return switch (kind) {
            case Serves.ALLOCATOR -> MemoryRegion.REGION;
            case Serves.MAPOPS -> DmaMapOps.ADDRESS_SPACE;
            case Serves.IMPORTER -> DEVICE;
            case Serves.EXPORTER -> EXPORTER;
            default -> "";
        };
    }

    @Override
    public String toString() {
        return kind + " " + name;
    }
}
