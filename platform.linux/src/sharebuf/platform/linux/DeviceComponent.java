package sharebuf.platform.linux;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import sharebuf.linux.CallFailed;
import sharebuf.linux.DeviceFacts;
import sharebuf.mapping.DmaMapOps;
import sharebuf.node.DeviceNode;

/** A device, from one configuration {@code sharebuf.linux.device~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.linux.device", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.node.DeviceNode\"")
public final class DeviceComponent {
    private final LinuxPlatform platform;
    private final LinuxNode node;
    private final ServiceRegistration<DeviceNode> service;

    /** Opens the node. */
    @Activate
    public DeviceComponent(BundleContext context, @Reference LinuxPlatform platform, DeviceConfig config, Map<String, Object> properties) throws CallFailed {
        this.platform = platform;
        Settings settings = new Settings(String.valueOf(properties.get("service.pid")));
        settings.check(config.path().startsWith("/"), "path", config.path(), "a node, such as /dev/video0 or /dev/dri/card0");
        DeviceFacts facts = platform.machine().facts(config.path());
        DeviceSpec spec = DeviceSpec.parse(settings, config, facts, facts.driver().flatMap(driver -> KnownDrivers.of(context, driver)));
        node = platform.addDevice(spec);
        Hashtable<String, Object> all = new Hashtable<>();
        all.put("sharebuf.device", spec.device().name());
        all.put(DeviceNode.KIND, spec.kind());
        all.put(DmaMapOps.ADDRESS_SPACE, spec.device().addressSpace());
        all.put("compatible", spec.device().compatible().toArray(String[]::new));
        all.put("role", config.role());
        facts.name().ifPresent(name -> all.put(DeviceNode.KERNEL_NAME, name));
        facts.driver().ifPresent(driver -> all.put(DeviceNode.DRIVER, driver));
        spec.mask().ifPresent(mask -> {
            all.put(DeviceNode.MASK, mask);
            all.put(DeviceNode.BOUNCE, spec.bounce() ? DeviceNode.ALLOW : DeviceNode.REFUSE);
        });
        all.put("service.pid", settings.pid());
        service = context.registerService(DeviceNode.class, node, all);
    }

    @Deactivate
    void deactivate() {
        RegionService.end(service);
        platform.removeDevice(node);
    }
}
