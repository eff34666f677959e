package sharebuf.app.tour;

import java.util.Hashtable;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import sharebuf.app.board.NoDma;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.node.DeviceNode;

/**
 * A device whose driver keeps every buffer that it was given, as some do until they are closed: its importer says so. It takes any memory, maps
 * it itself, and makes no DMA.
 *
 * <p>Immutable.
 */
record NeverLetsGo(Device device) implements Importer, DmaMapOps, NoDma {
    static final UseId USE = UseId.parse("recorder");

    /** Brings it; whoever unregisters it takes it away. */
    static ServiceRegistration<?> register(BundleContext context) {
        Device device = new Device(USE.device(), List.of("example,recorder"), USE.device(), DmaConstraints.builder().build());
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(Importer.DEVICE, USE.device());
        properties.put(DmaMapOps.ADDRESS_SPACE, USE.device());
        properties.put(Constants.SERVICE_PID, "example." + USE.device());
        return context.registerService(new String[] {DeviceNode.class.getName(), DmaMapOps.class.getName(), Importer.class.getName()}, new NeverLetsGo(device), properties);
    }

    @Override
    public List<Use> uses() {
        return List.of(new Use(USE, Access.READ, device.dma(), List.of(), true, true, LettingGo.NEVER, 0));
    }

    @Override
    public MemoryConstraints through(Device of, UseId use, DmaConstraints own) {
        return MemoryConstraints.NONE;
    }

    @Override
    public void map(MapRequest request, Table table) {
        table.opaque(USE.device());
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        // There is no entry.
    }
}
