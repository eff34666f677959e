package sharebuf.allocator.banks;

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
 * The component: wires {@link Bank} to a region. Its service property {@code sharebuf.region} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.ALLOCATOR, pid = BankAllocator.PID)
@Component(name = BankAllocator.PID, configurationPid = BankAllocator.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BankAllocator implements Allocator {
    static final String PID = "sharebuf.allocator.banks";

    private final Bank bank;

    /** The keys of the configuration; {@code sharebuf.region} and {@code region.target} are read by the component runtime. */
    @interface Config {
        /** Whether only those get memory for whom some use names the region. */
        boolean named() default false;

        /** The board option that makes the bank larger; empty when none does. */
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
    public BankAllocator(@Reference(name = "region") MemoryRegion region, Config config) {
        bank = new Bank(region, config.named(), new RegionOption(config.option(), config.optionMost()));
    }

    @Override
    public void adopt(Live live) {
        bank.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        return bank.catchUp(changes);
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return bank.offer(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return bank.place(request, claims);
    }

    @Override
    public void released(Extent extent) {
        bank.released(extent);
    }
}
