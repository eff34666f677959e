package sharebuf.platform.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is kept, for whom, how much of it, and that each thing ends once. */
class MagazineTest {
    private final List<String> dropped = new ArrayList<>();
    private final Magazine<Integer, String> magazine = new Magazine<>(100, dropped::add);

    private boolean keep(int key, long owner, String thing) {
        return magazine.keep(key, owner, thing, key, () -> true);
    }

    @Test
    void whatTheSameOwnerGaveBackComesFirstThenTheNewest() {
        keep(10, 1, "a");
        keep(10, 2, "b");
        keep(10, 3, "c");
        assertThat(magazine.take(20, 1)).isEmpty();
        assertThat(magazine.take(10, 1)).contains("a");
        assertThat(magazine.take(10, 1)).as("the newest of others").contains("c");
        assertThat(magazine.take(10, 1)).contains("b");
        assertThat(magazine.take(10, 1)).isEmpty();
        assertThat(dropped).isEmpty();
    }

    @Test
    void theOldestIsDroppedBeyondTheBound() {
        keep(40, 0, "a");
        keep(40, 0, "b");
        assertThat(keep(30, 0, "c")).isTrue();
        assertThat(dropped).containsExactly("a");
        assertThat(magazine.bytes()).isEqualTo(70);
        assertThat(keep(101, 0, "too large")).isFalse();
        assertThat(dropped).containsExactly("a", "too large");
    }

    @Test
    void theNumberIsBoundedToo() {
        Magazine<Integer, String> many = new Magazine<>(Long.MAX_VALUE, dropped::add);
        for (int i = 0; i <= Magazine.MOST; i++) {
            many.keep(1, 0, "n" + i, 1, () -> true);
        }
        assertThat(many.count()).isEqualTo(Magazine.MOST);
        assertThat(dropped).containsExactly("n0");
    }

    @Test
    void whatSomebodyElseHasIsDropped() {
        assertThat(magazine.keep(10, 0, "a", 10, () -> false)).isFalse();
        assertThat(dropped).containsExactly("a");
        assertThat(magazine.count()).isZero();
    }

    @Test
    void aBoundOfZeroKeepsNothingAndAsksNobody() {
        Magazine<Integer, String> none = new Magazine<>(0, dropped::add);
        assertThat(none.keep(1, 0, "a", 1, () -> {
            throw new AssertionError("asked");
        })).isFalse();
        assertThat(dropped).containsExactly("a");
    }

    @Test
    void closedItKeepsNothing() {
        keep(10, 0, "a");
        magazine.close();
        keep(10, 0, "b");
        assertThat(dropped).containsExactly("a", "b");
        assertThat(magazine.take(10, 0)).isEmpty();
    }

    @Test
    void eachThingIsEitherOutOrKeptOrDroppedOnce() {
        long seed = 20261126;
        Random random = new Random(seed);
        Set<String> out = new HashSet<>();
        int made = 0;
        for (int i = 0; i < 20_000; i++) {
            int key = 10 * (1 + random.nextInt(4));
            if (random.nextInt(200) == 0) {
                magazine.shrink(random.nextInt(100));
            } else if (random.nextBoolean() && !out.isEmpty()) {
                String thing = out.iterator().next();
                out.remove(thing);
                keep(key, random.nextInt(3), thing);
            } else {
                Optional<String> again = magazine.take(key, random.nextInt(3));
                assertThat(again.filter(out::contains)).as("given out twice, seed " + seed).isEmpty();
                out.add(again.orElse("thing-" + made));
                made += again.isPresent() ? 0 : 1;
            }
            assertThat(magazine.bytes()).as("seed " + seed).isBetween(0L, 100L).isEqualTo(magazine.all().stream().mapToLong(Magazine.Kept::size).sum());
            assertThat(dropped.size() + magazine.count() + out.size()).as("seed " + seed).isEqualTo(made);
        }
        assertThat(dropped).as("seed " + seed).doesNotHaveDuplicates().isNotEmpty();
    }

    @Test
    void threadsNeverGetTheSameThing() throws InterruptedException {
        AtomicInteger ended = new AtomicInteger();
        Magazine<Integer, AtomicInteger> shared = new Magazine<>(8, _ -> ended.incrementAndGet());
        AtomicInteger made = new AtomicInteger();
        AtomicInteger twice = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int t = 0; t < 4; t++) {
                threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        AtomicInteger users = shared.take(1, 0).orElseGet(() -> {
                            made.incrementAndGet();
                            return new AtomicInteger();
                        });
                        twice.addAndGet(users.incrementAndGet() - 1);
                        users.decrementAndGet();
                        shared.keep(1, 0, users, 1, () -> true);
                        if (i % 1000 == 0) {
                            shared.shrink(0);
                        }
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(twice).hasValue(0);
        assertThat(made.get()).isEqualTo(ended.get() + shared.count());
    }
}
