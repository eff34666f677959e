package sharebuf.deploy;

import java.util.List;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Says which components are not there and why, as a JDK type, for a launcher that shares no class with this framework. */
@Component(property = "sharebuf.diagnosis=components", service = Supplier.class)
public final class Diagnosis implements Supplier<List<String>> {
    private final Reasons reasons;

    /**
     * Asks the component runtime.
     *
     * @param runtime the component runtime
     */
    @Activate
    public Diagnosis(@Reference ServiceComponentRuntime runtime) {
        reasons = new Reasons(runtime);
    }

    @Override
    public List<String> get() {
        return reasons.all();
    }
}
