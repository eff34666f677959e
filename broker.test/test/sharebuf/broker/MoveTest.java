package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;

/** A device that does not reach the memory of a set joins it: the set moves as a whole, or nothing has changed. */
class MoveTest {
    private static final UseId CAMERA = UseId.parse("camera");
    private static final UseId DISPLAY = UseId.parse("display");
    private static final UseId ENCODER = UseId.parse("encoder");
    private static final MovePolicy ALLOW = new MovePolicy.Allow(Long.MAX_VALUE);
    private static final int COUNT = 3;
    private static final long BYTES = 5000; // not a whole number of pages
    private static final long REGION = 64 * 4096;

    private final Scene scene = new Scene();
    private final List<String> heard = new ArrayList<>();

    /** Says what it hears of moves. */
    private final class Listening extends Scene.Quiet {
        private final String name;

        private Listening(String name, Access access) {
            super(name, access, Scene.any());
            this.name = name;
        }

        @Override
        public void moveNotify(Attached a, Phase phase) {
            heard.add(name + " " + phase);
            if (phase == Phase.AFTER) { // what was held back can begin
                a.buffers().forEach(b -> {
                    assertThat(scene.broker.jobs().tryBegin(a.use(), b)).isTrue();
                    scene.broker.jobs().complete(a.use(), b);
                });
            }
        }
    }

    @BeforeEach
    void board() {
        scene.region("low", 0x1000_0000L, REGION);
        scene.region("high", 0x4000_0000L, REGION);
        scene.seat("low", new Shelf(2, REGION), "low");
        scene.seat("high", new Shelf(1, REGION), "high");
        scene.device("camera", "soc", Access.WRITE, Scene.any(), new Listening("camera", Access.WRITE));
        scene.device("display", "soc", Access.READ, Scene.any(), new Listening("display", Access.READ));
        scene.device("encoder", Access.READ, DmaConstraints.builder().mask(0x3fff_ffffL).build());
    }

    @AfterEach
    void nothingIsLeft() {
        scene.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.platform.accesses).hasValue(0);
        assertThat(scene.broker.mappings().count()).isZero();
        assertThat(scene.broker.buffers()).isEmpty();
    }

    private BufferSet running() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(BYTES).count(COUNT), Scene.uses("camera", "display")).orThrow();
        for (SharedBuffer b : set.buffers()) {
            write(b, (int) b.id().number());
        }
        return set;
    }

    private static void write(SharedBuffer b, int value) {
        try (CpuAccess cpu = b.beginCpuAccess(Access.WRITE, Duration.ofSeconds(10)).orThrow()) {
            cpu.object(0).fill((byte) value);
        }
    }

    private static void reads(SharedBuffer b, int value) {
        try (CpuAccess cpu = b.beginCpuAccess(Access.READ, Duration.ofSeconds(10)).orThrow()) {
            MemorySegment expected = MemorySegment.ofArray(new byte[(int) BYTES]);
            expected.fill((byte) value);
            assertThat(cpu.object(0).mismatch(expected)).as("%s reads %s", b.id(), value).isEqualTo(-1);
        }
    }

    private long used(String region) {
        return scene.broker.all().stream().filter(p -> p.name().equals(region)).mapToLong(p -> p.ledger().used()).sum();
    }

    /** All of the set is where it is said to be, every use reaches it there and nowhere else, and the bytes are the same. */
    private void assertIn(BufferSet set, String region, int generation) {
        long base = region.equals("low") ? 0x1000_0000L : 0x4000_0000L;
        long memory = scene.broker.all().stream().filter(p -> p.name().equals(region)).findFirst().orElseThrow().ledger().count();
        assertThat(scene.liveExtents()).as("extents elsewhere").isEqualTo((int) memory).isEqualTo(COUNT);
        assertThat(scene.platform.exported).containsExactlyInAnyOrderElementsOf(set.buffers().stream().map(b -> new ObjectId(b.id(), 0)).toList());
        assertThat(scene.broker.mappings().count()).isEqualTo(COUNT * set.uses().size());
        assertThat(scene.platform.entries).allMatch(e -> e.extent().region().name().equals(region));
        assertThat(set.buffers()).allMatch(b -> b.generation() == generation);
        for (SharedBuffer b : set.buffers()) {
            for (Attachment a : set.attachments()) {
                long address = a.address(new ObjectId(b.id(), 0)).orElseThrow().address();
                assertThat(address).isBetween(base, base + REGION);
                try (SharedBuffer found = scene.session.lookup(a.address(new ObjectId(b.id(), 0)).orElseThrow()).orElseThrow()) {
                    assertThat(found.id()).isEqualTo(b.id());
                }
                assertThat(scene.platform.entries).anyMatch(e -> e.device().equals(a.use().id().device()) && e.object().equals(new ObjectId(b.id(), 0)) && e.dma() == address);
            }
            reads(b, (int) b.id().number());
        }
    }

    @Test
    void aSetMovesWithItsBytesAndItsNamesToWhereEverybodyReachesIt() {
        BufferSet set = running();
        assertIn(set, "high", 0);
        List<BufferId> names = set.buffers().stream().map(SharedBuffer::id).toList();
        Attachment late = set.attach(ENCODER, ALLOW).orThrow();
        assertThat(late.use().id()).isEqualTo(ENCODER);
        assertThat(set.uses()).containsExactly(CAMERA, DISPLAY, ENCODER);
        assertThat(set.buffers()).extracting(SharedBuffer::id).isEqualTo(names);
        assertIn(set, "low", 1);
        assertThat(heard).containsExactly("camera BEFORE", "display BEFORE", "display AFTER", "camera AFTER");
        assertThat(set.explain().choices().getFirst().region()).isEqualTo("low");
        assertThat(scene.reports).isEmpty();
        scene.broker.jobs().begin(CAMERA, names.getFirst());
        scene.broker.jobs().complete(CAMERA, names.getFirst());
    }

    @Test
    void whatLiesBehindTheBytesReadsZero() {
        scene.platform.bytes.get("low").fill((byte) 0x77);
        BufferSet set = running();
        set.attach(ENCODER, ALLOW).orThrow();
        long end = BYTES % 4096 + 4096;
        for (long at = 0; at < COUNT; at++) {
            MemorySegment tail = scene.platform.bytes.get("low").asSlice(at * 8192 + end, 8192 - end);
            assertThat(tail.mismatch(MemorySegment.ofArray(new byte[(int) tail.byteSize()]))).isEqualTo(-1);
        }
    }

    @Test
    void aUseThatTheMemorySuitsJoinsAndNothingMoves() {
        BufferSet set = running();
        scene.device("gpu", Access.READ, Scene.any());
        assertThat(set.plan(UseId.parse("gpu")).orThrow().moves()).isFalse();
        set.attach(UseId.parse("gpu"), ALLOW).orThrow();
        assertIn(set, "high", 0);
        assertThat(heard).isEmpty();
    }

    @Test
    void thePlanSaysWhatAMoveWouldBeAndChangesNothing() {
        BufferSet set = running();
        MovePlan plan = set.plan(ENCODER).orThrow();
        assertThat(plan.bytes()).isEqualTo(COUNT * BYTES);
        assertThat(plan.bytesPerSecond()).isPositive();
        assertThat(plan.estimate()).isPositive();
        assertThat(plan.quiesced()).containsExactly(new MovePlan.Quiesced(CAMERA, LettingGo.BETWEEN_JOBS), new MovePlan.Quiesced(DISPLAY, LettingGo.BETWEEN_JOBS));
        assertThat(plan.objects()).hasSize(COUNT).allSatisfy(o -> {
            assertThat(o.fromRegion()).isEqualTo("high");
            assertThat(o.toRegion()).isEqualTo("low");
            assertThat(o.toAllocator()).isEqualTo("low");
            assertThat(o.why()).contains("reach");
        });
        assertIn(set, "high", 0);
    }

    @Test
    void thePolicyDecides() {
        BufferSet set = running();
        Refusal never = set.attach(ENCODER, MovePolicy.NEVER).why().orElseThrow();
        assertThat(never.errno()).isEqualTo(Errno.EINVAL);
        assertThat(never.constraint()).isEqualTo("reach");
        assertThat(never.fix()).isEqualTo("--move allow");
        Refusal ask = set.attach(ENCODER, MovePolicy.ASK).why().orElseThrow();
        assertThat(ask.errno()).isEqualTo(Errno.EPERM);
        assertThat(ask.found()).contains(COUNT * BYTES + " bytes").contains("high").contains("low").contains("camera between two jobs");
        assertThat(ask.fix()).isEqualTo("--move allow:" + COUNT * BYTES);
        assertThat(set.attach(ENCODER, new MovePolicy.Allow(COUNT * BYTES - 1)).why().orElseThrow().errno()).isEqualTo(Errno.EPERM);
        assertIn(set, "high", 0);
        assertThat(set.uses()).containsExactly(CAMERA, DISPLAY);
        set.attach(ENCODER, new MovePolicy.Allow(COUNT * BYTES)).orThrow();
        assertIn(set, "low", 1);
    }

    @Test
    void aSetThatIsNotMappedMovesToo() {
        BufferSet set = scene.session.describe(BufferSpec.bytes(BYTES).count(COUNT), Scene.uses("camera", "display")).orThrow();
        set.allocate().orThrow();
        set.buffers().forEach(b -> write(b, (int) b.id().number()));
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(scene.platform.entries).isEmpty();
        set.map().orThrow();
        assertIn(set, "low", 1);
    }

    @Test
    void nobodyElseHasMemory() {
        BufferSet set = running();
        BufferSet other = scene.session.allocateFor(BufferSpec.bytes(REGION - 2 * 8192), Scene.uses("encoder")).orThrow(); // two buffers find room, the third does not
        Refusal why = set.attach(ENCODER, ALLOW).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.found()).contains("buffer 3 of 3");
        other.close();
        assertIn(set, "high", 0);
        set.attach(ENCODER, ALLOW).orThrow();
        assertIn(set, "low", 1);
    }

    @Test
    void whoCannotLetGoIsNamed() {
        scene.device("scanner", "soc", Access.READ, Scene.any(), new Importer() {
            @Override
            public List<Use> uses() {
                return List.of(new Use(UseId.parse("scanner"), Access.READ, Scene.any(), List.of(), true, LettingGo.NEVER, 0));
            }
        });
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(BYTES).count(COUNT), Scene.uses("camera", "scanner")).orThrow();
        Refusal why = set.attach(ENCODER, ALLOW).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EBUSY);
        assertThat(why.device()).isEqualTo("scanner");
        assertThat(set.plan(ENCODER).why().orElseThrow().errno()).isEqualTo(Errno.EBUSY);
        assertThat(set.attach(ENCODER, MovePolicy.NEVER).why().orElseThrow().fix()).as("a fix that would not help").isNotEqualTo("--move allow");
        assertThat(scene.liveExtents()).isEqualTo(COUNT);
        assertThat(heard).isEmpty();
    }

    @Test
    void aBufferThatSomebodyOutsideHasStaysAndOneThatMovesIsNotLent() {
        BufferSet set = running();
        SharedBuffer first = set.buffers().getFirst();
        Lent lent = first.lend("viewer").orThrow();
        Refusal why = set.attach(ENCODER, ALLOW).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EBUSY);
        assertThat(why.found()).contains("viewer");
        lent.close();
        List<Outcome<Lent>> meanwhile = new ArrayList<>();
        scene.platform.copying = () -> {
            if (!scene.broker.buffer(first.id()).orElseThrow().reservation().isOpen()) { // the copy that counts
                meanwhile.add(first.lend("late")); // its descriptor would be one of the old memory
            }
        };
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(meanwhile).hasSize(COUNT).allSatisfy(m -> assertThat(m.why().orElseThrow().errno()).isEqualTo(Errno.EBUSY));
        assertThat(scene.platform.lent).isEmpty();
        assertIn(set, "low", 1);
    }

    @Test
    void jobsThatWriteAreWaitedForAndNewOnesWaitWhileThoseThatReadGoOn() throws Exception {
        BufferSet set = running();
        BufferId b = set.buffers().getFirst().id();
        scene.broker.jobs().begin(CAMERA, b);
        CountDownLatch told = new CountDownLatch(1);
        scene.device("watcher", "soc", Access.READ, Scene.any(), new Scene.Quiet("watcher", Access.READ, Scene.any()) {
            @Override
            public void moveNotify(Attached a, Phase phase) {
                told.countDown();
            }
        });
        set.attach(UseId.parse("watcher"), MovePolicy.NEVER).orThrow();
        CompletableFuture<Outcome<Attachment>> moving = Scene.async(() -> set.attach(ENCODER, ALLOW));
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> moving.get(60, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(scene.broker.jobs().tryBegin(CAMERA, set.buffers().get(1).id())).as("a writer while it moves").isFalse();
        assertThat(scene.broker.jobs().tryBegin(DISPLAY, b)).as("a reader while it moves").isTrue();
        CompletableFuture<Boolean> waiting = Scene.async(() -> {
            scene.broker.jobs().begin(CAMERA, set.buffers().get(1).id());
            return set.buffers().get(1).generation() == 1;
        });
        reads(set.buffers().get(1), (int) set.buffers().get(1).id().number());
        scene.broker.jobs().complete(CAMERA, b);
        assertThat(waiting.get(10, TimeUnit.SECONDS)).as("the job that waited works on the new memory").isTrue();
        scene.broker.jobs().complete(DISPLAY, b);
        moving.get(10, TimeUnit.SECONDS).orThrow();
        scene.broker.jobs().complete(CAMERA, set.buffers().get(1).id());
        assertIn(set, "low", 1);
    }

    @Test
    void aJobThatDoesNotEndIsNamedAndTheOldMemoryWorksOn() {
        BufferSet set = running();
        BufferId b = set.buffers().get(1).id();
        scene.broker.jobs().begin(CAMERA, b);
        Refusal why = set.attach(ENCODER, ALLOW).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ETIMEDOUT);
        assertThat(why.device()).isEqualTo("camera");
        assertThat(heard).containsExactly("camera BEFORE", "display BEFORE", "display AFTER", "camera AFTER");
        scene.broker.jobs().complete(CAMERA, b);
        assertThat(scene.broker.jobs().tryBegin(CAMERA, b)).as("the gate is open again").isTrue();
        scene.broker.jobs().complete(CAMERA, b);
        assertIn(set, "high", 0);
        set.attach(ENCODER, ALLOW).orThrow();
        assertIn(set, "low", 1);
    }

    @Test
    void whoStillReadsTheOldMemoryKeepsItFromBeingUsedAgain() {
        BufferSet set = running();
        SharedBuffer b = set.buffers().getFirst();
        scene.broker.jobs().begin(DISPLAY, b.id());
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(used("high")).as("the memory of one buffer waits").isEqualTo(8192);
        assertThat(scene.reports).singleElement().asString().contains("display reads").contains(BYTES + " bytes");
        assertThat(InventoryView.of(scene.broker).buffers()).anySatisfy(s -> {
            assertThat(s.holders()).isEmpty();
            assertThat(s.fences()).containsExactly("display reads");
        });
        scene.broker.sweep();
        assertThat(used("high")).isEqualTo(8192);
        scene.broker.jobs().begin(DISPLAY, b.id()); // a job on the new memory holds nothing back
        scene.broker.jobs().complete(DISPLAY, b.id());
        scene.broker.sweep();
        assertThat(used("high")).isZero();
        scene.broker.jobs().complete(DISPLAY, b.id());
        assertIn(set, "low", 1);
    }

    @Test
    void aReaderThatLeavesCannotReachTheOldMemoryAnyMore() {
        BufferSet set = running();
        scene.broker.jobs().begin(DISPLAY, set.buffers().getFirst().id());
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(used("high")).isEqualTo(8192);
        set.attachments().get(1).detach();
        scene.broker.sweep();
        assertThat(used("high")).isZero();
        assertIn(set, "low", 1);
    }

    @Test
    void aDeviceThatGoesReadsNothingAnyMore() {
        BufferSet set = running();
        scene.broker.jobs().begin(DISPLAY, set.buffers().getFirst().id());
        set.attach(ENCODER, ALLOW).orThrow();
        scene.broker.nodeGone(scene.broker.directory().find(DISPLAY).orElseThrow().device());
        scene.broker.sweep();
        assertThat(used("high")).isZero();
    }

    @Test
    void whatACodecMayStillReadIsKeptUntilItLetsGo() {
        BufferSet set = running();
        BufferId b = set.buffers().getFirst().id();
        scene.broker.jobs().keep(CAMERA, b);
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(used("high")).isEqualTo(8192);
        scene.broker.jobs().letGo(CAMERA, b);
        scene.broker.sweep();
        assertThat(used("high")).isZero();
        assertIn(set, "low", 1);
    }

    @Test
    void whatTheCpuWritesIsWaitedForAndWhatItReadsStaysReadable() throws Exception {
        BufferSet set = running();
        SharedBuffer b = set.buffers().getFirst();
        CpuAccess reading = b.beginCpuAccess(Access.READ, Duration.ZERO).orThrow();
        CpuAccess writing = b.beginCpuAccess(Access.WRITE, Duration.ZERO).orThrow();
        CompletableFuture<Outcome<Attachment>> moving = Scene.async(() -> set.attach(ENCODER, ALLOW));
        assertThatThrownBy(() -> moving.get(60, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        writing.object(0).set(ValueLayout.JAVA_BYTE, 0, (byte) 99);
        writing.close();
        moving.get(10, TimeUnit.SECONDS).orThrow();
        assertThat(reading.object(0).get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 99);
        try (CpuAccess cpu = b.beginCpuAccess(Access.READ, Duration.ZERO).orThrow()) {
            assertThat(cpu.object(0).get(ValueLayout.JAVA_BYTE, 0)).as("written before the copy").isEqualTo((byte) 99);
        }
        assertThat(used("high")).as("the memory that is open for reading").isEqualTo(8192);
        write(b, 42);
        assertThat(reading.object(0).get(ValueLayout.JAVA_BYTE, 0)).as("what was opened before stays what it was").isEqualTo((byte) 99);
        reading.close();
        assertThat(used("high")).isZero();
        write(b, (int) b.id().number());
        assertIn(set, "low", 1);
    }

    @Test
    void aCopyThatFailsChangesNothing() {
        BufferSet set = running();
        scene.platform.failingCopy = true;
        assertThat(set.attach(ENCODER, ALLOW).why().orElseThrow().errno()).isEqualTo(Errno.EIO);
        scene.platform.failingCopy = false;
        assertIn(set, "high", 0);
        assertThat(scene.broker.jobs().tryBegin(CAMERA, set.buffers().getFirst().id())).isTrue();
        scene.broker.jobs().complete(CAMERA, set.buffers().getFirst().id());
    }

    @Test
    void aPlatformWithoutDescriptorsForTheNewMemoryIsARefusal() {
        BufferSet set = running();
        for (int n = 0; n < COUNT; n++) {
            scene.platform.mostExports = COUNT + n;
            assertThat(set.attach(ENCODER, ALLOW).why().orElseThrow().found()).contains("EMFILE");
            assertIn(set, "high", 0);
        }
    }

    @Test
    void anExchangeThatFailsHalfWayIsTakenBack() {
        BufferSet set = running();
        for (int n = 0; n < COUNT; n++) {
            scene.platform.exchangesLeft = n;
            assertThat(set.attach(ENCODER, ALLOW).why().orElseThrow().errno()).isEqualTo(Errno.EIO);
            assertIn(set, "high", 0);
        }
    }

    @Test
    void aSetMovesAgainAndBack() {
        BufferSet set = running();
        set.attach(ENCODER, ALLOW).orThrow().detach();
        scene.device("remote", Access.READ, DmaConstraints.builder().range(new DmaRange(0x4000_0000L, 0x4000_0000L, REGION)).build());
        set.attach(UseId.parse("remote"), ALLOW).orThrow();
        assertIn(set, "high", 2);
    }

    /** As on a kernel: what a driver demands of memory is written nowhere, it refuses the import. */
    @Test
    void whereADriverRefusesMemoryThatNothingIsKnownAgainstTheSetMovesToOtherMemory() {
        List<String> shown = new ArrayList<>();
        scene.device("fussy", "soc", Access.READ, Scene.any(), new Scene.Quiet("fussy", Access.READ, Scene.any()) {
            @Override
            public Outcome<Outcome.Done> attached(Attached a) {
                String region = scene.broker.buffer(a.buffers().getFirst()).orElseThrow().objects().getFirst().region().region().id().name();
                shown.add(region);
                return region.equals("low") ? Outcome.ok() : Outcome.no(Refusal.of(Errno.EFAULT, "VIDIOC_PREPARE_BUF", "memory of " + region, "one piece"));
            }
        });
        UseId fussy = UseId.parse("fussy");
        BufferSet set = running();
        Refusal never = set.attach(fussy, MovePolicy.NEVER).why().orElseThrow();
        assertThat(never.errno()).isEqualTo(Errno.EFAULT);
        assertThat(never.fix()).isEqualTo("--move allow");
        assertIn(set, "high", 0);
        shown.clear();
        set.attach(fussy, ALLOW).orThrow();
        assertThat(shown).as("as it is, then the new memory beside it, then that under its name").containsExactly("high", "low", "low");
        assertIn(set, "low", 1);
    }

    @Test
    void whereADriverRefusesEverythingTheOldMemoryWorksOnAndNothingElseIsLeft() {
        scene.device("fussy", "soc", Access.READ, Scene.any(), new Scene.Quiet("fussy", Access.READ, Scene.any()) {
            @Override
            public Outcome<Outcome.Done> attached(Attached a) {
                return Outcome.no(Refusal.of(Errno.EFAULT, "VIDIOC_PREPARE_BUF", "memory", "other memory"));
            }
        });
        BufferSet set = running();
        Refusal why = set.attach(UseId.parse("fussy"), ALLOW).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EFAULT);
        assertThat(why.device()).isEqualTo("fussy");
        assertThat(why.allocators()).extracting(Refusal.Reason::name).contains("high", "low");
        assertThat(heard).as("nobody was disturbed").isEmpty();
        assertIn(set, "high", 0);
    }

    @Test
    void aPlugInThatChangesTheSetFromWithinItsMoveIsRefused() {
        BufferSet[] itsSet = new BufferSet[1];
        List<String> said = new ArrayList<>();
        scene.device("meddler", "soc", Access.READ, Scene.any(), new Scene.Quiet("meddler", Access.READ, Scene.any()) {
            @Override
            public void moveNotify(Attached a, Phase phase) {
                if (phase == Phase.AFTER) {
                    for (Runnable change : List.<Runnable>of(itsSet[0]::close, itsSet[0].attachments().getFirst()::detach, () -> itsSet[0].attach(UseId.parse("gpu"), ALLOW))) {
                        try {
                            change.run();
                        } catch (IllegalStateException e) {
                            said.add(e.getMessage());
                        }
                    }
                }
            }
        });
        scene.device("gpu", Access.READ, Scene.any());
        BufferSet set = running();
        set.attach(UseId.parse("meddler"), MovePolicy.NEVER).orThrow();
        itsSet[0] = set;
        set.attach(ENCODER, ALLOW).orThrow();
        assertThat(said).hasSize(3).allMatch(m -> m.contains("being moved"));
        assertIn(set, "low", 1);
    }

    @Test
    void theTimeOfAPlanIsWhatMovesTook() {
        Bandwidth speed = new Bandwidth();
        assertThat(speed.bytesPerSecond()).as("a trial").isPositive();
        speed.remember(1000, 1_000_000_000L);
        assertThat(speed.bytesPerSecond()).isEqualTo(1000);
        speed.remember(3000, 1_000_000_000L);
        assertThat(speed.bytesPerSecond()).isEqualTo(2000);
        for (int i = 0; i < 8; i++) {
            speed.remember(500, 1_000_000_000L);
        }
        assertThat(speed.bytesPerSecond()).as("the last ones").isEqualTo(500);
    }
}
