package sharebuf.tck;

import java.util.IdentityHashMap;
import java.util.Map;
import sharebuf.allocator.Allocator;
import sharebuf.memory.MemoryRegion;

/**
 * Makes allocators as {@code deploy} does: a region's service, a factory configuration with the seat's name and the reference's
 * target, and then the allocator's service with that {@code service.pid}. Beside each region stands a decoy of higher ranking, which
 * an allocator gets whose reference is not the targeted one.
 *
 * <p>Confined to one thread at a time.
 */
final class ConfiguredSubject implements Subject {
    private final Host host;
    private final ConfiguredSeat<Allocator> seat;
    private final SharedServices services = new SharedServices();
    private final Map<Allocator, MemoryRegion> open = new IdentityHashMap<>();

    ConfiguredSubject(Host host, String pid) {
        this.host = host;
        seat = new ConfiguredSeat<>(host, Allocator.class, MemoryRegion.REGION, pid);
    }

    @Override
    public Allocator open(MemoryRegion region) throws Exception {
        services.use(region, () -> SharedServices.region(host.context(), region));
        Allocator allocator = null;
        try {
            String name = region.id().name();
            allocator = seat.open(name, Map.of("region", "(" + MemoryRegion.REGION + "=" + name + ")"));
            Components.requireBound(host, seat.pid(allocator), name);
            open.put(allocator, region);
            return allocator;
        } finally {
            if (allocator == null || !open.containsKey(allocator)) {
                seat.close(allocator);
                services.leave(region);
            }
        }
    }

    @Override
    public void close(Allocator allocator) {
        seat.close(allocator);
        MemoryRegion region = open.remove(allocator);
        if (region != null) {
            services.leave(region);
        }
    }
}
