package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.mapops.kernel.KernelMapOps;
import sharebuf.memory.Windows;
import sharebuf.plugin.KnownDriver;
import sharebuf.plugin.KnownDriver.Imports;

/** What is known of drivers and masks before anything is imported: an order of tries, and memory that the kernel does not copy unasked. */
class DriverFactsTest {
    private static final BufferSpec PAGES = BufferSpec.bytes(3 * 4096);
    private static final Windows ABOVE = new Windows(List.of(new Windows.Window(0, 0x1_7fff_ffffL)));
    private final Scene scene = new Scene();
    private final List<HiddenRegion> regions = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        scene.session.close();
        regions.forEach(r -> assertThat(r.granted).isEmpty());
        assertThat(scene.liveExtents()).isZero();
        scene.close();
    }

    private void region(String name, int rank, boolean contiguous, String device) {
        HiddenRegion region = new HiddenRegion(name, contiguous, ABOVE, Optional.of(device).filter(d -> !d.isEmpty()));
        regions.add(region);
        scene.platform.region(name, region.size());
        scene.broker.region(region);
        scene.seat(name, new HiddenRegion.Granting(rank), name);
    }

    private Picky device(String name, String driver, DmaConstraints dma, long mask, boolean bounce) {
        if (scene.broker.mapopsSeat("kernel").lastPid().isEmpty()) {
            scene.mapops("kernel", new KernelMapOps());
        }
        Picky importer = new Picky(scene, name, Access.READ);
        scene.device(new Node(new Device(name, List.of(), "kernel", dma), List.of(driver), driver, mask, bounce, mask != Node.ALL), importer);
        return importer;
    }

    private Picky device(String name, String driver) {
        return device(name, driver, Scene.any(), Node.ALL, false);
    }

    private void known(String driver, Imports imports) {
        scene.broker.lessons().drivers(Map.of(new KnownDriver(driver, imports, false, OptionalInt.empty(), "a trial"), "vendor 1.0.0"));
    }

    private Outcome<BufferSet> allocate(String... uses) {
        return scene.session.allocateFor(PAGES, Scene.uses(uses));
    }

    private static String region(Outcome<BufferSet> set) {
        return set.orThrow().explain().choices().getFirst().region();
    }

    @Test
    void aDriverThatImportsOnlyItsOwnIsOfferedThatFirst() {
        region("pool", 0, false, "");
        region("gpu.dumb", 20, false, "gpu");
        region("other.dumb", 10, false, "other");
        known("acme-gpu", Imports.OWN);
        Picky gpu = device("gpu", "acme-gpu").refuses("pool", Errno.ENODEV).refuses("other.dumb", Errno.ENODEV);
        Outcome<BufferSet> set = allocate("gpu");
        assertThat(region(set)).isEqualTo("gpu.dumb");
        assertThat(gpu.shown).containsExactly("gpu.dumb");
        assertThat(set.orThrow().explain().choices().getFirst().reason())
                .contains("not pool: gpu: driver acme-gpu imports only what it gave itself (says vendor 1.0.0, from a trial)");
    }

    @Test
    void memoryThatADriverGivesToItselfIsForItsDeviceAndTheCpuOnly() {
        region("card.dumb", 20, false, "card");
        scene.broker.lessons().drivers(Map.of(new KnownDriver("acme-vram", Imports.UNKNOWN, true, OptionalInt.empty(), "a trial"), "vendor 1.0.0"));
        Picky card = device("card", "acme-vram");
        Picky camera = device("camera", "acme-isp");
        assertThat(allocate("camera", "card").why().orElseThrow()).satisfies(why -> {
            assertThat(why.errno()).isEqualTo(Errno.EINVAL);
            assertThat(why.message()).contains("memory of driver acme-vram is for its own device only (says vendor 1.0.0, from a trial)");
        });
        assertThat(camera.shown).as("it would take it without a word").isEmpty();
        Outcome<BufferSet> set = allocate("card", "cpu");
        assertThat(region(set)).isEqualTo("card.dumb");
        assertThat(card.shown).containsExactly("card.dumb");
        assertThat(set.orThrow().attach(Scene.uses("camera").getFirst(), sharebuf.buffer.MovePolicy.NEVER).why().orElseThrow().message()).contains("for its own device only");
        assertThat(camera.shown).isEmpty();
        region("pool", 0, false, "");
        assertThat(region(allocate("camera", "cpu"))).isEqualTo("pool");
    }

    @Test
    void aFactIsNoMoreThanAnOrderTheImportDecides() {
        region("pool", 0, false, "");
        known("acme-gpu", Imports.OWN);
        Picky gpu = device("gpu", "acme-gpu");
        assertThat(region(allocate("gpu"))).as("a newer driver imports").isEqualTo("pool");
        assertThat(gpu.shown).containsExactly("pool");
    }

    @Test
    void aDriverThatNeedsOnePieceIsOfferedContiguousMemoryFirst() {
        region("pool", 0, false, "");
        region("cma", 10, true, "");
        known("acme-isp", Imports.CONTIGUOUS);
        assertThat(device("isp", "acme-isp").shown).isEmpty();
        assertThat(region(allocate("isp"))).isEqualTo("cma");
    }

    @Test
    void whatADriverTakesInOnePieceItGivesInOneToOthersToo() {
        region("pool", 0, false, "");
        region("isp.mmap", 20, false, "isp");
        known("acme-isp", Imports.CONTIGUOUS);
        device("isp", "acme-isp");
        Picky codec = device("codec", "acme-isp");
        assertThat(region(allocate("codec"))).isEqualTo("isp.mmap");
        assertThat(codec.shown).containsExactly("isp.mmap");
    }

    @Test
    void behindAnIommuScatteredPagesAreOnePiece() {
        region("pool", 0, false, "");
        region("cma", 10, true, "");
        known("acme-isp", Imports.CONTIGUOUS);
        device("isp", "acme-isp", DmaConstraints.builder().iommu(true).build(), Node.ALL, false);
        assertThat(region(allocate("isp"))).isEqualTo("pool");
    }

    @Test
    void whatWasRefusedWeighsMoreThanWhatIsSaid() {
        region("pool", 0, false, "");
        region("cma", 10, true, "");
        known("acme-isp", Imports.CONTIGUOUS);
        Picky isp = device("isp", "acme-isp").refuses("cma", Errno.EFAULT);
        assertThat(region(allocate("isp"))).isEqualTo("pool");
        assertThat(region(allocate("isp"))).isEqualTo("pool");
        assertThat(isp.shown).containsExactly("cma", "pool", "pool");
    }

    @Test
    void factsComeAndGoWithTheirBundles() {
        region("pool", 0, false, "");
        region("cma", 10, true, "");
        device("isp", "acme-isp");
        assertThat(region(allocate("isp"))).isEqualTo("pool");
        known("acme-isp", Imports.CONTIGUOUS);
        assertThat(region(allocate("isp"))).isEqualTo("cma");
        scene.broker.lessons().drivers(Map.of());
        assertThat(region(allocate("isp"))).isEqualTo("pool");
    }

    @Test
    void bundlesThatDifferAreBothHeard() {
        region("pool", 0, false, "");
        region("cma", 10, true, "");
        device("isp", "acme-isp");
        scene.broker.lessons().drivers(Map.of(new KnownDriver("acme-isp", Imports.ANY, false, OptionalInt.empty(), "x"), "a 1.0.0",
                new KnownDriver("acme-isp", Imports.CONTIGUOUS, false, OptionalInt.empty(), "y"), "b 1.0.0"));
        assertThat(region(allocate("isp"))).isEqualTo("cma");
    }

    @Test
    void memoryThatMayLieAboveTheMaskIsRefusedAndTheFixSaysHowToRiskIt() {
        region("pool", 0, false, "");
        device("isp", "acme-isp", DmaConstraints.builder().mask(0xffff_ffffL).build(), 0xffff_ffffL, false);
        var why = allocate("isp").why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("reach");
        assertThat(why.found()).contains("unknown");
        assertThat(why.device()).isEqualTo("isp");
        assertThat(why.fix()).isEqualTo("--bounce allow");
    }

    @Test
    void whoAllowedItIsToldThatTheKernelMayCopy() {
        region("pool", 0, false, "");
        region("isp.mmap", 20, false, "isp");
        Picky isp = device("isp", "acme-isp", Scene.any(), 0xffff_ffffL, true);
        BufferSet set = allocate("isp").orThrow();
        Attachment a = set.attachments().getFirst();
        assertThat(a.mayBounce(set.buffers().getFirst().objects().getFirst())).isTrue();
        isp.refuses("pool", Errno.EFAULT);
        BufferSet own = allocate("isp").orThrow();
        assertThat(own.attachments().getFirst().mayBounce(own.buffers().getFirst().objects().getFirst())).as("its own memory is below its mask").isFalse();
        device("wide", "acme-isp", Scene.any(), 0x1_ffff_ffffL, true);
        BufferSet fits = allocate("wide").orThrow();
        assertThat(fits.attachments().getFirst().mayBounce(fits.buffers().getFirst().objects().getFirst())).as("all of it lies below").isFalse();
    }

    @Test
    void aDriversMemorySuitsItsOwnDeviceWhateverThatDemandsAndNobodyElse() {
        region("isp.mmap", 0, false, "isp");
        DmaConstraints strict = DmaConstraints.builder().mask(0xffff_ffffL).align(1 << 20).segments(SegmentLimits.CONTIGUOUS).build();
        device("isp", "acme-isp", strict, 0xffff_ffffL, false);
        assertThat(allocate("isp").isOk()).isTrue();
        device("codec", "acme-codec", strict, 0xffff_ffffL, false);
        assertThat(allocate("codec").why().orElseThrow().constraint()).isEqualTo("reach");
        assertThat(allocate("isp", "codec").isOk()).isFalse();
    }
}
