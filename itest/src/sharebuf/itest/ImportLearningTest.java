package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.node.DeviceNode;

/** A guest's importer that declares nothing and refuses memory as the kernel does: services of the registry, bundles that come and go. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class ImportLearningTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final BufferSpec PAGES = BufferSpec.bytes(1_228_800).count(2);
    private static final UseId GUEST = UseId.parse("guest");

    @InjectBundleContext
    BundleContext context;
    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private volatile String refused = "";
    private Session session;
    private ServiceRegistration<?> importer;

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards/raspberrypi-4.json"), Map.of(), SOON);
        session = broker.open("import test");
        register(DeviceNode.class, new Node(), "sharebuf.device", "guest", DeviceNode.KIND, DeviceNode.V4L2, DmaMapOps.ADDRESS_SPACE, "elsewhere", DeviceNode.DRIVER, "guest_driver");
        register(DmaMapOps.class, new Hidden(), DmaMapOps.ADDRESS_SPACE, "elsewhere");
        importer = register(Importer.class, new Guest(), Importer.DEVICE, "guest", DmaMapOps.ADDRESS_SPACE, "elsewhere", "service.pid", "guest.importer");
    }

    @AfterEach
    void down() {
        session.close();
        services.reversed().forEach(ServiceRegistration::unregister);
        assertThat(inventory.snapshot().buffers()).isEmpty();
        assertThat(inventory.snapshot().mappings()).isEmpty();
        assertThat(inventory.learnt()).as("what was learnt of a device goes with it").isEmpty();
        deployer.takeDown();
    }

    private <T> ServiceRegistration<T> register(Class<T> type, T service, String... properties) {
        Dictionary<String, Object> all = new Hashtable<>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        ServiceRegistration<T> registration = context.registerService(type, service, all);
        services.add(registration);
        return registration;
    }

    private List<String> regions(BufferId buffer) {
        return inventory.snapshot().buffers().stream().filter(b -> b.id().equals(buffer)).flatMap(b -> b.objects().stream()).map(Snapshot.Memory::region).toList();
    }

    private final class Guest implements Importer {
        @Override
        public List<Use> uses() {
            return List.of(new Use(GUEST, Access.READ, DmaConstraints.builder().build(), List.of(), true, LettingGo.BETWEEN_JOBS, 0));
        }

        @Override
        public Outcome<Outcome.Done> attached(Attached a) {
            String where = regions(a.buffers().getFirst()).getFirst();
            shown.add(where);
            return where.matches(refused) ? Outcome.no(Refusal.of(Errno.EFAULT, "VIDIOC_PREPARE_BUF", "scattered pages", "one piece")) : Outcome.ok();
        }
    }

    /** Maps as the kernel does: nobody knows where. */
    private static final class Hidden implements DmaMapOps {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.direct(use, own);
        }

        @Override
        public void map(MapRequest request, Table table) {
            table.opaque("guest");
        }

        @Override
        public void unmap(Mapped mapped, Table table) {
        }
    }

    private static final class Node implements DeviceNode {
        @Override
        public Device device() {
            return new Device("guest", List.of(), "elsewhere", DmaConstraints.builder().build());
        }

        @Override
        public int ioctl(long request, MemorySegment arg) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MemorySegment map(long offset, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(MemorySegment into) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int poll(int events, Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int handle(ObjectId object) {
            throw new UnsupportedOperationException();
        }
    }

    private BufferSet allocate() {
        return session.allocateFor(PAGES, List.of(GUEST)).orThrow();
    }

    private String firstChoice() {
        return broker.explain(PAGES, List.of(GUEST)).choices().getFirst().region();
    }

    @Test
    @DisplayName("refused memory is followed by other memory, which is learnt, shown, and kept over a restart of the plug-in")
    void elsewhere() {
        refused = firstChoice();
        try (BufferSet set = allocate()) {
            assertThat(regions(set.buffers().getFirst().id())).doesNotContain(refused);
        }
        assertThat(shown).hasSize(2).doesNotHaveDuplicates();
        List<Hypothesis> learnt = broker.learnt();
        // But for its age, which has grown between the two questions.
        assertThat(learnt).usingRecursiveFieldByFieldElementComparatorIgnoringFields("ageMillis").isEqualTo(inventory.learnt()).hasSize(1);
        assertThat(learnt.getFirst().message()).startsWith("guest took no memory of " + refused + " at 1228800 bytes: EFAULT, once, ");
        assertThat(learnt.getFirst().said()).contains("scattered pages");
        importer.unregister();
        services.remove(importer);
        register(Importer.class, new Guest(), Importer.DEVICE, "guest", DmaMapOps.ADDRESS_SPACE, "elsewhere", "service.pid", "guest.importer");
        assertThat(broker.learnt()).hasSize(1);
        shown.clear();
        allocate().close();
        assertThat(shown).as("learnt: the other memory at once").hasSize(1).doesNotContain(refused);
    }

    @Test
    @DisplayName("where nobody's memory is taken the refusal says what was tried, and nothing is kept")
    void nowhere() {
        refused = ".*";
        Refusal why = session.allocateFor(PAGES, List.of(GUEST)).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EFAULT);
        assertThat(why.use()).isEqualTo("guest");
        assertThat(why.allocators()).extracting(Refusal.Reason::reason).anySatisfy(r -> assertThat(r).startsWith("EFAULT from guest: VIDIOC_PREPARE_BUF: found scattered pages"));
        assertThat(shown).doesNotHaveDuplicates().hasSize(broker.learnt().size());
        assertThat(inventory.snapshot().regions()).allSatisfy(r -> assertThat(r.used()).isZero());
        assertThat(session.allocateApart(PAGES, List.of(GUEST)).why()).isPresent();
    }

    @Test
    @DisplayName("what a bundle says of a kernel driver counts as soon as it is installed, and no longer than that")
    void facts() throws Exception {
        String before = firstChoice();
        Bundle facts = context.installBundle("facts", jar("sharebuf.driver;driver=guest_driver;imports=own;source=\"a trial\","
                + "sharebuf.driver;driver=guest_driver;imports=sometimes;source=nonsense"));
        try {
            assertThat(broker.explain(PAGES, List.of(GUEST)).allocators()).filteredOn(r -> r.offered()).isNotEmpty().allSatisfy(row ->
                    assertThat(row.cells()).anySatisfy(c -> assertThat(c.reason()).contains("driver guest_driver imports only what it gave itself", "a trial")));
            allocate().close();
            assertThat(shown).as("a fact puts last, it forbids nothing").hasSize(1);
        } finally {
            facts.uninstall();
        }
        assertThat(broker.explain(PAGES, List.of(GUEST)).allocators()).allSatisfy(row -> assertThat(row.cells()).noneSatisfy(c -> assertThat(c.requirement()).isEqualTo("import")));
        assertThat(firstChoice()).isEqualTo(before);
    }

    private static InputStream jar(String capability) throws Exception {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", "facts");
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Provide-Capability", capability);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JarOutputStream(bytes, manifest).close();
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
