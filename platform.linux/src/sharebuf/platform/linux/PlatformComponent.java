package sharebuf.platform.linux;

import java.nio.file.Path;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.platform.Platform;

/**
 * The {@link LinuxPlatform} as a service, under its contract for the broker, under its own name for the components of this bundle. There
 * only when it is configured, so that the bundle may be installed beside another platform. Thread-safe.
 */
@Component(service = {Platform.class, LinuxPlatform.class}, name = "sharebuf.linux.platform", configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
public final class PlatformComponent extends LinuxPlatform {
    /** Starts without memory and devices. */
    @Activate
    public PlatformComponent(PlatformConfig config) {
        super(Libc.find().orElseThrow(() -> new IllegalStateException("sharebuf.linux.platform: needs 64-bit Linux and native access "
                + "(--enable-native-access=ALL-UNNAMED)")), new Machine(Path.of(config.root())));
    }

    @Deactivate
    void deactivate() {
        close();
    }
}
