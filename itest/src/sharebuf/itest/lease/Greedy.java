package sharebuf.itest.lease;

import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Takes one of everything, and gives nothing back. Loaded from a bundle made at run time, which may throw at either end. */
public final class Greedy implements BundleActivator {
    /** Header: where to throw, {@code start} or {@code stop}. */
    static final String THROWS = "Throws";

    @Override
    public void start(BundleContext context) {
        BufferBroker broker = context.getService(context.getServiceReference(BufferBroker.class));
        Session session = broker.open("greedy");
        BufferSpec spec = BufferSpec.picture(PixelFormat.NV12, 640, 480);
        BufferSet set = session.allocateFor(spec.count(2), List.of(UseId.parse("camera"), UseId.parse("display"))).orThrow();
        session.describe(spec, List.of(UseId.parse("camera"))).orThrow();
        SharedBuffer held = session.hold(set.buffers().getFirst().id()).orThrow();
        held.beginCpuAccess(Access.READ, Duration.ofSeconds(1)).orThrow();
        broker.open("empty");
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("lease.late", "true");
        context.registerService(Supplier.class, (Supplier<Session>) () -> broker.open("late"), properties);
        context.registerService(Consumer.class, (Consumer<Runnable>) this::runs, new Hashtable<>(Map.of("lease.runs", "true")));
        if ("start".equals(context.getBundle().getHeaders().get(THROWS))) {
            throw new IllegalStateException("start of greedy");
        }
    }

    /** What others do with it below them on the stack. */
    private void runs(Runnable what) {
        what.run();
    }

    @Override
    public void stop(BundleContext context) {
        if ("stop".equals(context.getBundle().getHeaders().get(THROWS))) {
            throw new LinkageError("stop of greedy");
        }
    }
}
