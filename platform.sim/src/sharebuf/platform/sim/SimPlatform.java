package sharebuf.platform.sim;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import sharebuf.platform.Platform;
import sharebuf.sim.Faults;

/**
 * The {@link Soc} as a service: under its contracts for the broker and whoever injects faults, under its own name for the components of
 * this bundle. Thread-safe.
 */
@Component(service = {Platform.class, Faults.class, Soc.class}, immediate = true)
public final class SimPlatform extends Soc {
    /** Starts without memory and devices. */
    @Activate
    public SimPlatform() {
        super(Backing.create());
    }

    @Deactivate
    void deactivate() {
        close();
    }
}
