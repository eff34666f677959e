package sharebuf.platform.sim;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import sharebuf.mapping.DmaMapOps;
import sharebuf.node.DeviceNode;
import sharebuf.platform.DriverMemory;
import sharebuf.sim.FrameSink;
import sharebuf.sim.FrameSource;

/**
 * A device, from one configuration {@code sharebuf.sim.device~NAME}. Its node is registered by hand, since it goes when the device is
 * unplugged. Thread-safe.
 */
@Component(service = {}, name = "sharebuf.sim.device", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"sharebuf.node.DeviceNode\"")
public final class DeviceComponent {
    private static final String DEVICE = "sharebuf.device";

    private final Soc soc;
    private final SimNode node;
    private final ServiceRegistration<DeviceNode> service;
    private final AtomicBoolean registered = new AtomicBoolean(true);

    /** Adds the device and starts it. */
    @Activate
    public DeviceComponent(BundleContext context, @Reference Soc soc, DeviceConfig config, Map<String, Object> properties) {
        this.soc = soc;
        String pid = String.valueOf(properties.get("service.pid"));
        DeviceSpec spec = DeviceSpec.parse(pid, config);
        node = SimNode.of(spec, soc);
        soc.addDevice(node);
        Hashtable<String, Object> all = new Hashtable<>();
        all.put(DEVICE, spec.device().name());
        all.put(DeviceNode.KIND, spec.kind());
        all.put(DmaMapOps.ADDRESS_SPACE, spec.device().addressSpace());
        all.put("compatible", spec.device().compatible().toArray(String[]::new));
        all.put("role", config.role());
        all.put("service.pid", pid);
        service = context.registerService(DeviceNode.class, node, all);
        node.onGone(this::unregister);
        if (node.isGone()) { // unplugged before anybody could tell us
            unregister();
        }
    }

    private void unregister() {
        if (registered.compareAndSet(true, false)) {
            service.unregister();
        }
    }

    @Deactivate
    void deactivate() {
        unregister();
        soc.removeDevice(node);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addSource(FrameSource source, Map<String, Object> properties) {
        if (mine(properties)) {
            node.source.add(source);
        }
    }

    void removeSource(FrameSource source) {
        node.source.remove(source);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void addSink(FrameSink sink, Map<String, Object> properties) {
        if (mine(properties)) {
            node.sink.add(sink);
        }
    }

    void removeSink(FrameSink sink) {
        node.sink.remove(sink);
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setDriverMemory(DriverMemory memory) {
        node.driverMemory.add(memory);
    }

    void unsetDriverMemory(DriverMemory memory) {
        node.driverMemory.remove(memory);
    }

    private boolean mine(Map<String, Object> properties) {
        return node.device().name().equals(properties.get(DEVICE));
    }
}
