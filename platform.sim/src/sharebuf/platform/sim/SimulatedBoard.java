package sharebuf.platform.sim;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * Says, inside the bundle, that memory of a simulated board is configured. Only then is there a simulated platform: the bundle may be
 * installed beside another platform. Immutable.
 */
@Component(service = SimulatedBoard.class, name = "sharebuf.sim.board", configurationPid = "sharebuf.sim.memory",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SimulatedBoard {
    /** One for each configured range of memory. */
    @Activate
    public SimulatedBoard() {
    }
}
