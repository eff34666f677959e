package sharebuf.exporter.tiler;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.placing.RegionOption;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The allocator of the bundle: wires {@link Slots} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = TilerAllocator.PID)
@Component(name = TilerAllocator.PID, configurationPid = TilerAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TilerAllocator implements Allocator {
    static final String PID = "sharebuf.exporter.tiler.slots";

    private final Slots slots;

    /** The keys of the configuration; {@code sharebuf.region} and {@code region.target} are read by the component runtime. */
    @interface Config {
        /** Whether only those get memory for whom some use names the region. */
        boolean named() default false;

        /** The board option that makes the region larger; empty when none does. */
        String option() default "";

        /** What that option may be, in MiB; 0 when that is not known. */
        int optionMost() default 0;
    }

    /**
     * Serves a region.
     *
     * @param region the region
     * @param books the books of the bundle
     * @param config the configuration
     */
    @Activate
    public TilerAllocator(@Reference(name = "region") MemoryRegion region, @Reference Books books, Config config) {
        slots = new Slots(region, config.named(), new RegionOption(config.option(), config.optionMost()), books.of(region.id().name()));
    }

    @Override
    public void adopt(Live live) {
        slots.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        slots.catchUp(changes);
        return true;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return slots.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return slots.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        slots.released(extent);
    }
}
