package sharebuf.mapops.iommu;

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
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: wires a {@link Domain} to an address space. Its service property {@code sharebuf.addressSpace} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.MAPOPS, pid = IommuMapOps.PID)
@Component(name = IommuMapOps.PID, configurationPid = IommuMapOps.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class IommuMapOps implements DmaMapOps {
    static final String PID = "sharebuf.mapops.iommu";

    private final Domain domain;

    /** The keys of the configuration; {@code sharebuf.addressSpace} is the seat's name. */
    @interface Config {
        /** The first IOVA. */
        String base() default "0x10000";

        /** Bytes of IOVAs. */
        String size() default "0xfffe0000";

        /** Windows that nobody is given, {@code address+size}. */
        String[] reserved() default {};
    }

    /**
     * Serves an address space.
     *
     * @param config the configuration
     */
    @Activate
    public IommuMapOps(Config config) {
        domain = Domain.of(PID, config.base(), config.size(), config.reserved());
    }

    @Override
    public void adopt(Live live) {
        domain.adopt(live.mappings());
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        return domain.through(use, own);
    }

    @Override
    public void map(MapRequest request, Table table) {
        domain.map(request, table);
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        domain.unmap(mapped, table);
    }
}
