package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ForeignAddressException;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.mapping.Mapped;

/** Pictures in a tiler's container: one memory, shown to each device as it is wired, on the board pandaboard-es. */
@ExtendWith(ServiceExtension.class)
class TilerTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long SYSTEM = 0x6000_0000L;
    private static final long TURNED = 0x1_0000_0000L;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;

    @AfterEach
    void down() {
        deployer.takeDown();
        assertThat(inventory.snapshot().buffers()).isEmpty();
    }

    private void up(String view) throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "pandaboard-es.json"), Map.of("view", view, "tiler", "160MiB"), SOON);
    }

    private static BufferSpec pictures(PixelFormat format, int width, int height) {
        return BufferSpec.picture(format, width, height);
    }

    private static Outcome<BufferSet> allocate(Session session, BufferSpec spec, String... uses) {
        return session.allocateFor(spec, Arrays.stream(uses).map(UseId::parse).toList());
    }

    private List<Mapped> mappings(String device) {
        return inventory.snapshot().mappings().stream().filter(m -> m.device().name().equals(device)).toList();
    }

    @Test
    @DisplayName("each device has its own addresses of one memory: with a pitch, turned, or line by line")
    void eachSeesItItsOwnWay() throws Exception {
        up("90");
        try (Session session = broker.open("test")) {
            BufferSet set = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display", "sdma:output").orThrow();
            assertThat(set.layout().linear()).isFalse();
            Mapped camera = mappings("camera").getFirst();
            Mapped display = mappings("display").getFirst();
            Mapped lines = mappings("sdma").getFirst();
            assertThat(List.of(camera.object(), display.object(), lines.object())).containsOnly(camera.object());
            // 384 lines of luma 16 KiB apart, then 192 of chroma 32 KiB apart.
            assertThat(camera.segments()).hasSize(384 + 192);
            assertThat(camera.segments().get(1).dma() - camera.segments().get(0).dma()).isEqualTo(16 << 10);
            assertThat(camera.segments().get(385).dma() - camera.segments().get(384).dma()).isEqualTo(32 << 10);
            assertThat(camera.segments()).allSatisfy(s -> assertThat(s.dma()).isBetween(SYSTEM, SYSTEM + (1L << 29)));
            // Turned, a line is a column: 640 of 384 bytes, 8 KiB apart.
            assertThat(display.segments()).hasSize(640 + 320).allSatisfy(s -> assertThat(s.dma()).isGreaterThan(TURNED));
            assertThat(display.segments().getFirst().size()).isEqualTo(384);
            assertThat(display.segments().get(1).dma() - display.segments().get(0).dma()).isEqualTo(8 << 10);
            assertThat(lines.segments()).isEqualTo(camera.segments());
            // An address is a device's own.
            assertThatThrownBy(() -> session.lookup(new sharebuf.buffer.DmaAddress("camera", display.segments().getFirst().dma()))).isInstanceOf(ForeignAddressException.class)
                    .hasMessageContaining("display");
        }
    }

    @Test
    @DisplayName("who takes rows in one piece is refused, and nothing is left")
    void linesAreNoSegment() throws Exception {
        up("180");
        try (Session session = broker.open("test")) {
            Refusal why = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display", "fdif:output").why().orElseThrow();
            assertThat(why.constraint()).isEqualTo("segments");
            assertThat(why.found()).startsWith("576 lines of a picture in the container");
            assertThat(inventory.snapshot().mappings()).isEmpty();
            assertThat(inventory.snapshot().buffers()).isEmpty();
            BufferSet set = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display").orThrow();
            Refusal late = set.attach(UseId.parse("fdif:output"), MovePolicy.NEVER).why().orElseThrow();
            assertThat(late.found()).contains("576 lines");
            assertThat(mappings("fdif")).isEmpty();
            assertThat(mappings("display")).hasSize(1);
        }
    }

    @Test
    @DisplayName("what has to be turned lies in the container; packed 4:2:2 cannot be, and pictures that nobody turns need not")
    void onlyTheContainerIsTurned() throws Exception {
        up("transpose");
        try (Session session = broker.open("test")) {
            Refusal why = allocate(session, pictures(PixelFormat.YUYV, 640, 360), "camera", "display").why().orElseThrow();
            assertThat(why.constraint()).isEqualTo("view");
            assertThat(why.found()).contains("two pixels a sample");
            assertThat(why.errno()).isEqualTo(Errno.EINVAL);
            BufferSet plain = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "encoder:output").orThrow();
            assertThat(plain.layout().linear()).isTrue();
            Refusal elsewhere = session.allocateFor(pictures(PixelFormat.NV12, 640, 360).in(0, List.of("cma")), List.of(UseId.parse("camera"), UseId.parse("display"))).why().orElseThrow();
            assertThat(elsewhere.constraint()).startsWith("region");
        }
    }

    private static long checksum(SharedBuffer buffer) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
            CRC32C crc = new CRC32C();
            crc.update(access.object(0).asByteBuffer());
            return crc.getValue();
        }
    }

    @Test
    @DisplayName("room is made for a picture by giving unseen ones other slots: no byte is copied, and they are seen where they are now")
    void unseenPicturesAreRepacked() throws Exception {
        up("0");
        try (Session session = broker.open("test")) {
            BufferSpec small = pictures(PixelFormat.NV12, 1024, 1024).in(0, List.of("tiler"));
            List<BufferSet> sets = new ArrayList<>();
            while (true) {
                BufferSet described = session.describe(small, List.of(UseId.parse("encoder:output"))).orThrow();
                if (described.allocate() instanceof Outcome.No<BufferSet>(Refusal why)) {
                    assertThat(why.constraint()).isEqualTo("slots");
                    described.close();
                    break;
                }
                sets.add(described);
            }
            Map<SharedBuffer, Long> sums = new HashMap<>();
            for (int i = sets.size() - 1; i >= 0; i--) {
                if (i % 2 == 0) {
                    sets.remove(i).close();
                } else {
                    SharedBuffer buffer = sets.get(i).buffers().getFirst();
                    try (CpuAccess access = buffer.beginCpuAccess(Access.WRITE, SOON).orThrow()) {
                        MemorySegment bytes = access.object(0);
                        for (long at = 0; at < bytes.byteSize(); at += 64) {
                            bytes.set(java.lang.foreign.ValueLayout.JAVA_LONG, at, at * 31 + i);
                        }
                    }
                    sums.put(buffer, checksum(buffer));
                }
            }
            Map<String, List<?>> before = where();
            // One that is seen stays.
            sets.getFirst().map().orThrow();
            List<Mapped> seen = mappings("encoder");
            BufferSet large = session.allocateFor(pictures(PixelFormat.NV12, 4096, 4096).in(0, List.of("tiler")), List.of(UseId.parse("camera"), UseId.parse("display"))).orThrow();
            assertThat(large.layout().linear()).isFalse();
            assertThat(where()).containsAllEntriesOf(before);
            sums.forEach((buffer, sum) -> assertThat(checksum(buffer)).isEqualTo(sum));
            assertThat(mappings("encoder")).isEqualTo(seen);
            // Whoever sees a moved one now sees it where it is.
            for (BufferSet set : sets.subList(1, sets.size())) {
                assertThat(set.map().why()).isEmpty();
            }
        }
    }

    /** Each buffer's extents. */
    private Map<String, List<?>> where() {
        Map<String, List<?>> all = new HashMap<>();
        for (Snapshot.Buffer b : inventory.snapshot().buffers()) {
            all.put(b.id().toString(), b.objects().stream().flatMap(o -> o.extents().stream()).toList());
        }
        return all;
    }

    @Test
    @DisplayName("without its exporter pictures are laid out as usual, which cannot be turned; ordinary buffers never need it")
    void theExporterTakesItsOwnOnly() throws Exception {
        up("90");
        try (Session session = broker.open("test")) {
            BufferSet usual = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "encoder:output").orThrow();
            assertThat(usual.layout().linear()).isTrue();
            BufferSet own = allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display").orThrow();
            assertThat(own.layout().linear()).isFalse();
            // Gone, its buffers live; new ones of its kind are not to be had.
            assertThat(deployer.stop("exporter.tiler").done()).isTrue();
            assertThat(checksum(own.buffers().getFirst())).isNotZero();
            assertThat(allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display").isOk()).isFalse();
            assertThat(deployer.start("exporter.tiler").done()).isTrue();
            assertThat(allocate(session, pictures(PixelFormat.NV12, 640, 360), "camera", "display").orThrow().layout()).isEqualTo(own.layout());
        }
    }
}
