package sharebuf.platform.linux;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.MemoryRegion;
import sharebuf.platform.Platform;

/**
 * The {@link LinuxPlatform} as a service, under its contract for the broker, under its own name for the components of this bundle. There
 * only when it is configured, so that the bundle may be installed beside another platform. Thread-safe.
 */
@Component(service = {Platform.class, LinuxPlatform.class}, name = "sharebuf.linux.platform", configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
public final class PlatformComponent extends LinuxPlatform {
    private static final String FOREIGN = "foreign";

    private final Optional<ServiceRegistration<MemoryRegion>> foreign;

    /** Starts without devices, and without memory but that of others. */
    @Activate
    public PlatformComponent(BundleContext context, PlatformConfig config, Map<String, Object> properties) {
        super(Libc.find().orElseThrow(() -> new IllegalStateException("sharebuf.linux.platform: needs 64-bit Linux and native access "
                + "(--enable-native-access=ALL-UNNAMED)")), new Machine(Path.of(config.root())));
        Settings settings = new Settings(String.valueOf(properties.get("service.pid")));
        long limit = settings.quantity(FOREIGN, config.foreign());
        settings.check(limit >= 0 && limit % libc().page() == 0, FOREIGN, config.foreign(), "0 or a multiple of " + libc().page());
        // Nobody allocates from it, so nobody takes its seat.
        foreign = limit == 0 ? Optional.empty()
                : Optional.of(RegionService.register(context, addDriver(FOREIGN, "", limit, false), "vacant", settings.pid() + "." + FOREIGN));
    }

    @Deactivate
    void deactivate() {
        foreign.ifPresent(RegionService::end);
        close();
    }
}
