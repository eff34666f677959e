package sharebuf.mapops.direct;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import sharebuf.buses.BusMapping;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
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
 * <p>Immutable: it keeps nothing between calls. Whether it may bounce is its configuration.
 */
@Serves(kind = Serves.MAPOPS, pid = DirectMapOps.PID)
@Component(name = DirectMapOps.PID, configurationPid = DirectMapOps.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class DirectMapOps implements DmaMapOps {
    static final String PID = "sharebuf.mapops.direct";

    /** What the board says. */
    @interface Config {
        /** Whether objects that a device does not reach are copied for each job: {@code refuse} or {@code allow}. */
        String bounce() default REFUSE;
    }

    private static final String REFUSE = "refuse";
    private static final String ALLOW = "allow";

    private final boolean bounce;

    /** Serves an address space, and copies nothing. */
    public DirectMapOps() {
        bounce = false;
    }

    /** Serves an address space. */
    @Activate
    public DirectMapOps(Config config) {
        if (!List.of(REFUSE, ALLOW).contains(config.bounce())) {
            throw new IllegalArgumentException("bounce = " + config.bounce() + ": refuse or allow");
        }
        bounce = config.bounce().equals(ALLOW);
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        return MemoryConstraints.direct(use, own);
    }

    /** Anything: bounce buffers are contiguous, and lie where the device reaches. */
    @Override
    public Optional<MemoryConstraints> bouncing(Device device, UseId use, DmaConstraints own) {
        return bounce ? Optional.of(MemoryConstraints.translated(use, own.with().segments(SegmentLimits.NONE).align(1).build())) : Optional.empty();
    }

    @Override
    public void map(MapRequest request, Table table) {
        BusMapping mapping;
        try {
            mapping = new BusMapping(request);
        } catch (IllegalArgumentException beyond) {
            if (!bounce) {
                throw beyond;
            }
            table.bounce();
            return;
        }
        mapping.enter(table);
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        for (SegmentRule.Segment segment : mapped.segments()) {
            table.remove(segment.dma(), segment.size());
        }
        table.flush();
    }
}
