package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.inventory.Snapshot.SeatState;

/** Everything at once, and at the wrong moment: nothing is left, nobody is unseated, no thread stays. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaceTest {
    private static final int PAGES = 256;
    private final Scene scene = new Scene(BrokerLimits.of(5_000, 100, 5_000, 300));
    private FakeRegion pool;
    private long seated;

    @BeforeEach
    void board() {
        pool = scene.region("pool", 0x1000_0000L, PAGES * 4096L);
        scene.device("camera", Access.WRITE, Scene.contiguous());
        scene.device("gpu", "v3d", Access.READ, Scene.any(), new Scene.Quiet("gpu", Access.READ, Scene.any()));
        scene.device("display", Access.READ, Scene.contiguous());
        seated = scene.seat("pool", CmaFor.region(pool), "cma");
    }

    @AfterEach
    void nothingIsLeft() {
        // The allocator's books are as empty as the ledger: the whole region in one piece.
        Session last = scene.broker.open("last", "test 1.0.0", "here");
        assertThat(last.allocateFor(BufferSpec.bytes(PAGES * 4096L), Scene.uses("camera")).why()).isEmpty();
        last.close();
        scene.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
        assertThat(scene.platform.exported).isEmpty();
        assertThat(scene.broker.mappings().count()).isZero();
        assertThat(scene.broker.sessions()).isEmpty();
    }

    @Test
    void anInterruptedThreadGivesBackWithoutUnseatingTheAllocator() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096).count(4), Scene.uses("camera", "gpu")).orThrow();
        Thread.currentThread().interrupt();
        set.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.broker.allocatorSeat("pool").state()).isEqualTo(SeatState.SEATED);
        assertThat(scene.reports).isEmpty();
    }

    @Test
    void anInterruptedThreadStillWaitsForTheDevice() {
        BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("camera")).orThrow();
        scene.broker.jobs().begin(set.uses().getFirst(), set.buffers().getFirst().id());
        CompletableFuture<Boolean> job = Scene.async(() -> {
            scene.broker.jobs().complete(set.uses().getFirst(), set.buffers().getFirst().id());
            return true;
        });
        Thread.currentThread().interrupt();
        set.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(job.join()).isTrue();
        assertThat(scene.reports).isEmpty();
    }

    @Test
    void aPlatformWithoutDescriptorsGetsAllMemoryBack() {
        scene.platform.mostExports = 2;
        BufferSet set = scene.session.describe(BufferSpec.bytes(4096).count(4), Scene.uses("camera")).orThrow();
        assertThatThrownBy(set::allocate).hasMessageContaining("EMFILE");
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.exported).isEmpty();
        scene.platform.mostExports = 99;
        assertThat(set.allocate().isOk()).isTrue();
        scene.session.close();
    }

    @Test
    void aSessionThatIsClosedWhileOthersWorkInItKeepsNothing() {
        for (int round = 0; round < 100; round++) {
            BufferSet owner = scene.session.allocateFor(BufferSpec.bytes(4096).count(2), Scene.uses("camera")).orThrow();
            Session victim = scene.broker.open("victim", "test 1.0.0", "here");
            List<CompletableFuture<Boolean>> work = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int kind = t;
                work.add(Scene.async(() -> {
                    List<CpuAccess> open = new ArrayList<>();
                    try {
                        while (true) {
                            switch (kind) {
                                case 0 -> victim.hold(owner.buffers().getFirst().id()).orThrow();
                                case 1 -> victim.describe(BufferSpec.bytes(4096), Scene.uses("camera")).then(BufferSet::allocate);
                                default -> victim.hold(owner.buffers().getLast().id()).orThrow().beginCpuAccess(Access.READ, Duration.ZERO).asOptional().ifPresent(open::add);
                            }
                        }
                    } catch (IllegalStateException closed) {
                        return true;
                    }
                }));
            }
            long until = System.nanoTime() + round * 20_000L;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            victim.close();
            work.forEach(CompletableFuture::join);
            owner.close();
        }
        scene.session.close();
    }

    @Test
    void eightThreadsDoEverythingWhileTheAllocatorComesAndGoes() {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong served = new AtomicLong();
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            Random random = new Random(t);
            threads.add(Scene.async(() -> {
                while (!stop.get()) {
                    try (Session s = scene.broker.open("t", "test 1.0.0", "here")) {
                        for (int i = 0; i < 20 && !stop.get(); i++) {
                            once(s, random, served);
                        }
                    }
                }
                return true;
            }));
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        Random random = new Random(99);
        while (System.nanoTime() < end) {
            java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(20_000_000));
            scene.leave("pool", seated);
            java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(10) == 0 ? 150_000_000 : random.nextInt(5_000_000));
            seated = scene.seat("pool", CmaFor.region(pool), "cma");
        }
        stop.set(true);
        threads.forEach(CompletableFuture::join);
        assertThat(served.get()).isPositive();
        assertThat(scene.reports).isEmpty();
        scene.session.close();
    }

    private void once(Session s, Random random, AtomicLong served) {
        Outcome<BufferSet> made = s.allocateFor(BufferSpec.bytes(1 + random.nextInt(40_000)).count(1 + random.nextInt(3)), Scene.uses("camera", "gpu"));
        if (!(made instanceof Outcome.Ok<BufferSet>(BufferSet set))) {
            return;
        }
        served.incrementAndGet();
        SharedBuffer b = set.buffers().getFirst();
        try (CpuAccess a = b.beginCpuAccess(Access.READ_WRITE, Duration.ofSeconds(1)).orThrow()) {
            var bytes = a.object(0);
            for (long at = 0; at < bytes.byteSize(); at += 512) {
                if (bytes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at) != 0) {
                    throw new AssertionError("new memory is not zero: " + b.id() + " at " + at);
                }
            }
            bytes.fill((byte) 0x5a);
        }
        set.attach(Scene.uses("display").getFirst(), MovePolicy.NEVER).asOptional().ifPresent(x -> {
            x.mapping(new sharebuf.buffer.ObjectId(b.id(), 0));
            if (random.nextBoolean()) {
                x.detach();
            }
        });
        scene.broker.mappings().all().stream().findFirst().ifPresent(m -> {
            try {
                s.lookup(new DmaAddress(m.device().name(), m.segments().getFirst().dma())).ifPresent(h -> {
                    if (random.nextBoolean()) {
                        h.close();
                    }
                });
            } catch (sharebuf.buffer.ForeignAddressException other) {
                // Gone meanwhile, and another device reaches something there.
            }
        });
        switch (random.nextInt(3)) {
            case 0 -> set.close();
            case 1 -> b.close();
            default -> { }
        }
    }
}
