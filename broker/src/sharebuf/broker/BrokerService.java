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
    /** States in which a bundle may have sessions. */
    static final int RUNNING = Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING;
    /** The bundle of whoever did not come through the registry. */
    static final String UNKNOWN = "unknown";

    private final Broker broker;
    private final Optional<Bundle> using;
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
        this.using = Optional.ofNullable(context.getUsingBundle());
        this.bundle = using.map(BrokerComponent::name).orElse(UNKNOWN);
    }

    @Override
    public Session open(String name) {
        requireRunning(name);
        Session session = broker.open(name, bundle, CallSite.now());
        try {
            // It may have stopped since: nobody else would end a session that was opened behind that.
            requireRunning(name);
        } catch (IllegalStateException e) {
            session.close();
            throw e;
        }
        return session;
    }

    /** A bundle may still have threads when it has stopped, and others may have its objects. */
    private void requireRunning(String name) {
        if ((using.map(Bundle::getState).orElse(Bundle.ACTIVE) & RUNNING) == 0) {
            throw new IllegalStateException("session '" + name + "': bundle " + bundle + " has stopped");
        }
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
        return broker.lessons().learnt();
    }
}
