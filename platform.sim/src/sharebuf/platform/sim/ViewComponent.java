package sharebuf.platform.sim;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** A table of pages that devices see through views, from one configuration {@code sharebuf.sim.views~NAME}. Thread-safe. */
@Component(service = {}, name = "sharebuf.sim.views", configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true)
public final class ViewComponent {
    private final Soc soc;
    private final Views views;

    /** Adds the table. */
    @Activate
    public ViewComponent(@Reference Soc soc, ViewConfig config, Map<String, Object> properties) {
        this.soc = soc;
        views = Views.of(String.valueOf(properties.get("service.pid")), config);
        soc.addViews(views);
    }

    @Deactivate
    void deactivate() {
        soc.removeViews(views);
    }
}
