package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.sim.Faults;

/** Devices that take one segment get scattered memory where an IOMMU translates for them, on the board odroid-u3. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class IommuTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectBundleContext
    BundleContext context;
    @TempDir
    Path folder;
    private Faults faults;

    @BeforeEach
    void up() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "odroid-u3.json"), Map.of(), SOON);
        faults = context.getService(context.getServiceReference(Faults.class));
    }

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(inventory.snapshot().buffers()).isEmpty();
        assertThat(inventory.snapshot().mappings()).isEmpty();
    }

    /** Leaves free memory in pieces of 4 MiB, so that luck plays no part. */
    private static void fragment(Session session) {
        List<BufferSet> blocks = new ArrayList<>();
        BufferSpec block = BufferSpec.bytes(4 << 20).in(0, List.of("ram"));
        List<UseId> cpu = List.of(UseId.parse("cpu"));
        for (Outcome<BufferSet> one = session.allocateFor(block, cpu); one.isOk(); one = session.allocateFor(block, cpu)) {
            blocks.add(one.orThrow());
        }
        for (int i = 0; i < blocks.size(); i += 2) {
            blocks.get(i).close();
        }
    }

    /** Larger than the largest block of the page allocator. */
    private static BufferSet large(Session session, String... uses) {
        return session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 3840, 2176), Arrays.stream(uses).map(UseId::parse).toList()).orThrow();
    }

    private int extents(ObjectId object) {
        return inventory.snapshot().buffers().stream().filter(b -> b.id().equals(object.buffer())).findFirst().orElseThrow().objects().get(object.index()).extents().size();
    }

    private static List<DmaAddress> addresses(BufferSet set) {
        ObjectId object = set.buffers().getFirst().objects().getFirst();
        return set.attachments().stream().map(a -> a.address(object).orElseThrow()).toList();
    }

    @Test
    @DisplayName("scattered memory is one segment for each device, at an address of its own that finds the buffer")
    void scatteredMemoryIsOneRange() {
        try (Session session = broker.open("test")) {
            fragment(session);
            BufferSet set = large(session, "camera", "decoder:output", "encoder:output", "display");
            ObjectId object = set.buffers().getFirst().objects().getFirst();
            assertThat(extents(object)).as("pieces of at most 4 MiB").isGreaterThan(2);
            for (Attachment a : set.attachments()) {
                assertThat(a.mapping(object).orElseThrow()).isInstanceOfSatisfying(Attachment.Mapping.Addressed.class, m -> assertThat(m.segments()).hasSize(1));
            }
            assertThat(addresses(set).get(1).address()).as("both units of the codec share a domain").isNotEqualTo(addresses(set).get(2).address());
            assertThat(faults.send("decoder", addresses(set).get(2).address(), 4096, false)).as("so each reaches what the other has mapped").isEmpty();
            assertThat(faults.send("camera", addresses(set).get(3).address(), 4096, false)).as("the camera does not reach what the display has").isPresent();
            for (DmaAddress address : addresses(set)) {
                assertThat(session.lookup(address).orElseThrow().id()).isEqualTo(object.buffer());
            }
        }
    }

    @Test
    @DisplayName("what is not mapped faults, before and behind each mapping and after it: device, address and direction are told")
    void whatIsNotMappedFaults() {
        try (Session session = broker.open("test")) {
            BufferSet set = large(session, "camera", "display");
            DmaAddress display = addresses(set).get(1);
            long size = set.layout().objects().getFirst() + 4095 & -4096;
            assertThat(faults.send("display", display.address(), 4096, false)).isEmpty();
            assertThat(faults.send("display", display.address() + size - 1, 1, false)).isEmpty();
            assertThat(faults.send("display", display.address(), 1, true).orElseThrow().message()).contains("display: write", "no right to write");
            assertThat(faults.send("display", display.address() + size, 1, false).orElseThrow().message()).contains("display: read", "no translation");
            assertThat(faults.send("display", display.address() - 1, 1, false).orElseThrow().message()).contains("no translation");
            set.close();
            assertThat(faults.send("display", display.address(), 4096, false).orElseThrow().message()).contains("display: read of 4096 bytes at IOVA 0x"
                    + Long.toHexString(display.address()), "no translation");
        }
    }

    @Test
    @DisplayName("stopped, started and swapped while its mappings live: they stay, and no address is given twice")
    void itIsReplacedWhileItsMappingsLive() {
        try (Session session = broker.open("test")) {
            BufferSet set = large(session, "camera", "display");
            List<DmaAddress> before = addresses(set);
            assertThat(deployer.stop("mapops.iommu").done()).isTrue();
            assertThat(faults.send("display", before.get(1).address(), 4096, false)).isEmpty();
            assertThat(deployer.start("mapops.iommu").done()).isTrue();
            Deployer.Change swapped = deployer.swap("mapops.iommu", Optional.empty());
            assertThat(swapped.done()).as(swapped.message()).isTrue();
            assertThat(addresses(set)).isEqualTo(before);
            List<DmaAddress> all = new ArrayList<>(before); // of two devices in domains of their own
            for (int i = 0; i < 4; i++) {
                all.addAll(addresses(large(session, "camera", "display")));
            }
            assertThat(all).doesNotHaveDuplicates();
            assertThat(inventory.snapshot().seats()).filteredOn(s -> s.kind().equals("mapops")).hasSize(4).allSatisfy(s -> assertThat(s.state()).isEqualTo(Snapshot.SeatState.SEATED));
        }
    }

    @Test
    @DisplayName("while its plug-in is away a device gets no mapping, and never physical addresses; when it is back, it gets one")
    void noMappingWhileItsPluginIsAway() {
        try (Session session = broker.open("test")) {
            assertThat(deployer.stop("mapops.iommu").done()).isTrue();
            Refusal why = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), List.of(UseId.parse("camera"), UseId.parse("display"))).why().orElseThrow();
            assertThat(why.errno()).isIn(Errno.EAGAIN, Errno.ENODEV); // within the grace time, and behind it
            assertThat(why.message()).contains("camera", "mapops of fimc", "sharebuf.mapops.iommu~fimc").contains("start=mapops.iommu");
            assertThat(inventory.snapshot().mappings()).isEmpty();
            assertThat(inventory.snapshot().buffers()).isEmpty();
            assertThat(deployer.start("mapops.iommu").done()).isTrue();
            assertThat(addresses(large(session, "camera", "display"))).hasSize(2);
        }
    }

    @Test
    @DisplayName("where the board has nobody who serves an IOMMU, its device counts as having none: contiguous memory at the addresses of the CPU")
    void unservedIommusCountAsNone() throws Exception {
        deployer.takeDown();
        String text = Files.readString(Path.of(System.getProperty("sharebuf.home"), "boards", "odroid-u3.json"));
        String direct = text.replaceAll("\"sharebuf.mapops.iommu~(\\w+)\": \\{(\"when\": [^,]+, \"sharebuf.addressSpace\": \"\\w+\")[^}]*}", "\"sharebuf.mapops.direct~$1\": {$2}")
                .replace("{\"id\": \"org.sharebuf:mapops.iommu:0.1.0\"},", "");
        assertThat(direct).doesNotContain("mapops.iommu:").doesNotContain("mapops.iommu~");
        deployer.bringUp(Files.writeString(folder.resolve("direct.json"), direct), Map.of(), SOON);
        try (Session session = broker.open("test")) {
            BufferSet set = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 1920, 1080), List.of(UseId.parse("camera"), UseId.parse("display"))).orThrow();
            ObjectId object = set.buffers().getFirst().objects().getFirst();
            assertThat(extents(object)).isEqualTo(1);
            Snapshot.Region cma = inventory.snapshot().regions().stream().filter(r -> r.name().equals("cma")).findFirst().orElseThrow();
            assertThat(addresses(set)).allSatisfy(a -> assertThat(a.address()).isBetween(cma.base(), cma.base() + cma.size()));
        }
    }
}
