package sharebuf.broker;

import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/** The broker as one bundle sees it: sessions opened here belong to that bundle. It has nothing to give back itself. */
@Component(name = "sharebuf.broker.service", service = BufferBroker.class, scope = ServiceScope.BUNDLE)
public final class BrokerService implements BufferBroker {
    private final Broker broker;
    private final String bundle;

    /**
     * For one bundle.
     *
     * @param context names the bundle
     * @param core the broker
     */
    @Activate
    public BrokerService(ComponentContext context, @Reference BrokerComponent core) {
        this.broker = core.broker();
        Bundle using = context.getUsingBundle();
        this.bundle = using == null ? "unknown" : BrokerComponent.name(using);
    }

    @Override
    public Session open(String name) {
        return broker.open(name, bundle, Broker.caller());
    }

    @Override
    public List<Use> uses() {
        return broker.uses();
    }

    @Override
    public Outcome<List<UseId>> resolve(List<String> names) {
        return broker.directory().resolve(names);
    }

    @Override
    public Explanation explain(BufferSpec spec, List<UseId> uses) {
        return broker.explain(spec, uses);
    }

    @Override
    public Optional<Use> use(UseId id) {
        return broker.directory().find(id).map(p -> p.use());
    }

    @Override
    public List<Hypothesis> learnt() {
        return broker.learnt();
    }
}
