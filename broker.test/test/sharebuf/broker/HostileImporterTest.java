package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Sharing;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;

/** Importers that throw, hang, answer nothing, never the same, or with what is none of theirs: a request ends, bounded, and leaves nothing. */
class HostileImporterTest {
    private static final BufferSpec PAGES = BufferSpec.bytes(4096).count(3);
    private static final int REGIONS = 24;
    private final Scene scene = new Scene();
    private final AtomicInteger calls = new AtomicInteger();

    private interface Attaching {
        Outcome<Outcome.Done> attached(Attached a) throws Exception;
    }

    private final class Hostile implements Importer {
        private final Attaching attaching;

        private Hostile(Attaching attaching) {
            this.attaching = attaching;
        }

        @Override
        public List<Use> uses() {
            return List.of(new Use(UseId.parse("bad"), Access.READ, Scene.any(), List.of(), true, LettingGo.BETWEEN_JOBS, 0));
        }

        @Override
        public Outcome<Outcome.Done> attached(Attached a) {
            calls.incrementAndGet();
            try {
                return attaching.attached(a);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void detached(Attached a) {
            throw new IllegalStateException("I keep it");
        }
    }

    @BeforeEach
    void board() {
        for (int r = 0; r < REGIONS; r++) {
            scene.region("r" + r, 0x1000_0000L * (r + 1), 64 * 4096);
            scene.seat("r" + r, new Shelf(r, 64 * 4096), "r" + r);
        }
        scene.device("camera", Access.WRITE, Scene.any());
    }

    @AfterEach
    void nothingIsLeftAndOthersGoOn() {
        scene.session.allocateFor(PAGES, Scene.uses("camera")).orThrow();
        scene.session.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.buffers()).isEmpty();
        scene.close();
    }

    private Refusal refused(Attaching attaching) {
        scene.device("bad", "soc", Access.READ, Scene.any(), new Hostile(attaching));
        return scene.session.allocateFor(PAGES, Scene.uses("camera", "bad")).why().orElseThrow();
    }

    @Test
    void oneThatThrowsIsAskedOnce() {
        Refusal why = refused(a -> {
            throw new IllegalStateException("no");
        });
        assertThat(why.errno()).isEqualTo(Errno.EPROTO);
        assertThat(calls).hasValue(1);
        assertThat(scene.broker.lessons().learnt()).isEmpty();
    }

    @Test
    void oneThatAnswersNullIsAskedOnce() {
        assertThat(refused(a -> null).errno()).isEqualTo(Errno.EPROTO);
        assertThat(calls).hasValue(1);
    }

    @Test
    void oneThatHangsHoldsOneCallUp() {
        Refusal why = refused(a -> {
            new CountDownLatch(1).await();
            return Outcome.ok();
        });
        assertThat(why.errno()).isEqualTo(Errno.ETIMEDOUT);
        assertThat(calls).hasValue(1);
        assertThat(scene.broker.lessons().learnt()).isEmpty();
    }

    @Test
    void oneThatRefusesEverythingIsNotAskedForEver() {
        Refusal why = refused(a -> Outcome.no(Refusal.of(Errno.EFAULT, "import", "never", "nothing")));
        assertThat(why.errno()).isEqualTo(Errno.EFAULT);
        assertThat(calls).hasValue(Trial.MOST);
        assertThat(why.allocators()).hasSize(Trial.MOST);
        assertThat(why.fix()).isEqualTo("--uses camera");
    }

    @Test
    void oneThatCallsTheMemoryDividedAlthoughTheSetIsWhole() {
        // Refuses whatever comes in one call, takes each part: with one region there are no parts, so nothing is asked again.
        assertThat(refused(a -> a.buffers().size() > 1 ? Outcome.no(Refusal.of(Errno.EINVAL, "count", "3", "1")) : Outcome.ok()).errno()).isEqualTo(Errno.EINVAL);
        assertThat(calls).hasValue(Trial.MOST);
    }

    @Test
    void aRefusalAboutSomebodyElseIsTakenForItsOwn() {
        Refusal why = refused(a -> Outcome.no(Refusal.of(Errno.EFAULT, "import", "x", "y").about("camera", "camera").with(List.of(new Refusal.Reason("r1", "lies")))));
        assertThat(why.device()).isEqualTo("bad");
        assertThat(scene.broker.lessons().learnt()).allSatisfy(h -> assertThat(h.use()).isEqualTo(UseId.parse("bad")));
        assertThat(why.allocators()).noneSatisfy(r -> assertThat(r.reason()).contains("lies"));
    }

    @Test
    void oneThatNeverSaysTheSameEndsAllTheSame() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("HostileImporterTest seed " + seed);
        Random random = new Random(seed);
        Errno[] all = Errno.values();
        Attaching fickle = a -> switch (random.nextInt(8)) {
            case 0 -> Outcome.ok();
            case 1 -> throw new IllegalStateException("a bad day");
            default -> Outcome.no(Refusal.of(all[random.nextInt(all.length)], "mood", "none", "a better one"));
        };
        scene.device("bad", "soc", Access.READ, Scene.any(), new Hostile(fickle));
        for (int i = 0; i < 300; i++) {
            calls.set(0);
            boolean apart = random.nextBoolean();
            Optional<Refusal> why = apart ? scene.session.allocateApart(PAGES, Scene.uses("camera", "bad")).map(s -> {
                s.sets().forEach(BufferSet::close);
                return s;
            }).why() : scene.session.allocateFor(PAGES, Scene.uses("camera", "bad")).map(s -> {
                s.close();
                return s;
            }).why();
            assertThat(calls.get()).as("seed %s round %s", seed, i).isBetween(1, apart ? 3 * Trial.MOST : Trial.MOST);
            why.ifPresent(w -> assertThat(w.message()).isNotEmpty());
            assertThat(scene.liveExtents()).as("seed %s round %s", seed, i).isZero();
            assertThat(scene.platform.entries).isEmpty();
        }
    }

    @Test
    void theCopyServesAReaderThatTakesNothingOfTheWriters() {
        scene.device("bad", "soc", Access.READ, Scene.any(), new Hostile(a -> scene.broker.importers().usesOf(a.buffers().getFirst()).isEmpty() ? Outcome.ok()
                : Outcome.no(Refusal.of(Errno.EFAULT, "import", "the writer's", "its own"))));
        Sharing sharing = scene.session.allocateApart(PAGES, Scene.uses("camera", "bad")).orThrow();
        assertThat(sharing.sets()).extracting(BufferSet::uses).containsExactly(Scene.uses("camera", "cpu"), Scene.uses("bad", "cpu"));
        assertThat(sharing.why().orElseThrow().device()).isEqualTo("bad");
    }
}
