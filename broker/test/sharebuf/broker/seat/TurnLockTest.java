package sharebuf.broker.seat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnLockTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    private TurnLock lock = new TurnLock(new Precedence(), 0, LONG);
    private final long seed = System.nanoTime();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private SplittableRandom seeded() {
        System.out.println("seed " + seed);
        return new SplittableRandom(seed);
    }

    /** A thread that waits for the turn, asleep when this returns. */
    private Thread waiter(String name, int priority) {
        Thread thread = Thread.ofPlatform().name(name).priority(priority).start(() -> {
            try {
                if (lock.await(LONG)) {
                    order.add(name);
                    lock.end();
                }
            } catch (InterruptedException e) {
                order.add(name + " interrupted");
            }
        });
        asleep(thread);
        return thread;
    }

    private static void asleep(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    @DisplayName("the highest priority is woken first, among equals who waits longest")
    void order() throws InterruptedException {
        fiveWait();
        assertThat(order).containsExactly("c", "d", "a", "b", "e");
    }

    @Test
    @DisplayName("who has lost patience goes before those who have not, whatever their priority")
    void patience() throws InterruptedException {
        lock = new TurnLock(new Precedence(), 0, 0);
        fiveWait();
        assertThat(order).containsExactly("a", "b", "c", "d", "e");
    }

    private void fiveWait() throws InterruptedException {
        assertThat(lock.take()).isTrue();
        List<Thread> threads = List.of(waiter("a", 5), waiter("b", 5), waiter("c", 9), waiter("d", 9), waiter("e", 1));
        lock.end();
        join(threads);
    }

    @Test
    @DisplayName("who has the turn again gives it back as often; others get it behind the last time")
    void again() throws InterruptedException {
        assertThat(lock.take()).isTrue();
        assertThat(lock.await(1)).isTrue();
        Thread other = waiter("other", 5);
        lock.end();
        assertThat(other.isAlive()).isTrue();
        assertThat(order).isEmpty();
        lock.end();
        other.join();
        assertThat(order).containsExactly("other");
        assertThat(lock.take()).isTrue();
    }

    @Test
    @DisplayName("who has the turn while others wait goes first, and has its own priority again behind it")
    void hurried() throws Exception {
        CompletableFuture<List<Integer>> priorities = new CompletableFuture<>();
        Thread owner = Thread.ofPlatform().priority(3).start(() -> {
            List<Integer> seen = new ArrayList<>();
            lock.take();
            seen.add(Thread.currentThread().getPriority());
            List<Thread> two = List.of(waiter("a", 5), waiter("b", 5));
            seen.add(Thread.currentThread().getPriority());
            lock.end();
            seen.add(Thread.currentThread().getPriority());
            try {
                join(two);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            priorities.complete(seen);
        });
        assertThat(priorities.get()).containsExactly(3, Thread.MAX_PRIORITY, 3);
        owner.join();
    }

    @Test
    @DisplayName("who gives up hurries nobody any more, and who waits behind it still gets the turn")
    void givesUp() throws Exception {
        int own = Thread.currentThread().getPriority();
        assertThat(lock.take()).isTrue();
        CompletableFuture<Boolean> got = new CompletableFuture<>();
        Thread impatient = Thread.ofPlatform().priority(9).start(() -> {
            try {
                got.complete(lock.await(1));
            } catch (InterruptedException e) {
                got.completeExceptionally(e);
            }
        });
        impatient.join();
        assertThat(got.get()).isFalse();
        assertThat(Thread.currentThread().getPriority()).isEqualTo(own);
        Thread interrupted = waiter("interrupted one", 9);
        Thread patient = waiter("patient", 5);
        assertThat(Thread.currentThread().getPriority()).isEqualTo(Thread.MAX_PRIORITY);
        interrupted.interrupt();
        interrupted.join();
        lock.end();
        patient.join();
        assertThat(order).containsExactly("interrupted one interrupted", "patient");
        assertThat(Thread.currentThread().getPriority()).isEqualTo(own);
    }

    @Test
    @DisplayName("many threads that wait, give up and are interrupted: one at a time, and nobody is forgotten")
    void oneAtATime() throws InterruptedException {
        SplittableRandom random = seeded();
        int[] inside = new int[2]; // plain: the turn alone keeps them right
        int[] had = new int[6];
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < had.length; t++) {
            int me = t;
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().priority(1 + own.nextInt(10)).start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    try {
                        if (lock.await(own.nextInt(3) == 0 ? own.nextInt(50_000) : LONG)) {
                            inside[0]++;
                            assertThat(++inside[1]).isEqualTo(1);
                            inside[1]--;
                            had[me]++;
                            lock.end();
                        }
                    } catch (InterruptedException e) {
                        // the next round
                    }
                }
            }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            threads.get(random.nextInt(threads.size())).interrupt();
            Thread.yield();
        }
        join(threads);
        assertThat(inside[0]).as("seed %d", seed).isEqualTo(java.util.Arrays.stream(had).sum()).isGreaterThan(had.length * 1000);
        assertThat(lock.take()).as("free behind all of them, seed %d", seed).isTrue();
    }

    @Test
    @DisplayName("round after round of one that ends, one that gives up and one that waits: nobody sleeps beside a free turn")
    void nobodyForgotten() throws Exception {
        SplittableRandom random = seeded();
        CyclicBarrier round = new CyclicBarrier(3);
        List<CompletableFuture<Long>> longest = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            boolean impatient = t == 0;
            SplittableRandom own = random.split();
            CompletableFuture<Long> mine = new CompletableFuture<>();
            longest.add(mine);
            Thread.ofPlatform().daemon().start(() -> {
                long most = 0;
                try {
                    for (int i = 0; i < 20_000; i++) {
                        round.await();
                        spin(own.nextInt(200));
                        long begun = System.nanoTime();
                        if (lock.await(impatient ? own.nextInt(60_000) : LONG)) {
                            spin(own.nextInt(1000)); // longer than it takes to fall asleep, at times
                            lock.end();
                        }
                        most = Math.max(most, System.nanoTime() - begun);
                    }
                    mine.complete(most);
                } catch (InterruptedException | BrokenBarrierException e) {
                    mine.completeExceptionally(e);
                }
            });
        }
        for (CompletableFuture<Long> most : longest) {
            assertThat(most.get()).as("seed %d", seed).isLessThan(LONG / 2);
        }
    }
}
