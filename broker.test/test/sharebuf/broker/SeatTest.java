package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.broker.test.FakeRegion;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.exporter.Exporter;
import sharebuf.inventory.Snapshot.SeatState;
import sharebuf.memory.Extent;
import sharebuf.plugin.Live;

/** Who sits where: away, back, gone, in line; what a successor adopts. */
class SeatTest {
    private final Scene scene = new Scene();
    private final FakeRegion region = scene.region("pool", 0x1000_0000L, 64 * 4096);
    private final Seat<Allocator> seat = scene.broker.allocatorSeat("pool");

    SeatTest() {
        scene.device("gpu", Access.READ, Scene.any());
    }

    @AfterEach
    void close() {
        scene.close();
        assertThat(scene.liveExtents()).isZero();
    }

    private BufferSet set() {
        return scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu")).orThrow();
    }

    /** Passes on to a real allocator and writes down what it was told. */
    private final class Recording implements Allocator {
        private final Allocator real = CmaFor.region(region);
        private final List<String> told = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch mayAdopt;

        private Recording(CountDownLatch mayAdopt) {
            this.mayAdopt = mayAdopt;
        }

        @Override
        public void adopt(Live live) throws Exception {
            told.add("adopt " + live.extents().size());
            mayAdopt.await();
            real.adopt(live);
        }

        @Override
        public Outcome<Offer> offer(Request request) {
            return real.offer(request);
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
            return real.place(request, claims);
        }

        @Override
        public void released(Extent extent) {
            told.add("released " + extent.offset());
            real.released(extent);
        }
    }

    private Recording recording() {
        return new Recording(new CountDownLatch(0));
    }

    @Test
    void whatIsLiveSurvivesItsAllocatorAndIsFreedWhileNobodySitsThere() {
        long id = scene.seat("pool", recording(), "cma");
        BufferSet live = set();
        BufferSet other = set();
        scene.leave("pool", id);
        assertThat(seat.state()).isEqualTo(SeatState.AWAY);
        assertThat(live.buffers()).hasSize(1);
        other.close();
        assertThat(scene.liveExtents()).isEqualTo(1);
        Recording back = recording();
        scene.seat("pool", back, "cma");
        assertThat(back.told).containsExactly("adopt 1");
        live.close();
        assertThat(back.told).hasSize(2);
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    void aSeatThatNobodyEverTookSaysWhatIsNotInstalled() {
        assertThat(seat.state()).isEqualTo(SeatState.GONE);
        assertThat(seat.reason()).isEqualTo("no allocator is installed for it");
        assertThat(seat.vacant().found()).isEqualTo("nobody in the seat (gone: no allocator is installed for it)");
    }

    @Test
    void aRequestWaitsForAnAllocatorThatIsAwayAndIsServedWhenItIsBack() {
        Scene slow = new Scene(BrokerLimits.of(5_000, 60_000, 5_000, 300));
        FakeRegion r = slow.region("pool", 0, 64 * 4096);
        slow.device("gpu", Access.READ, Scene.any());
        long id = slow.seat("pool", CmaFor.region(r), "cma");
        slow.leave("pool", id);
        CompletableFuture<Outcome<BufferSet>> waiting = Scene.async(() -> slow.session.allocateFor(BufferSpec.bytes(1), Scene.uses("gpu")));
        slow.seat("pool", CmaFor.region(r), "cma");
        assertThat(waiting.join().isOk()).isTrue();
        slow.close();
    }

    @Test
    void afterTheGraceTimeTheRequestIsRefusedWithTheSeatAndHowToFillIt() {
        long id = scene.seat("pool", recording(), "cma");
        scene.leave("pool", id);
        var why = scene.session.allocateFor(BufferSpec.bytes(1), Scene.uses("gpu")).why().orElseThrow();
        assertThat(why.errno()).isIn(Errno.ENODEV, Errno.EAGAIN);
        assertThat(why.found()).contains("nobody in the seat").contains("away longer than the grace time of 150 ms").contains("cma");
        assertThat(why.fix()).isEqualTo("start=bundle.cma");
        assertThat(seat.state()).isEqualTo(SeatState.GONE);
    }

    @Test
    void aSecondPluginNeverDisplacesByArrivingAndSitsWhenTheSeatIsGone() {
        long first = scene.seat("pool", recording(), "first");
        Recording second = recording();
        scene.seat("pool", second, "second");
        assertThat(seat.lastPid()).isEqualTo("first");
        assertThat(seat.line()).containsExactly("second of bundle.second 1.0.0");
        assertThat(second.told).isEmpty();
        BufferSet live = set();
        scene.leave("pool", first);
        assertThat(seat.occupant()).isEmpty();
        while (seat.state() != SeatState.GONE) {
            Thread.onSpinWait();
        }
        scene.broker.seats().tick();
        assertThat(seat.lastPid()).isEqualTo("second");
        assertThat(second.told).containsExactly("adopt 1");
        live.close();
        assertThat(second.told).hasSize(2);
    }

    @Test
    void anExportersSeatClosesWhenItIsGoneForGood() {
        Seat<Exporter> special = scene.broker.exporterSeat("special");
        long id = scene.sit(special, request -> false, "special", "bundle.special 1.0.0", 7);
        scene.broker.seats().tick();
        scene.broker.seats().leave(special, id);
        if (special.state() == SeatState.AWAY) {
            assertThat(scene.broker.seats().find(SeatKind.EXPORTER, "special", Exporter.class)).hasValue(special);
        }
        while (special.state() != SeatState.GONE) {
            Thread.onSpinWait();
        }
        scene.broker.seats().tick();
        assertThat(scene.broker.seats().find(SeatKind.EXPORTER, "special", Exporter.class)).isEmpty();
        assertThat(scene.broker.seats().find(SeatKind.ALLOCATOR, "pool", Allocator.class)).as("a region's seat stays").isPresent();
        // Whoever had the seat in hand meanwhile sits in one that is known.
        scene.sit(special, request -> false, "late", "bundle.late 1.0.0", 8);
        assertThat(scene.broker.seats().find(SeatKind.EXPORTER, "special", Exporter.class)).hasValue(special);
    }

    @Test
    void whatIsReleasedDuringAnAdoptionIsToldBeforeTheFirstCall() throws Exception {
        long id = scene.seat("pool", recording(), "cma");
        BufferSet live = set();
        scene.leave("pool", id);
        CountDownLatch mayAdopt = new CountDownLatch(1);
        Recording back = new Recording(mayAdopt);
        Thread binder = Thread.ofPlatform().start(() -> scene.seat("pool", back, "cma"));
        while (back.told.isEmpty()) {
            Thread.onSpinWait();
        }
        live.close();
        assertThat(back.told).containsExactly("adopt 1");
        mayAdopt.countDown();
        binder.join();
        assertThat(back.told).hasSize(2);
        assertThat(back.told.get(1)).startsWith("released");
        // All of it is one hole again, in the allocator's books too.
        scene.session.allocateFor(BufferSpec.bytes(64 * 4096), Scene.uses("gpu")).orThrow().close();
    }

    @Test
    void aPluginThatStopsItselfInTheMiddleOfACallIsNotWaitedFor() {
        long[] id = new long[1];
        id[0] = scene.seat("pool", new Allocator() {
            private final Allocator real = CmaFor.region(region);

            @Override
            public void adopt(Live live) throws Exception {
                real.adopt(live);
            }

            @Override
            public Outcome<Offer> offer(Request request) {
                return real.offer(request);
            }

            @Override
            public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
                scene.leave("pool", id[0]);
                return real.place(request, claims);
            }

            @Override
            public void released(Extent extent) {
                real.released(extent);
            }
        }, "suicidal");
        scene.session.allocateFor(BufferSpec.bytes(4096), Scene.uses("gpu"));
        assertThat(seat.reason()).startsWith("its service went: ");
    }

    @Test
    void aPluginWhoseAdoptFailedIsForgottenWhenItGoes() throws Exception {
        ReferenceQueue<Allocator> queue = new ReferenceQueue<>();
        WeakReference<Allocator> plugin = failing(queue);
        for (int i = 0; i < 100 && plugin.get() != null; i++) {
            System.gc();
            queue.remove(50);
        }
        assertThat(plugin.get()).isNull();
    }

    /** In a frame of its own: nothing of it is left on the stack. */
    private WeakReference<Allocator> failing(ReferenceQueue<Allocator> queue) {
        Allocator allocator = new Allocator() {
            @Override
            public void adopt(Live live) {
                throw new IllegalStateException("does not adopt");
            }

            @Override
            public Outcome<Offer> offer(Request request) {
                throw new AssertionError("it does not sit");
            }

            @Override
            public Outcome<Outcome.Done> place(Request request, Claims claims) {
                throw new AssertionError("it does not sit");
            }

            @Override
            public void released(Extent extent) {
                throw new AssertionError("it does not sit");
            }
        };
        long id = scene.seat("pool", allocator, "failing");
        assertThat(seat.reason()).contains("does not adopt");
        scene.leave("pool", id);
        return new WeakReference<>(allocator, queue);
    }

    @Test
    void callsInFlightAreAwaitedWhenAPluginGoes() throws Exception {
        Scene scene = new Scene(BrokerLimits.of(60_000, 60_000, 60_000, 300));
        FakeRegion region = scene.region("pool", 0x1000_0000L, 64 * 4096);
        Seat<Allocator> seat = scene.broker.allocatorSeat("pool");
        scene.device("gpu", Access.READ, Scene.any());
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Recording slow = recording();
        long id = scene.seat("pool", new Allocator() {
            @Override
            public Outcome<Offer> offer(Request request) {
                return slow.offer(request);
            }

            @Override
            public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
                inside.countDown();
                go.await();
                return slow.place(request, claims);
            }

            @Override
            public void released(Extent extent) {
                slow.released(extent);
            }
        }, "cma");
        CompletableFuture<Outcome<BufferSet>> placing = Scene.async(() -> scene.session.allocateFor(BufferSpec.bytes(1), Scene.uses("gpu")));
        inside.await();
        CompletableFuture<Object> leaving = Scene.async(() -> {
            scene.leave("pool", id);
            return null;
        });
        while (seat.occupant().isPresent()) {
            Thread.onSpinWait();
        }
        assertThat(leaving).isNotDone();
        go.countDown();
        leaving.join();
        assertThat(placing.join().isOk()).isTrue();
        scene.close();
    }
}
