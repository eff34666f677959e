package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.broker.test.FakeRegion;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.Session;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.plugin.Live;

/** Allocators that throw, hang, lie and vanish: each is refused by name, nothing is leaked, everybody else goes on. */
class HostileAllocatorTest {
    private final Scene scene = new Scene();
    private FakeRegion bad;

    @BeforeEach
    void board() {
        bad = scene.region("bad", 0x1000_0000L, 64 * 4096);
        FakeRegion good = scene.region("good", 0x2000_0000L, 64 * 4096);
        scene.seat("good", CmaFor.region(good), "good");
        scene.device("gpu", Access.READ, Scene.any());
        scene.device("camera", Access.WRITE, Scene.contiguous());
    }

    @AfterEach
    void everybodyElseGoesOn() {
        try (BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("camera")).orThrow()) {
            assertThat(set.buffers()).hasSize(1);
        }
        scene.close();
        assertThat(scene.liveExtents()).isZero();
        assertThat(scene.platform.entries).isEmpty();
    }

    /** Offers everything at rank 0, so that it is asked first, and places as told. */
    private class Hostile implements Allocator {
        private final Placing placing;

        private Hostile(Placing placing) {
            this.placing = placing;
        }

        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(0, "trust me"));
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
            return placing.place(request, claims);
        }

        @Override
        public void released(Extent extent) {
        }
    }

    private interface Placing {
        Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception;
    }

    /** The set comes from the good allocator, and its explanation says what was wrong with the bad one. */
    private void refused(Placing placing, String... said) {
        long id = scene.seat("bad", new Hostile(placing), "bad");
        try (BufferSet set = scene.session.allocateFor(BufferSpec.bytes(8192), Scene.uses("camera", "gpu")).orThrow()) {
            assertThat(set.explain().choices().getFirst().allocator()).isEqualTo("good");
            assertThat(set.explain().choices().getFirst().reason()).contains("not bad").contains(said);
        }
        scene.leave("bad", id);
    }

    @Test
    void overlapsALiveExtent() {
        long id = scene.seat("bad", new Hostile((r, c) -> {
            c.claim(0, 8192);
            return Outcome.ok();
        }), "bad");
        BufferSet first = scene.session.allocateFor(BufferSpec.bytes(8192), Scene.uses("gpu")).orThrow();
        assertThat(first.explain().choices().getFirst().allocator()).isEqualTo("bad");
        BufferSet second = scene.session.allocateFor(BufferSpec.bytes(8192), Scene.uses("gpu")).orThrow();
        assertThat(second.explain().choices().getFirst().reason()).contains("claims of 0 bytes");
        first.close();
        second.close();
        scene.leave("bad", id);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aCallThatNeverEndsKeepsItsCallerAndNobodyElse() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        scene.seat("bad", new Hostile((r, c) -> {
            c.claim(0, 8192);
            inside.countDown();
            while (end.getCount() > 0) {
                Thread.onSpinWait(); // deaf to interrupts
            }
            return Outcome.ok();
        }), "bad");
        Session client = scene.broker.open("client", "client 1.0.0", "there");
        BufferSet set = client.describe(BufferSpec.bytes(8192), Scene.uses("gpu")).orThrow();
        Thread caller = Thread.ofPlatform().daemon().start(set::allocate);
        inside.await();
        client.close();
        assertThat(scene.reports).anySatisfy(r -> assertThat(r).contains("session 'client' is not given back yet"));
        String hung = "allocator of bad: bad of bundle.bad 1.0.0 hung in ";
        while (List.copyOf(scene.reports).stream().noneMatch(r -> r.startsWith(hung) && r.endsWith("it loses the seat"))) {
            Thread.onSpinWait();
        }
        assertThat(set.state()).isNotEqualTo(BufferSet.State.CLOSED);
        end.countDown();
        caller.join();
        assertThat(set.state()).as("whoever leaves it closes it").isEqualTo(BufferSet.State.CLOSED);
    }

    @Test
    void leavesTheRegionOrBreaksTheGranule() {
        refused((r, c) -> {
            c.claim(63 * 4096, 8192);
            return Outcome.ok();
        }, "leaves region bad");
        refused((r, c) -> {
            c.claim(100, 8192);
            return Outcome.ok();
        }, "granule 4096");
        refused((r, c) -> {
            c.claim(Long.MAX_VALUE - 4095, 4096);
            return Outcome.ok();
        }, "bad");
    }

    @Test
    void claimsTooLittleOrTooMuchOrInPieces() {
        refused((r, c) -> {
            c.claim(0, 4096);
            return Outcome.ok();
        }, "claims of 4096 bytes", "exactly 8192");
        refused((r, c) -> {
            c.claim(0, 16384);
            return Outcome.ok();
        }, "claims of 16384 bytes");
        refused((r, c) -> {
            c.claim(0, 4096);
            c.claim(16384, 4096);
            return Outcome.ok();
        }, "contiguous");
        refused((r, c) -> Outcome.ok(), "claims of 0 bytes");
    }

    @Test
    void throwsOrAnswersNull() {
        refused((r, c) -> {
            c.claim(0, 8192);
            throw new IllegalStateException("out of luck");
        }, "java.lang.IllegalStateException: out of luck");
        refused((r, c) -> {
            c.claim(0, 8192);
            throw new StackOverflowError("deep");
        }, "StackOverflowError");
        refused((r, c) -> {
            c.claim(0, 8192);
            return null;
        }, "null");
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void hangsUntilItIsInterrupted() {
        refused((r, c) -> {
            c.claim(0, 8192);
            new CountDownLatch(1).await();
            return Outcome.ok();
        }, "InterruptedException");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void hangsForGoodAndKeepsOneThreadOnly() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        scene.seat("bad", new Hostile((r, c) -> {
            inside.countDown();
            while (true) {
                try {
                    never.await();
                    return Outcome.ok();
                } catch (InterruptedException e) {
                    // The point of this plug-in: it does not listen.
                    Thread.interrupted();
                }
            }
        }), "bad");
        Thread stuck = Thread.ofPlatform().daemon().start(() -> scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")));
        inside.await();
        try (BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")).orThrow()) {
            assertThat(set.explain().choices().getFirst().allocator()).isEqualTo("good");
        }
        assertThat(stuck.isAlive()).isTrue();
        never.countDown();
        stuck.join();
    }

    @Test
    void keepsTheClaimsAndUsesThemLater() {
        Claims[] kept = new Claims[1];
        refused((r, c) -> {
            kept[0] = c;
            return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "nothing", "something"));
        }, "size: found nothing, needed something");
        org.junit.jupiter.api.Assertions.assertThrows(IllegalStateException.class, () -> kept[0].claim(0, 4096));
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void ignoresWhatADeviceReaches() {
        scene.device("narrow", Access.READ, sharebuf.device.DmaConstraints.builder().range(new sharebuf.device.DmaRange(0, 0x2000_0000L, 64 * 4096)).build());
        scene.region("both", 0x2000_0000L - 8 * 4096, 16 * 4096);
        long id = scene.seat("both", new Hostile((r, c) -> {
            c.claim(0, 8192);
            return Outcome.ok();
        }), "both");
        try (BufferSet set = scene.session.allocateFor(BufferSpec.bytes(8192), Scene.uses("narrow")).orThrow()) {
            assertThat(set.explain().choices().getFirst().allocator()).isEqualTo("good");
            assertThat(set.explain().choices().getFirst().reason()).contains("not both: allocator both, reach");
        }
        scene.leave("both", id);
    }

    @Test
    void cannotAdoptAndIsNotSeated() {
        long id = scene.seat("bad", new Hostile((r, c) -> Outcome.ok()) {
            @Override
            public void adopt(Live live) {
                throw new IllegalStateException("I know nothing of that");
            }
        }, "bad");
        var seat = scene.broker.allocatorSeat("bad");
        assertThat(seat.occupant()).isEmpty();
        assertThat(seat.reason()).contains("I know nothing of that");
        scene.leave("bad", id);
        long again = scene.seat("bad", CmaFor.region(bad), "bad");
        assertThat(seat.occupant()).isPresent();
        scene.leave("bad", again);
    }

    @Test
    void messageOfItsExceptionThrows() {
        refused((r, c) -> {
            throw new RuntimeException() {
                private static final long serialVersionUID = 1;

                @Override
                public String getMessage() {
                    throw new Error("even here");
                }
            };
        }, "getMessage threw");
    }

    @Test
    void offersNonsense() {
        Supplier<Outcome<Offer>> nonsense = () -> null;
        long id = scene.seat("bad", new Hostile((r, c) -> Outcome.ok()) {
            @Override
            public Outcome<Offer> offer(Request request) {
                return nonsense.get();
            }
        }, "bad");
        try (BufferSet set = scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")).orThrow()) {
            assertThat(set.explain().choices().getFirst().allocator()).isEqualTo("good");
        }
        scene.leave("bad", id);
    }
}
