package sharebuf.exporter.tiler;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import sharebuf.allocator.Request;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.plugin.Serves;

/**
 * The exporter of the bundle: pictures that have to lie in its region are laid out in tiles. Others are nobody's but the default exporter's. Its service property
 * {@code sharebuf.exporter} is that of its configuration.
 *
 * <p>Immutable.
 */
@Serves(kind = Serves.EXPORTER, pid = TilerExporter.PID)
@Component(name = TilerExporter.PID, configurationPid = TilerExporter.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class TilerExporter implements Exporter {
    static final String PID = "sharebuf.exporter.tiler";

    private final String region;

    /** The keys of the configuration; {@code sharebuf.exporter} is the seat's name. */
    @interface Config {
        /** The region whose pages are in the container. */
        String region() default "tiler";
    }

    /**
     * Serves the pictures of a region.
     *
     * @param config the configuration
     */
    @Activate
    public TilerExporter(Config config) {
        region = config.region();
    }

    @Override
    public boolean takes(Request request) {
        int objects = request.spec().format().map(PixelFormat::objects).orElse(0);
        boolean here = objects > 0;
        for (int object = 0; object < objects; object++) {
            var names = request.constraints().regions().get(object);
            here &= names != null && names.value().size() == 1 && names.value().contains(region);
        }
        return here && Tiling.suits(request.spec().format().get());
    }

    @Override
    public Layout layout(Request request, Layout usual) {
        return request.spec().format().flatMap(f -> Tiling.of(f, request.spec().height(), usual)).orElse(usual);
    }
}
