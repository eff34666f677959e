package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sharebuf.broker.test.FakeRegion;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/** The guard against an obvious model: an array with an entry a page. */
class RegionLedgerTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 24;
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void aClaimIsTakenExactlyWhenEveryPageIsFree() {
        System.out.println("RegionLedgerTest seed " + seed);
        RegionId id = new RegionId("r");
        FakeRegion region = new FakeRegion(id, 0x1000_0000L, PAGES * PAGE, PAGE, List.of(new Extent(id, 7 * PAGE, 2 * PAGE)));
        RegionLedger ledger = new RegionLedger(region);
        int[] model = new int[PAGES];
        model[7] = -1;
        model[8] = -1;
        List<Extent> live = new ArrayList<>();
        int refused = 0;
        for (int i = 1; i < 50_000; i++) {
            if (random.nextBoolean() && !live.isEmpty()) {
                Extent e = live.remove(random.nextInt(live.size()));
                ledger.release(e);
                Arrays.fill(model, (int) (e.offset() / PAGE), (int) (e.end() / PAGE), 0);
                assertThatThrownBy(() -> ledger.release(e)).isInstanceOf(IllegalStateException.class);
            } else {
                int first = random.nextInt(PAGES);
                int count = 1 + random.nextInt(Math.min(6, PAGES - first));
                boolean free = Arrays.stream(model, first, first + count).allMatch(p -> p == 0);
                boolean taken = ledger.claim((long) first * PAGE, (long) count * PAGE, new ObjectId(new BufferId(i), 0));
                assertThat(taken).as("seed %s step %s: %s+%s in %s", seed, i, first, count, Arrays.toString(model)).isEqualTo(free);
                refused += taken ? 0 : 1;
                if (taken) {
                    live.add(new Extent(id, (long) first * PAGE, (long) count * PAGE));
                    Arrays.fill(model, first, first + count, i);
                }
            }
            assertThat(ledger.used()).isEqualTo(live.stream().mapToLong(Extent::size).sum());
        }
        assertThat(refused).isGreaterThan(1_000);
        assertThat(ledger.held()).extracting(h -> h.extent()).containsExactlyElementsOf(live.stream().sorted((a, b) -> Long.compare(a.offset(), b.offset())).toList());
    }

    @Test
    void whoFollowsKnowsWhatIsLiveHoweverOftenItChanged() {
        System.out.println("RegionLedgerTest seed " + seed);
        RegionId id = new RegionId("r");
        RegionLedger ledger = new RegionLedger(new FakeRegion(id, 0x1000_0000L, PAGES * PAGE, PAGE, List.of()));
        List<Extent> live = new ArrayList<>();
        RegionLedger.Follower follower = ledger.follow();
        Set<Live.Held> known = new HashSet<>(follower.begun());
        int told = 0;
        for (int i = 1; i < 20_000; i++) {
            for (int j = random.nextInt(20); j > 0; j--) {
                if (random.nextInt(5) < 2 && !live.isEmpty()) {
                    ledger.release(live.remove(random.nextInt(live.size())));
                } else if (random.nextInt(4) == 0 && !live.isEmpty()) {
                    ledger.note(List.of(live.get(random.nextInt(live.size()))), new Note("n", 1, List.of((long) random.nextInt(3))));
                } else {
                    int first = random.nextInt(PAGES);
                    int count = 1 + random.nextInt(Math.min(3, PAGES - first));
                    if (ledger.claim((long) first * PAGE, (long) count * PAGE, new ObjectId(new BufferId(i), 0))) {
                        live.add(new Extent(id, (long) first * PAGE, (long) count * PAGE));
                    }
                }
            }
            Changes changes = follower.changes().orElseThrow();
            for (Extent gone : changes.released()) {
                assertThat(known.removeIf(held -> held.extent().equals(gone))).as("seed %s step %s: %s was live", seed, i, gone).isTrue();
            }
            for (Live.Held come : changes.placed()) {
                assertThat(known.add(come)).as("seed %s step %s: %s was not live", seed, i, come).isTrue();
            }
            assertThat(known).as("seed %s step %s", seed, i).isEqualTo(new HashSet<>(ledger.held()));
            told += changes.released().size() + changes.placed().size();
        }
        assertThat(told).isGreaterThan(20_000);
        RegionLedger.Follower next = ledger.follow();
        assertThat(follower.changes()).as("another follows").isEmpty();
        follower.end();
        assertThat(next.changes()).as("whose journal is its own").isPresent();
        next.end();
        assertThat(next.changes()).isEmpty();
    }

    @Test
    void whoMissedTooMuchIsToldSo() {
        int pages = 10_100;
        RegionLedger ledger = new RegionLedger(new FakeRegion(new RegionId("r"), 0x1000_0000L, pages * PAGE, PAGE, List.of()));
        RegionLedger.Follower follower = ledger.follow();
        for (int i = 0; i < 10_000; i++) {
            ledger.claim((long) i * PAGE, PAGE, new ObjectId(new BufferId(1), 0));
        }
        assertThat(follower.changes().orElseThrow().placed()).hasSize(10_000);
        for (int i = 0; i < pages; i++) {
            ledger.claim((long) i * PAGE, PAGE, new ObjectId(new BufferId(1), 0));
            if (i <= 10_000) {
                ledger.release(new Extent(ledger.region().id(), (long) i * PAGE, PAGE));
            }
        }
        assertThat(follower.changes()).isEmpty();
    }
}
