package sharebuf.tck;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import sharebuf.buffer.Errno;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceNode;

/**
 * Makes importers as {@code deploy} does: with the node of a device, and with fences and notes of the kit in the place of the broker's. Beside the node
 * stands a decoy of higher ranking that says ENODEV to everything.
 *
 * <p>Confined to one thread at a time.
 */
final class ConfiguredImporter implements ImporterSubject {
    private static final String DECOY = HiddenSeats.PREFIX + "decoy";

    /** The devices that the kit plays. */
    private static final List<Supplier<TestDevice>> DEVICES = List.of(() -> new ImportingVideo(ImportingVideo.Kind.CAMERA), () -> new ImportingVideo(ImportingVideo.Kind.MULTIPLANAR_CAMERA),
            () -> new ImportingVideo(ImportingVideo.Kind.ENCODER), () -> new ImportingCard(false), () -> new ImportingCard(true));

    private final Host host;
    private final List<Supplier<TestDevice>> devices;
    private final ConfiguredSeat<Importer> seat;
    private final SharedServices services = new SharedServices();
    private final Map<Importer, TestDevice> open = new IdentityHashMap<>();

    private ConfiguredImporter(Host host, String pid, List<Supplier<TestDevice>> devices) {
        this.host = host;
        this.devices = devices;
        seat = new ConfiguredSeat<>(host, Importer.class, Importer.DEVICE, pid);
    }

    /**
     * Tries which of the devices an importer is for.
     *
     * @throws Exception when for none
     */
    static ConfiguredImporter of(PluginUnderTest plugin, String pid) throws Exception {
        List<Supplier<TestDevice>> own = new ArrayList<>();
        Set<String> notFor = new TreeSet<>();
        List<String> said = new ArrayList<>();
        for (Supplier<TestDevice> each : DEVICES) {
            TestDevice device = each.get();
            if (notFor.contains(device.kind())) {
                continue;
            }
            ConfiguredImporter one = new ConfiguredImporter(plugin.host(), pid, List.of(each));
            try {
                one.close(one.open(device, new TestFences(), new TestNotes()));
                own.add(each);
            } catch (CaseFailed e) {
                notFor.add(device.kind());
                said.add(device.kind() + ": " + e.getMessage());
                plugin.reinstall();
            }
        }
        if (own.isEmpty()) {
            throw new CaseFailed("is for no device that the kit plays (a device with ioctls of its own is played in a unit test, see TestDevice): " + String.join("; ", said));
        }
        return new ConfiguredImporter(plugin.host(), pid, own);
    }

    @Override
    public List<Supplier<TestDevice>> devices() {
        return devices;
    }

    @Override
    public Importer open(TestDevice device, Fences fences, Notes notes) throws Exception {
        services.use(device, () -> register(device, fences, notes));
        Importer importer = null;
        try {
            String name = device.device().name();
            importer = seat.open(name, Map.of("node", "(" + Importer.DEVICE + "=" + name + ")"));
            open.put(importer, device);
            return importer;
        } finally {
            if (importer == null) {
                services.leave(device);
            }
        }
    }

    private List<ServiceRegistration<?>> register(TestDevice device, Fences fences, Notes notes) {
        BundleContext context = host.context();
        TestDevice decoy = devices.getFirst().get();
        decoy.fail(0, Errno.ENODEV, true);
        Dictionary<String, Object> preferred = SharedServices.preferred(Importer.DEVICE, DECOY);
        preferred.put(DeviceNode.KIND, device.kind());
        Dictionary<String, Object> own = SharedServices.properties(Importer.DEVICE, device.device().name());
        own.put(DeviceNode.KIND, device.kind());
        Dictionary<String, Object> ofKit = SharedServices.preferred(Importer.DEVICE, device.device().name());
        return List.of(context.registerService(DeviceNode.class, decoy, preferred), context.registerService(DeviceNode.class, device, own),
                context.registerService(Fences.class, fences, ofKit), context.registerService(Notes.class, notes, ofKit));
    }

    @Override
    public void close(Importer importer) {
        seat.close(importer);
        TestDevice device = open.remove(importer);
        if (device != null) {
            services.leave(device);
        }
    }
}
