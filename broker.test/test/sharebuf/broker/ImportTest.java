package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.UseId;
import sharebuf.platform.KernelLog;

/** Importers that refuse memory: the next offer is tried, what was refused is learnt and comes last, and nothing is kept of a try. */
class ImportTest {
    private static final BufferSpec PAGE = BufferSpec.bytes(4096);
    private final Scene scene = new Scene();
    private final List<Picky> importers = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() {
        scene.session.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.buffers()).isEmpty();
        importers.forEach(i -> assertThat(i.has).isEmpty());
        scene.close();
    }

    private void region(String name, int rank, int pages) {
        scene.region(name, 0x1000_0000L * (1 + rank), pages * 4096L);
        scene.seat(name, new Shelf(rank, pages * 4096L), name);
    }

    private Picky device(String name, Access access) {
        Picky importer = new Picky(scene, name, access);
        importers.add(importer);
        scene.device(name, "soc", access, Scene.any(), importer);
        return importer;
    }

    private Outcome<BufferSet> allocate(BufferSpec spec, String... uses) {
        return scene.session.allocateFor(spec, Scene.uses(uses));
    }

    private static String region(BufferSet set, int buffer) {
        return set.explain().choices().get(buffer).region();
    }

    private List<String> learnt() {
        return scene.broker.lessons().learnt().stream().map(h -> h.use() + " " + h.region() + " " + h.size() + " " + h.errno() + " " + h.times()).toList();
    }

    @Test
    void refusedMemoryIsFollowedByTheNextOfferAndComesLastFromThenOn() {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        BufferSet first = allocate(PAGE, "camera").orThrow();
        assertThat(region(first, 0)).isEqualTo("dear");
        assertThat(first.explain().choices().getFirst().reason()).contains("not cheap: camera took no memory of cheap at 4096 bytes: EFAULT, once, 0 s ago");
        assertThat(learnt()).containsExactly("camera cheap 4096 EFAULT 1");
        allocate(PAGE, "camera").orThrow();
        assertThat(camera.shown).as("the second request does not try what the first has learnt").containsExactly("cheap", "dear", "dear");
    }

    @Test
    void aHypothesisBelongsToItsUseAndItsSize() {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        device("camera", Access.WRITE).refuses("cheap", Errno.EINVAL);
        Picky display = device("display", Access.READ);
        Picky camera = importers.getFirst();
        allocate(PAGE, "camera").orThrow();
        assertThat(region(allocate(PAGE, "display").orThrow(), 0)).isEqualTo("cheap");
        allocate(BufferSpec.bytes(8192), "camera").orThrow();
        assertThat(camera.shown).containsExactly("cheap", "dear", "cheap", "dear");
        assertThat(display.shown).containsExactly("cheap");
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOMEM", "ENODEV", "EBUSY", "EINTR", "EAGAIN", "ETIMEDOUT", "EMFILE", "EBADF", "EPERM", "EACCES", "EPROTO", "EIO"})
    void whatMayPassIsNotLearnt(Errno errno) {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", errno);
        Outcome<BufferSet> set = allocate(PAGE, "camera");
        assertThat(learnt()).isEmpty();
        boolean elsewhere = errno == Errno.ENOMEM || errno == Errno.ENODEV || errno == Errno.EIO;
        assertThat(set.isOk()).isEqualTo(elsewhere);
        assertThat(camera.shown).containsExactlyElementsOf(elsewhere ? List.of("cheap", "dear") : List.of("cheap"));
        set.why().ifPresent(why -> assertThat(why.errno()).isEqualTo(errno));
    }

    @Test
    void whenNobodysMemoryIsTakenTheRefusalSaysWhatEachWasTold() {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT).refuses("dear", Errno.EINVAL);
        device("gpu", Access.READ);
        Refusal why = allocate(PAGE, "camera", "gpu").why().orElseThrow();
        assertThat(camera.shown).containsExactly("cheap", "dear");
        assertThat(why.errno()).isEqualTo(Errno.EFAULT);
        assertThat(why.device()).isEqualTo("camera");
        assertThat(why.allocators()).containsExactly(new Refusal.Reason("cheap", "EFAULT from camera: import: found the kernel said EFAULT"),
                new Refusal.Reason("dear", "EINVAL from camera: import: found the kernel said EINVAL"));
        assertThat(why.fix()).isEqualTo("--uses gpu");
        assertThat(allocate(PAGE, "gpu").isOk()).as("the fix works").isTrue();
    }

    @Test
    void anAllocatorThatCannotOfferIsInTheListToo() {
        region("cheap", 0, 4);
        region("tiny", 1, 1);
        device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        Refusal why = allocate(BufferSpec.bytes(8192), "camera").why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EFAULT);
        assertThat(why.allocators().stream().map(Refusal.Reason::name)).containsExactly("cheap", "tiny");
    }

    @Test
    void whatWasLearntIsTriedAgainWhenNothingElseIsLeft() {
        region("cheap", 0, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        assertThat(allocate(PAGE, "camera").isOk()).isFalse();
        camera.says = b -> Optional.empty();
        assertThat(allocate(PAGE, "camera").isOk()).as("wrong learning locks nobody out").isTrue();
        assertThat(scene.broker.lessons().learnt().getFirst().taken()).isEqualTo(1);
    }

    @Test
    void threeBuffersThatAreTakenProveAHypothesisWrongAndARefusalBetweenThemDoesNot() {
        region("cheap", 0, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        var refusing = camera.says;
        for (int taken : new int[] {2, 3}) {
            camera.says = refusing;
            allocate(PAGE, "camera").why().orElseThrow();
            camera.says = b -> Optional.empty();
            for (int i = 0; i < taken; i++) {
                assertThat(learnt()).hasSize(1);
                allocate(PAGE, "camera").orThrow().close();
            }
        }
        assertThat(learnt()).isEmpty();
    }

    @Test
    void aSetGoesElsewhereAsAWholeWhenOneOfItsBuffersIsRefused() {
        region("luck", 0, 8);
        region("sure", 1, 8);
        Picky camera = device("camera", Access.WRITE);
        camera.says = b -> camera.where(b).equals("luck") && scene.broker.buffer(b).orElseThrow().objects().getFirst().extents().getFirst().offset() == 2 * 4096
                ? Optional.of(Errno.EFAULT) : Optional.empty();
        assertThat(allocate(PAGE.count(2), "camera").map(s -> region(s, 0)).orThrow()).as("two were lucky").isEqualTo("luck");
        BufferSet set = allocate(PAGE.count(3), "camera").orThrow();
        assertThat(camera.has.getLast().buffers()).allSatisfy(b -> assertThat(camera.where(b)).isEqualTo("sure"));
        assertThat(set.buffers()).hasSize(3);
    }

    @Test
    void inASetOfSeveralRegionsTheGuiltyOneIsFound() {
        region("good", 0, 2);
        region("bad", 1, 4);
        region("last", 2, 4);
        Picky camera = device("camera", Access.WRITE).refuses("bad", Errno.EFAULT);
        BufferSet set = allocate(PAGE.count(3), "camera").orThrow();
        assertThat(set.buffers().stream().map(b -> camera.where(b.id()))).containsExactly("good", "good", "last");
        assertThat(learnt()).containsExactly("camera bad 4096 EFAULT 1");
        assertThat(camera.shown).containsExactly("bad,good", "good", "bad", "good,last");
    }

    @Test
    void bothUsesAreAskedEachTimeAndBothAreLearnt() {
        region("a", 0, 4);
        region("b", 1, 4);
        region("c", 2, 4);
        device("camera", Access.WRITE).refuses("a", Errno.EFAULT);
        device("display", Access.READ).refuses("a", Errno.EINVAL).refuses("b", Errno.ENOSYS);
        assertThat(region(allocate(PAGE, "camera", "display").orThrow(), 0)).isEqualTo("c");
        assertThat(learnt()).containsExactly("camera a 4096 EFAULT 1", "display a 4096 EINVAL 1", "display b 4096 ENOSYS 1");
    }

    @Test
    void aDeviceThatJoinsLaterTeachesToo() {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        device("camera", Access.WRITE);
        device("display", Access.READ).refuses("cheap", Errno.EFAULT);
        BufferSet set = allocate(PAGE, "camera").orThrow();
        Outcome<Attachment> late = set.attach(UseId.parse("display"), new MovePolicy.Never());
        assertThat(late.why().orElseThrow().errno()).isEqualTo(Errno.EFAULT);
        assertThat(set.uses()).hasSize(1);
        assertThat(learnt()).containsExactly("display cheap 4096 EFAULT 1");
        assertThat(region(allocate(PAGE, "camera", "display").orThrow(), 0)).as("nothing is tried in vain").isEqualTo("dear");
    }

    @Test
    void explainShowsWhatWasLearnt() {
        region("cheap", 0, 4);
        region("dear", 1, 4);
        device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        allocate(PAGE, "camera").orThrow();
        var e = scene.broker.explain(PAGE, Scene.uses("camera"));
        assertThat(e.choices().getFirst().region()).isEqualTo("dear");
        var row = e.allocators().stream().filter(r -> r.region().equals("cheap")).findFirst().orElseThrow();
        assertThat(row.offered()).isTrue();
        assertThat(row.cells()).anySatisfy(c -> {
            assertThat(c.requirement()).isEqualTo("import");
            assertThat(c.pass()).isFalse();
            assertThat(c.reason()).startsWith("camera took no memory of cheap at 4096 bytes: EFAULT");
        });
    }

    @Test
    void theRefusalQuotesWhatTheKernelSaidMeanwhileAboutTheDeviceOrAsAWarning() {
        region("cheap", 0, 4);
        Picky importer = new Picky(scene, "isp", Access.READ).refuses("cheap", Errno.EFAULT);
        scene.device(new Node(new Device("isp", List.of(), "soc", Scene.any()), List.of("acme_isp", "isp.0"), "acme_isp", Node.ALL, false, false), importer);
        scene.platform.kernelSays = () -> List.of(new KernelLog.Line(6, "eth0: link up", ""), new KernelLog.Line(3, "contiguous chunk is too small 4096/8192", ""),
                new KernelLog.Line(6, "acme_isp: retry", ""), new KernelLog.Line(6, "x".repeat(500), "isp.0"), new KernelLog.Line(3, "a fourth", ""));
        Refusal why = allocate(PAGE, "isp").why().orElseThrow();
        assertThat(why.found()).isEqualTo("the kernel said EFAULT (kernel: contiguous chunk is too small 4096/8192; acme_isp: retry; " + "x".repeat(160) + "…)");
        assertThat(scene.broker.lessons().learnt().getFirst().said()).contains("too small");
        assertThat(scene.platform.listening).isZero();
        importer.says = b -> Optional.empty();
        allocate(PAGE, "isp").orThrow();
        assertThat(scene.platform.listening).as("every ear is closed").isZero();
    }

    @Test
    void anotherVersionInASeatOrADeviceThatGoesForgets() {
        region("cheap", 0, 4);
        Picky camera = device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        allocate(PAGE, "camera").why().orElseThrow();
        scene.replace(scene.broker.importers().seat("camera", "soc"), camera, "importer.camera", "importer 1.0.0");
        assertThat(learnt()).as("the same one came back").hasSize(1);
        scene.replace(scene.broker.importers().seat("camera", "soc"), camera, "importer.camera", "importer 2.0.0");
        assertThat(learnt()).isEmpty();
        allocate(PAGE, "camera").why().orElseThrow();
        assertThat(learnt()).hasSize(1);
        scene.replace(scene.broker.allocatorSeat("cheap"), new Shelf(0, 4 * 4096), "cheap", "bundle.cheap 2.0.0");
        assertThat(learnt()).isEmpty();
        allocate(PAGE, "camera").why().orElseThrow();
        assertThat(learnt()).hasSize(1);
        scene.broker.nodeGone(new Device("camera", List.of(), "soc", Scene.any()));
        assertThat(learnt()).isEmpty();
    }

    @Test
    void noMoreThanSoManyAreKept() {
        region("cheap", 0, 400);
        device("camera", Access.WRITE).refuses("cheap", Errno.EFAULT);
        for (int i = 1; i <= 300; i++) {
            allocate(BufferSpec.bytes(i), "camera").why().orElseThrow();
        }
        assertThat(scene.broker.lessons().learnt()).hasSize(256);
        assertThat(scene.broker.lessons().learnt().getFirst().size()).as("the oldest went").isEqualTo(45);
    }

    @Test
    void theWordsOfAnImporterAreKeptShort() {
        region("cheap", 0, 4);
        Picky camera = device("camera", Access.WRITE);
        scene.broker.lessons().refused(camera.uses().getFirst().id(), new Trial.Where(List.of("cheap"), List.of("cheap"), List.of(1L)),
                Refusal.of(Errno.EFAULT, "import", "x".repeat(100_000), "brevity"));
        assertThat(scene.broker.lessons().learnt().getFirst().said()).hasSizeLessThan(300);
    }

    @Test
    void theSentenceSaysWhoWhatHowOftenAndWhen() {
        Hypothesis h = new Hypothesis(UseId.parse("camera:capture"), "granted", "system", 1_228_800, true, Errno.EFAULT, "", 3, 12_345, 0);
        assertThat(h.message()).isEqualTo("camera:capture took no memory of system at 1228800 bytes: EFAULT, 3 times, last 12 s ago");
    }
}
