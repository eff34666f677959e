package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;
import sharebuf.importer.StreamingDma;
import sharebuf.inventory.Inventory;
import sharebuf.mapping.Mapped;
import sharebuf.sim.Faults;

/** Memory that a device does not reach: refused, or by policy copied for it, bounded, counted, and in the right direction. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class BounceTest {
    private static final UseId CAPTURE = UseId.parse("encoder:capture");
    private static final int SIZE = 64 << 10;
    private static final Duration SOON = Duration.ofSeconds(20);

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectService
    Fences fences;
    @InjectService
    StreamingDma dma;
    @InjectBundleContext
    BundleContext context;
    private Session session;

    private void up(String bounce, String pool) throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "qemu-virt.json"),
                Map.of("cma", "64MiB", "encoderMask", "0x4fffffff", "bounce", bounce, "swiotlb", pool), SOON);
        session = broker.open("bounce");
    }

    @AfterEach
    void down() {
        session.close();
        deployer.takeDown();
    }

    /** In the contiguous pool, which lies beyond what the encoder reaches. */
    private Outcome<BufferSet> allocate(int size, int count) {
        return session.allocateFor(BufferSpec.bytes(size).count(count).in(0, List.of("cma")), List.of(CAPTURE, UseId.parse("cpu")));
    }

    private static DmaAddress address(BufferSet set) {
        return set.attachments().getFirst().address(set.buffers().getFirst().objects().getFirst()).orElseThrow();
    }

    private static void fill(SharedBuffer buffer, int value) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.WRITE, SOON).orThrow()) {
            access.object(0).fill((byte) value);
        }
    }

    /** How many bytes have a value. */
    private static long count(SharedBuffer buffer, int value) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
            long n = 0;
            for (byte b : access.object(0).toArray(ValueLayout.JAVA_BYTE)) {
                n += b == (byte) value ? 1 : 0;
            }
            return n;
        }
    }

    /** The device writes zeros. */
    private void write(DmaAddress address, int size) {
        assertThat(context.getService(context.getServiceReference(Faults.class)).send("encoder", address.address(), size, true)).isEmpty();
    }

    @Test
    @DisplayName("without the policy the request is refused for the encoder's reach")
    void refused() throws Exception {
        up("refuse", "8MiB");
        assertThat(allocate(SIZE, 1).why().map(Refusal::constraint)).contains("reach");
    }

    @Test
    @DisplayName("with it the device works on a copy below its mask, which is the buffer's when the job is over, and counted in each list")
    void copiedBack() throws Exception {
        up("allow", "8MiB");
        BufferSet set = allocate(SIZE, 1).orThrow();
        SharedBuffer buffer = set.buffers().getFirst();
        ObjectId object = buffer.objects().getFirst();
        Attachment capture = set.attachments().getFirst();
        assertThat(capture.bounced(object)).isEqualTo(SIZE);
        assertThat(address(set).address()).as("in the pool").isBetween(0x41000000L, 0x417fffffL);
        assertThat(inventory.snapshot().mappings()).singleElement().extracting(Mapped::bounced).isEqualTo((long) SIZE);
        assertThat(set.explain().constraints()).anySatisfy(line -> assertThat(line.constraint()).isEqualTo("bounce"));
        fill(buffer, 7);
        fences.begin(CAPTURE, buffer.id());
        write(address(set), SIZE);
        assertThat(inventory.snapshot().buffers().getFirst().fences()).hasSize(1);
        fences.complete(CAPTURE, buffer.id());
        assertThat(count(buffer, 0)).isEqualTo(SIZE);
        set.close();
        assertThat(inventory.violations().stream().filter(v -> v.madeAt().contains("BounceTest"))).isEmpty();
    }

    @Test
    @DisplayName("nothing comes back before the job is over, and what was in the slot before is nobody's")
    void onlyThen() throws Exception {
        up("allow", "8MiB");
        try (BufferSet first = allocate(SIZE, 1).orThrow()) {
            fences.begin(CAPTURE, first.buffers().getFirst().id());
            write(address(first), SIZE);
            fences.complete(CAPTURE, first.buffers().getFirst().id());
        }
        BufferSet set = allocate(SIZE, 1).orThrow();
        SharedBuffer buffer = set.buffers().getFirst();
        fill(buffer, 5);
        write(address(set), SIZE); // without a job: nobody copies
        assertThat(count(buffer, 5)).isEqualTo(SIZE);
    }

    @Test
    @DisplayName("a sync copies its range and no more")
    void partialSync() throws Exception {
        up("allow", "8MiB");
        BufferSet set = allocate(SIZE, 1).orThrow();
        SharedBuffer buffer = set.buffers().getFirst();
        fill(buffer, 9);
        DmaAddress part = dma.map(CAPTURE, buffer.objects().getFirst(), 4096, 8192, Access.WRITE, Set.of());
        write(part, 8192);
        assertThat(count(buffer, 0)).isZero();
        dma.syncForCpu(new DmaAddress("encoder", part.address() + 1024), 512, Access.WRITE);
        assertThat(count(buffer, 0)).isEqualTo(512);
        dma.unmap(part, 8192, Access.WRITE, Set.of(StreamingDma.Attribute.SKIP_CPU_SYNC));
        assertThat(count(buffer, 0)).as("skipped").isEqualTo(512);
        DmaAddress again = dma.map(CAPTURE, buffer.objects().getFirst(), 4096, 8192, Access.WRITE, Set.of(StreamingDma.Attribute.SKIP_CPU_SYNC));
        dma.unmap(again, 8192, Access.WRITE, Set.of());
        assertThat(count(buffer, 0)).isEqualTo(8192);
    }

    @Test
    @DisplayName("a full pool is a refusal that says how full, and its fix makes the call succeed; what was taken is back")
    void full() throws Exception {
        up("allow", "128KiB");
        Refusal why = allocate(SIZE, 3).why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("bounce");
        assertThat(why.found()).contains("128KiB at 0x41000000, 0 bytes free");
        assertThat(why.fix()).isEqualTo("--count 2");
        assertThat(inventory.snapshot().mappings()).isEmpty();
        for (int i = 0; i < 3; i++) {
            try (BufferSet set = allocate(SIZE, 2).orThrow()) {
                assertThat(set.buffers()).hasSize(2);
            }
        }
        assertThat(allocate(256 << 10, 1).why().map(Refusal::fix)).contains("--board-option swiotlb=1MiB");
    }
}
