package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import sharebuf.memory.Span;
import sharebuf.plugin.Quantity;

/** A range of DRAM, from one configuration {@code sharebuf.sim.memory~NAME}. Thread-safe. */
@Component(service = DramRange.class, name = "sharebuf.sim.memory", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
public final class MemoryComponent implements DramRange {
    private final Soc soc;
    private final Dram.Range range;
    private final List<BouncePool> pools;

    /** Adds the range. */
    @Activate
    public MemoryComponent(@Reference Soc soc, MemoryConfig config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        Span span = span(pid, config);
        List<BouncePool> made = pools(pid, config, span);
        range = soc.dram().add(span);
        pools = made;
        this.soc = soc;
        soc.addPools(pools);
    }

    private static List<BouncePool> pools(String pid, MemoryConfig config, Span span) {
        List<BouncePool> pools = new ArrayList<>();
        for (String hole : config.bounce()) {
            String[] parts = hole.split("\\+");
            long offset = Quantity.parse(parts[0]);
            long size = Quantity.parse(parts[parts.length - 1]);
            if (parts.length != 2 || (offset | size) % Libc.PAGE != 0 || offset < 0 || size < 0 || offset > span.size() - size) {
                throw RegionSpec.wrong(pid, "bounce", hole, "offset+size, multiples of " + Libc.PAGE + " inside " + span.size() + " bytes");
            }
            if (size > 0) {
                pools.add(new BouncePool(new Span(span.base() + offset, size), config.option()));
            }
        }
        return pools;
    }

    private static Span span(String pid, MemoryConfig config) {
        try {
            return new Span(Quantity.parse(config.base()), Quantity.parse(config.size()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(pid + ": base = " + config.base() + ", size = " + config.size() + ": " + e.getMessage()
                    + "; allowed are multiples of " + Libc.PAGE + ", size at least " + Libc.PAGE, e);
        }
    }

    @Deactivate
    void deactivate() {
        soc.removePools(pools);
        range.close();
    }
}
