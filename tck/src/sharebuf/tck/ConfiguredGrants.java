package sharebuf.tck;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.ServiceRegistration;
import sharebuf.allocator.Allocator;
import sharebuf.buffer.Errno;
import sharebuf.importer.Importer;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceNode;

/**
 * Makes allocators of granted memory as {@code deploy} does: with the region and, where a driver makes the memory, the node of its device. Beside each
 * stands a decoy of higher ranking; that of the node says ENODEV to everything.
 *
 * <p>Confined to one thread at a time.
 */
final class ConfiguredGrants implements GrantedSubject {
    private static final String DECOY = HiddenSeats.PREFIX + "decoy";

    private final Host host;
    private final Supplier<Optional<TestDriver>> drivers;
    private final ConfiguredSeat<Allocator> seat;
    private final SharedServices services = new SharedServices();
    private final Map<Allocator, MemoryRegion> open = new IdentityHashMap<>();

    ConfiguredGrants(Host host, String pid, Supplier<Optional<TestDriver>> drivers) {
        this.host = host;
        this.drivers = drivers;
        seat = new ConfiguredSeat<>(host, Allocator.class, MemoryRegion.REGION, pid);
    }

    @Override
    public Optional<TestDriver> driver() {
        return drivers.get();
    }

    @Override
    public Allocator open(MemoryRegion region, Optional<TestDriver> driver) throws Exception {
        services.use(region, () -> register(region, driver));
        Allocator allocator = null;
        try {
            String name = region.id().name();
            Map<String, String> targets = new HashMap<>(Map.of("region", "(" + MemoryRegion.REGION + "=" + name + ")"));
            driver.ifPresent(d -> targets.put("node", "(" + Importer.DEVICE + "=" + d.device().name() + ")"));
            allocator = seat.open(name, targets);
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

    private List<ServiceRegistration<?>> register(MemoryRegion region, Optional<TestDriver> driver) {
        List<ServiceRegistration<?>> all = new ArrayList<>(SharedServices.region(host.context(), region));
        driver.ifPresent(d -> {
            TestDriver decoy = drivers.get().orElseThrow();
            decoy.fail(0, Errno.ENODEV, true);
            Dictionary<String, Object> preferred = SharedServices.preferred(Importer.DEVICE, DECOY);
            preferred.put(DeviceNode.KIND, d.kind());
            all.add(host.context().registerService(DeviceNode.class, decoy, preferred));
            Dictionary<String, Object> own = SharedServices.properties(Importer.DEVICE, d.device().name());
            own.put(DeviceNode.KIND, d.kind());
            all.add(host.context().registerService(DeviceNode.class, d, own));
        });
        return all;
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
