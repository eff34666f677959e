package sharebuf.allocator.carveout;

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
 * The component: wires {@link Carveout} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = CarveoutAllocator.PID)
@Component(name = CarveoutAllocator.PID, configurationPid = CarveoutAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class CarveoutAllocator implements Allocator {
    static final String PID = "sharebuf.allocator.carveout";

    private final Carveout carveout;

    /** The keys of the configuration; {@code sharebuf.region} and {@code region.target} are read by the component runtime. */
    @interface Config {
        /** Whether only those get memory who name the region. */
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
     * @param config the configuration
     */
    @Activate
    public CarveoutAllocator(@Reference(name = "region") MemoryRegion region, Config config) {
        carveout = new Carveout(region, config.named(), new RegionOption(config.option(), config.optionMost()));
    }

    @Override
    public void adopt(Live live) {
        carveout.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        return carveout.catchUp(changes);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return carveout.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return carveout.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        carveout.released(extent);
    }
}
