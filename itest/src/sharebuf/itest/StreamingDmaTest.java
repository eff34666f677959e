package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.importer.StreamingDma;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;
import sharebuf.sim.Faults;

/** The streaming DMA API as a bundle uses it: what is wrong is named with the line that made the mapping and the line that broke it. */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class StreamingDmaTest {
    private static final UseId CAMERA = UseId.parse("camera");
    private static final UseId ENCODER = UseId.parse("encoder:output");
    private static final Set<StreamingDma.Attribute> NOTHING = Set.of();

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectBundleContext
    BundleContext context;
    @InjectService
    StreamingDma dma;
    private Session session;
    private BufferSet set;
    private ObjectId object;

    @BeforeEach
    void up() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards", "raspberrypi-4.json"), Map.of(), Duration.ofSeconds(20));
        session = broker.open("streaming");
        set = session.allocateFor(BufferSpec.picture(PixelFormat.NV12, 640, 480), List.of(CAMERA, ENCODER)).orThrow();
        object = set.buffers().getFirst().objects().getFirst();
    }

    @AfterEach
    void down() {
        session.close();
        deployer.takeDown();
    }

    /** The violations list lives as long as the broker; a line tells one test's from another's. */
    private List<Violation> of(String method) {
        return inventory.violations().stream().filter(v -> v.at().startsWith(StreamingDmaTest.class.getName() + "." + method + ":") || v.madeAt().startsWith(StreamingDmaTest.class.getName() + "." + method + ":"))
                .toList();
    }

    @Test
    @DisplayName("a part of a buffer is mapped, synced in parts and unmapped, by an address of its device")
    void goodCalls() {
        DmaAddress address = dma.map(ENCODER, object, 4096, 8192, Access.READ, NOTHING);
        assertThat(address.address()).isEqualTo(set.attachments().getLast().address(object).orElseThrow().address() + 4096);
        dma.syncForCpu(new DmaAddress("encoder", address.address() + 64), 64, Access.READ);
        dma.syncForDevice(new DmaAddress("encoder", address.address() + 64), 64, Access.READ);
        dma.unmap(address, 8192, Access.READ, Set.of(StreamingDma.Attribute.SKIP_CPU_SYNC));
        assertThat(of("goodCalls")).isEmpty();
    }

    @Test
    @DisplayName("a double unmap is named with the lines of the first one and of the mapping")
    void doubleUnmap() {
        DmaAddress address = dma.map(CAMERA, object, 0, 4096, Access.WRITE, NOTHING);
        dma.unmap(address, 4096, Access.WRITE, NOTHING);
        assertThatThrownBy(() -> dma.unmap(address, 4096, Access.WRITE, NOTHING)).isInstanceOf(IllegalArgumentException.class);
        assertThat(of("doubleUnmap")).singleElement().satisfies(v -> {
            assertThat(v.kind()).isEqualTo(Kind.DOUBLE_UNMAP);
            assertThat(v.message()).contains("taken away already at " + StreamingDmaTest.class.getName() + ".doubleUnmap:");
            assertThat(v.madeAt()).startsWith(StreamingDmaTest.class.getName() + ".doubleUnmap:");
            assertThat(v.at()).startsWith(StreamingDmaTest.class.getName());
        });
    }

    @Test
    @DisplayName("a wrong size, a wrong direction, another device's address and a sync of nothing are four different things")
    void wrongCalls() {
        DmaAddress address = dma.map(CAMERA, object, 0, 4096, Access.WRITE, NOTHING);
        assertThatThrownBy(() -> dma.unmap(address, 2048, Access.WRITE, NOTHING)).hasMessageContaining("mapped are 4096 bytes");
        assertThatThrownBy(() -> dma.syncForCpu(address, 2048, Access.READ)).hasMessageContaining("from device");
        assertThatThrownBy(() -> dma.syncForCpu(new DmaAddress("encoder", address.address()), 64, Access.READ)).hasMessageContaining("was given to camera");
        dma.unmap(address, 4096, Access.WRITE, NOTHING);
        assertThat(of("wrongCalls")).extracting(Violation::kind).containsExactly(Kind.WRONG_SIZE, Kind.WRONG_DIRECTION, Kind.FOREIGN_ADDRESS);
    }

    @Test
    @DisplayName("memory that is given back while it is mapped is named, and a device that is unplugged with mappings too")
    void freeAndLeak() {
        dma.map(CAMERA, object, 0, 4096, Access.WRITE, NOTHING);
        dma.map(ENCODER, object, 0, 4096, Access.READ, NOTHING);
        context.getService(context.getServiceReference(Faults.class)).unplug("encoder");
        set.close();
        assertThat(of("freeAndLeak")).extracting(Violation::kind).containsExactly(Kind.LEAK, Kind.FREE_WHILE_MAPPED);
    }
}
