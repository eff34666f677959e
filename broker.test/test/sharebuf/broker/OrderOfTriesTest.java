package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Sharing;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** Every small board against a model that says which memory is shown to whom, in which order, and what comes of it. */
class OrderOfTriesTest {
    private static final List<String> REGIONS = List.of("a", "b", "c");
    private static final List<String> USES = List.of("camera", "display");
    private static final BufferSpec PAGE = BufferSpec.bytes(4096).count(2);

    private final List<Picky> importers = new ArrayList<>();

    private Scene board() {
        Scene scene = new Scene(BrokerLimits.of(60_000, 100, 500, 300));
        for (int r = 0; r < REGIONS.size(); r++) {
            scene.region(REGIONS.get(r), 0x1000_0000L * (r + 1), 8 * 4096);
            scene.seat(REGIONS.get(r), new Shelf(r, 8 * 4096), REGIONS.get(r));
        }
        importers.clear();
        for (String use : USES) {
            Picky p = new Picky(scene, use, use.equals("camera") ? Access.WRITE : Access.READ);
            importers.add(p);
            scene.device(use, "soc", use.equals("camera") ? Access.WRITE : Access.READ, Scene.any(), p);
        }
        return scene;
    }

    /** What the display says to region b is one of these; all else that is refused is refused with EFAULT. */
    private enum Word {
        TAKES(Optional.empty()), LEARN(Optional.of(Errno.EFAULT)), ELSEWHERE(Optional.of(Errno.ENODEV)), STOP(Optional.of(Errno.EBUSY));

        private final Optional<Errno> errno;

        Word(Optional<Errno> errno) {
            this.errno = errno;
        }
    }

    /** The rule, written down once more: regions by doubt, then rank; each at most once; every use is shown each; a stop ends it. */
    private record Model(Map<String, Map<String, Word>> words, Map<String, Integer> doubts) {
        Optional<String> run(Map<String, List<String>> shown, Set<String> learnt) {
            List<String> order = new ArrayList<>(REGIONS);
            order.sort((x, y) -> {
                int dx = doubts.getOrDefault(x, 0);
                int dy = doubts.getOrDefault(y, 0);
                return dx != dy ? Integer.compare(dx, dy) : x.compareTo(y);
            });
            for (String region : order) {
                boolean all = true;
                for (String use : USES) {
                    shown.computeIfAbsent(use, u -> new ArrayList<>()).add(region);
                    Word word = words.get(use).get(region);
                    all &= word == Word.TAKES;
                    if (word == Word.LEARN) {
                        learnt.add(use + " " + region);
                    }
                    if (word == Word.STOP) {
                        return Optional.empty();
                    }
                }
                if (all) {
                    return Optional.of(region);
                }
            }
            return Optional.empty();
        }
    }

    @Test
    void everyTableOfAnswersIsWorkedOffAsTheRuleSaysTwice() {
        Word[] all = Word.values();
        int cells = REGIONS.size() * USES.size();
        int tables = (int) Math.pow(all.length, cells);
        int settled = 0;
        int refused = 0;
        Scene scene = board();
        for (int table = 0; table < tables; table++) {
            Map<String, Map<String, Word>> words = new HashMap<>();
            int rest = table;
            for (String use : USES) {
                words.put(use, new HashMap<>());
                for (String region : REGIONS) {
                    words.get(use).put(region, all[rest % all.length]);
                    rest /= all.length;
                }
            }
            importers.forEach(p -> p.says = b -> words.get(p.uses().getFirst().id().device()).get(p.where(b)).errno);
            Set<String> learnt = new LinkedHashSet<>();
            for (int request = 0; request < 2; request++) {
                Map<String, Integer> doubts = new HashMap<>();
                learnt.forEach(l -> doubts.put(l.split(" ")[1], 3));
                Map<String, List<String>> shown = new HashMap<>();
                Optional<String> expected = new Model(words, doubts).run(shown, learnt);
                importers.forEach(p -> p.shown.clear());
                Outcome<BufferSet> set = scene.session.allocateFor(PAGE, Scene.uses("camera", "display"));
                assertThat(set.asOptional().map(s -> s.explain().choices().getFirst().region())).as("%s", words).isEqualTo(expected);
                for (Picky p : importers) {
                    String use = p.uses().getFirst().id().device();
                    assertThat(p.shown).as("%s %s", use, words).isEqualTo(shown.getOrDefault(use, List.of())).doesNotHaveDuplicates();
                }
                assertThat(scene.broker.lessons().learnt()).extracting(h -> h.use() + " " + h.region()).as("%s", words).containsExactlyInAnyOrderElementsOf(learnt);
                set.asOptional().ifPresent(BufferSet::close);
                assertThat(scene.liveExtents()).isZero();
                assertThat(scene.platform.entries).isEmpty();
                importers.forEach(p -> assertThat(p.has).isEmpty());
                settled += set.isOk() ? 1 : 0;
                refused += set.isOk() ? 0 : 1;
            }
            REGIONS.forEach(scene.broker.lessons()::forget);
        }
        scene.close();
        assertThat(settled).isGreaterThan(500);
        assertThat(refused).isGreaterThan(1000);
    }

    @Test
    void everyTableOfTakersIsDividedIntoSetsThatTheirUsesTake() {
        Scene scene = new Scene(BrokerLimits.of(60_000, 100, 500, 300));
        List<String> regions = List.of("a", "b");
        List<String> uses = List.of("camera", "encoder", "display");
        for (int r = 0; r < regions.size(); r++) {
            scene.region(regions.get(r), 0x1000_0000L * (r + 1), 16 * 4096);
            scene.seat(regions.get(r), new Shelf(r, 16 * 4096), regions.get(r));
        }
        List<Picky> three = new ArrayList<>();
        for (String use : uses) {
            Picky p = new Picky(scene, use, use.equals("camera") ? Access.WRITE : Access.READ);
            three.add(p);
            scene.device(use, "soc", use.equals("camera") ? Access.WRITE : Access.READ, Scene.any(), p);
        }
        int apart = 0;
        for (int table = 0; table < 64; table++) {
            int t = table;
            for (int u = 0; u < uses.size(); u++) {
                int shift = u * regions.size();
                three.get(u).says = b -> (t >> shift + regions.indexOf(three.getFirst().where(b)) & 1) == 0 ? Optional.of(Errno.EFAULT) : Optional.empty();
            }
            List<UseId> asked = new ArrayList<>(Scene.uses("camera", "encoder", "display"));
            Collections.shuffle(asked, new Random(table));
            Outcome<Sharing> sharing = scene.session.allocateApart(PAGE, asked);
            int[] takes = {t & 3, t >> 2 & 3, t >> 4 & 3};
            boolean possible = takes[0] != 0 && takes[1] != 0 && takes[2] != 0;
            assertThat(sharing.isOk()).as("table %s", table).isEqualTo(possible);
            if (possible) {
                Sharing s = sharing.orThrow();
                int least = (takes[0] & takes[1] & takes[2]) != 0 ? 1 : 2; // with two regions, two sets are always enough
                assertThat(s.sets()).as("table %s", table).hasSize(least);
                assertThat(s.sets().getFirst().uses()).contains(UseId.parse("camera"));
                assertThat(s.why().isPresent()).isEqualTo(least > 1);
                List<UseId> served = new ArrayList<>();
                for (BufferSet set : s.sets()) {
                    String region = set.explain().choices().getFirst().region();
                    assertThat(set.state()).isEqualTo(BufferSet.State.MAPPED);
                    assertThat(set.uses().contains(UseId.parse("cpu"))).isEqualTo(least > 1);
                    for (UseId use : set.uses()) {
                        if (!use.device().equals("cpu")) {
                            served.add(use);
                            assertThat(takes[uses.indexOf(use.device())] >> regions.indexOf(region) & 1).as("table %s %s in %s", table, use, region).isEqualTo(1);
                        }
                    }
                }
                assertThat(served).containsExactlyInAnyOrderElementsOf(asked);
                s.sets().forEach(BufferSet::close);
                apart += least - 1;
            }
            assertThat(scene.liveExtents()).isZero();
            three.forEach(p -> assertThat(p.has).isEmpty());
            regions.forEach(scene.broker.lessons()::forget);
        }
        scene.close();
        assertThat(apart).isPositive();
    }

    /** Two objects, two regions: a device may take any of the sixteen sets of combinations, and finds its own whichever it is. */
    @Test
    void everyTableOfCombinationsOfTwoObjectsIsWorkedOffEachAtMostOnce() {
        BufferSpec planes = BufferSpec.picture(PixelFormat.NV12M, 64, 64).count(2);
        List<String> combinations = List.of("a+a", "a+b", "b+a", "b+b");
        for (int table = 0; table < 16; table++) {
            try (Scene scene = new Scene(BrokerLimits.of(60_000, 100, 500, 300))) {
                for (String name : List.of("a", "b")) {
                    scene.region(name, name.equals("a") ? 0x1000_0000L : 0x2000_0000L, 16 * 4096);
                    scene.seat(name, new Shelf(name.equals("a") ? 0 : 1, 16 * 4096), name);
                }
                Picky camera = new Picky(scene, "camera", Access.WRITE);
                scene.device("camera", "soc", Access.WRITE, Scene.any(), camera);
                int t = table;
                camera.says = b -> (t >> combinations.indexOf(camera.where(b)) & 1) == 0 ? Optional.of(Errno.EFAULT) : Optional.empty();
                Outcome<BufferSet> set = scene.session.allocateFor(planes, Scene.uses("camera"));
                assertThat(set.isOk()).as("table %s", table).isEqualTo(table != 0);
                assertThat(camera.shown).as("table %s", table).doesNotHaveDuplicates();
                if (table == 0) {
                    assertThat(camera.shown).as("after memory that was refused, memory of which none was").containsExactly("a+a", "b+b", "a+b", "b+a");
                } else {
                    assertThat(t >> combinations.indexOf(camera.shown.getLast()) & 1).isEqualTo(1);
                    camera.shown.clear();
                    BufferSet again = scene.session.allocateFor(planes, Scene.uses("camera")).orThrow();
                    again.close();
                    set.orThrow().close();
                }
                assertThat(scene.liveExtents()).isZero();
                assertThat(camera.has).isEmpty();
            }
        }
    }
}
