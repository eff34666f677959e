package sharebuf.platform.sim;

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
    private final Dram.Range range;

    /** Adds the range. */
    @Activate
    public MemoryComponent(@Reference Soc soc, MemoryConfig config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        range = soc.dram().add(span(pid, config));
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
        range.close();
    }
}
