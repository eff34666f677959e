package sharebuf.mapops.direct;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.plugin.Serves;

/**
 * The component. Its service property {@code sharebuf.addressSpace} is that of its configuration.
 *
 * <p>Immutable: it keeps nothing between calls.
 */
@Serves(kind = Serves.MAPOPS, pid = DirectMapOps.PID)
@Component(name = DirectMapOps.PID, configurationPid = DirectMapOps.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DirectMapOps implements DmaMapOps {
    static final String PID = "sharebuf.mapops.direct";

    /** Serves an address space. */
    @Activate
    public DirectMapOps() {
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        return MemoryConstraints.direct(use, own);
    }

    @Override
    public void map(MapRequest request, Table table) {
        new Mapping(request).enter(table);
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        for (SegmentRule.Segment segment : mapped.segments()) {
            table.remove(segment.dma(), segment.size());
        }
        table.flush();
    }
}
