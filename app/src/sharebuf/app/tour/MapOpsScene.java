package sharebuf.app.tour;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import sharebuf.app.board.LiveBoard;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.sim.Faults;

/** Row 11: one address space loses its dma_map_ops; then a mapping is revoked and the device uses its address nevertheless. */
final class MapOpsScene implements Scene {
    private static final String SPACE = "soc";
    private static final BufferSpec SPEC = BufferSpec.bytes(1 << 16);

    @Override
    public void play(Stage stage, Seen seen) throws Exception {
        try (LiveBoard board = stage.board(); Session session = board.broker().open("tour 11")) {
            List<UseId> soc = board.broker().resolve(List.of("encoder:capture")).orThrow();
            BufferSet live = session.allocateFor(SPEC, soc).orThrow();
            Attachment attachment = live.attachments().getFirst();
            DmaAddress address = attachment.address(live.buffers().getFirst().objects().getFirst()).orElseThrow();
            Restore restore = away(stage.context());
            try {
                var refused = session.allocateFor(SPEC, soc).why();
                seen.that(refused.isPresent(), "the dma_map_ops of " + SPACE + " went: a new mapping for its devices is refused: "
                        + refused.map(r -> r.errno() + ", " + r.constraint() + ", found " + r.found()).orElse(""));
                UseId other = board.broker().resolve(List.of("gpu:output")).orThrow().getFirst();
                try (BufferSet gpu = session.allocateFor(BufferSpec.picture(sharebuf.format.PixelFormat.NV12, 64, 64), List.of(other)).orThrow()) {
                    seen.that(gpu.state() == BufferSet.State.MAPPED, "a new mapping for " + other + " in another address space is made");
                }
                Optional<Faults.Stopped> access = board.faults().send(address.device(), address.address(), 64, true);
                seen.that(access.isEmpty() && live.state() == BufferSet.State.MAPPED, "the live mapping stays: the device still writes at " + address);
            } finally {
                restore.put();
            }
            live.close();
            Optional<Faults.Stopped> late = board.faults().send(address.device(), address.address(), 64, true);
            seen.that(late.isPresent(), "revoked in order, then used nevertheless: " + late.map(Faults.Stopped::message).orElse(""));
        }
    }

    /** Puts things back. */
    private interface Restore {
        void put() throws Exception;
    }

    /** Takes the dma_map_ops of one address space away: its configuration names another one for a while. */
    private static Restore away(BundleContext context) throws Exception {
        ServiceReference<ConfigurationAdmin> reference = context.getServiceReference(ConfigurationAdmin.class);
        ConfigurationAdmin admin = context.getService(reference);
        Configuration[] found = admin.listConfigurations("(" + DmaMapOps.ADDRESS_SPACE + "=" + SPACE + ")");
        for (Configuration configuration : found == null ? new Configuration[0] : found) {
            if (configuration.getFactoryPid() != null && configuration.getFactoryPid().startsWith("sharebuf.mapops.")) {
                Dictionary<String, Object> was = configuration.getProperties();
                Dictionary<String, Object> elsewhere = new Hashtable<>();
                was.keys().asIterator().forEachRemaining(k -> elsewhere.put(k, was.get(k)));
                elsewhere.put(DmaMapOps.ADDRESS_SPACE, "elsewhere");
                ServiceTracker<DmaMapOps, DmaMapOps> moved = new ServiceTracker<>(context, context.createFilter("(&(objectClass=" + DmaMapOps.class.getName() + ")("
                        + DmaMapOps.ADDRESS_SPACE + "=elsewhere))"), null);
                moved.open();
                configuration.update(elsewhere);
                boolean gone = moved.waitForService(5_000) != null;
                moved.close();
                if (!gone) {
                    throw new Seen.NotSeen("the dma_map_ops of " + SPACE + " do not go");
                }
                return () -> configuration.update(was);
            }
        }
        throw new Seen.NotSeen("no configuration of dma_map_ops for " + SPACE);
    }
}
