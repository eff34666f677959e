package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.BundleContext;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.importer.Fences;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;
import sharebuf.sim.Faults;
import sharebuf.sim.Faults.Fault;

/** What an application sees through the CPU's cache, and what it is told when it leaves a begin or an end out. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class CachesTest {
    private static final UseId ENCODER = UseId.parse("encoder:capture");
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
    @InjectBundleContext
    BundleContext context;
    private Faults faults;
    private Session session;
    private BufferSet set;
    private SharedBuffer buffer;

    @BeforeEach
    void up() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "qemu-virt.json"), Map.of(), SOON);
        faults = context.getService(context.getServiceReference(Faults.class));
        session = broker.open("caches");
        set = session.allocateFor(BufferSpec.bytes(SIZE), List.of(ENCODER, UseId.parse("cpu"))).orThrow();
        buffer = set.buffers().getFirst();
    }

    @AfterEach
    void down() {
        faults.clear();
        session.close();
        deployer.takeDown();
    }

    private MemorySegment fill(int value) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ_WRITE, SOON).orThrow()) {
            return access.object(0).fill((byte) value);
        }
    }

    /** The encoder writes zeros, as a job. */
    private void write() {
        fences.begin(ENCODER, buffer.id());
        assertThat(faults.send("encoder", set.attachments().getFirst().address(buffer.objects().getFirst()).orElseThrow().address(), SIZE, true)).isEmpty();
        fences.complete(ENCODER, buffer.id());
    }

    private long old(int value) {
        try (CpuAccess access = buffer.beginCpuAccess(Access.READ, SOON).orThrow()) {
            byte[] bytes = access.object(0).toArray(ValueLayout.JAVA_BYTE);
            long old = 0;
            for (byte b : bytes) {
                old += b == (byte) value ? 1 : 0;
            }
            return old;
        }
    }

    private List<Violation> named(Kind kind) {
        return inventory.violations().stream().filter(v -> v.kind() == kind && (v.at() + v.madeAt()).contains(CachesTest.class.getName())).toList();
    }

    @Test
    @DisplayName("begin and end are enough: the CPU sees what the device wrote last, and nobody is named")
    void bracketed() {
        for (int i = 1; i < 20; i++) {
            fill(i);
            write();
            assertThat(old(i)).as("round %d", i).isZero();
        }
        assertThat(inventory.violations().stream().filter(v -> v.madeAt().contains("CachesTest.fill"))).isEmpty();
    }

    @Test
    @DisplayName("a begin that invalidates nothing reads stale bytes, and the reader is named with the device that wrote")
    void noBegin() {
        fill(7);
        faults.inject(Fault.NO_BEGIN, 0);
        write();
        assertThat(old(7)).isPositive();
        assertThat(named(Kind.STALE_LINES)).isNotEmpty().last().satisfies(v -> {
            assertThat(v.at()).contains("CachesTest.old:");
            assertThat(v.madeAt()).isEqualTo("DMA write of encoder");
        });
    }

    @Test
    @DisplayName("an end that writes nothing back spoils what the device writes next, and the writer is named")
    void noEnd() {
        faults.inject(Fault.NO_END, 0);
        fill(9);
        write();
        faults.clear();
        assertThat(old(9)).isPositive();
        assertThat(named(Kind.DIRTY_LINES)).isNotEmpty().last().satisfies(v -> {
            assertThat(v.device()).isEqualTo("encoder");
            assertThat(v.madeAt()).contains("CachesTest.fill:");
        });
    }

    @Test
    @DisplayName("who keeps a segment and writes to it after the end is named at the next job of a device")
    void keptSegment() {
        MemorySegment kept = fill(3);
        kept.set(ValueLayout.JAVA_BYTE, 100, (byte) 4);
        write();
        assertThat(named(Kind.UNBRACKETED_WRITE)).isNotEmpty().last().satisfies(v -> {
            assertThat(v.at()).isEqualTo("job of encoder");
            assertThat(v.madeAt()).contains("CachesTest.fill:");
        });
    }
}
