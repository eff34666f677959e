package sharebuf.platform.sim;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import sharebuf.platform.Platform;
import sharebuf.sim.Faults;

/**
 * The {@link Soc} as a service: under its contracts for the broker and whoever injects faults, under its own name for the components of
 * this bundle. There only while a board has simulated memory. Thread-safe.
 */
@Component(service = {Platform.class, Faults.class, Soc.class}, immediate = true)
public final class SimPlatform extends Soc {
    /** Starts without memory and devices. */
    @Activate
    public SimPlatform() {
        super(Backing.create());
    }

    /** Ranges come and go; the platform goes with the last. */
    @Reference(cardinality = ReferenceCardinality.AT_LEAST_ONE, policy = ReferencePolicy.DYNAMIC)
    void addBoard(SimulatedBoard board) {
        // Its being there is what counts.
    }

    void removeBoard(SimulatedBoard board) {
        // As above.
    }

    @Deactivate
    void deactivate() {
        close();
    }
}
