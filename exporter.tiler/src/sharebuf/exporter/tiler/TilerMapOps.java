package sharebuf.exporter.tiler;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
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
 * The dma_map_ops of the bundle, for the address space whose devices are behind the table. Its service property {@code sharebuf.addressSpace} is that of its configuration.
 *
 * <p>Externally synchronised by the seat.
 */
@Serves(kind = Serves.MAPOPS, pid = TilerMapOps.PID)
@Component(name = TilerMapOps.PID, configurationPid = TilerMapOps.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TilerMapOps implements DmaMapOps {
    static final String PID = "sharebuf.exporter.tiler.views";

    private final Shows shows;

    /** The keys of the configuration. */
    @interface Config {
        /** The region whose pages are in the container. */
        String region() default "tiler";

        /** Devices that are programmed with a pitch, and how they see the container: {@code DEVICE=VIEW}. Others are given each line. */
        String[] views() default {};
    }

    /**
     * Serves an address space.
     *
     * @param books the books of the bundle
     * @param config the configuration
     * @throws IllegalArgumentException when a view has no such form
     */
    @Activate
    public TilerMapOps(@Reference Books books, Config config) {
        shows = new Shows(config.region(), Shows.views(PID, config.views()), books.of(config.region()));
    }

    @Override
    public void adopt(Live live) {
        shows.adopt(live.mappings());
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        return shows.through(device, use, own);
    }

    @Override
    public void map(MapRequest request, Table table) {
        shows.map(request, table);
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        shows.unmap(mapped, table);
    }
}
