package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import sharebuf.allocator.Allocator;
import sharebuf.broker.seat.Seat;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapops.direct.DirectMapOps;
import sharebuf.plugin.Plugin;

/**
 * A move in which the n-th call into a plug-in goes wrong, for every n: the set is where it was or where it was to go, never half, works on,
 * and nothing of either memory stays behind.
 */
class MoveFaultTest {
    private static final int COUNT = 2;
    private static final long BYTES = 5000;
    private static final long REGION = 16 * 4096;
    private static final int MOST_CALLS = 500;

    /** What goes wrong. */
    enum Fault {
        THROWS, ERROR, HANGS, ANSWERS_NULL, VANISHES, IS_REPLACED
    }

    /** One scene, with every plug-in behind a proxy that counts. */
    private static final class Board implements AutoCloseable {
        private final Scene scene = new Scene(BrokerLimits.of(60, 50, 50, 80));
        private final Fault fault;
        private final int at;
        private int calls;
        private String hit = "";
        private boolean armed;
        private final List<Runnable> missing = new ArrayList<>();

        private Board(Fault fault, int at) {
            this.fault = fault;
            this.at = at;
            scene.region("low", 0x1000_0000L, REGION);
            scene.region("high", 0x4000_0000L, REGION);
            sit(Allocator.class, scene.broker.allocatorSeat("low"), () -> new Shelf(2, REGION), "low");
            sit(Allocator.class, scene.broker.allocatorSeat("high"), () -> new Shelf(1, REGION), "high");
            device("camera", Access.WRITE, Scene.any());
            device("display", Access.READ, Scene.any());
            device("encoder", Access.READ, DmaConstraints.builder().mask(0x3fff_ffffL).build());
        }

        private void device(String name, Access access, DmaConstraints dma) {
            scene.broker.node(Node.of(new Device(name, List.of(), "soc", dma)));
            if (scene.broker.mapopsSeat("soc").lastPid().isEmpty()) {
                sit(DmaMapOps.class, scene.broker.mapopsSeat("soc"), DirectMapOps::new, "mapops");
            }
            sit(Importer.class, scene.broker.importers().seat(name, "soc"), () -> new Scene.Quiet(name, access, dma), name);
        }

        private <P extends Plugin> void sit(Class<P> type, Seat<P> seat, Supplier<P> make, String pid) {
            scene.sit(seat, counted(type, seat, make, pid), pid, "bundle." + pid + " 1.0.0");
        }

        private <P extends Plugin> P counted(Class<P> type, Seat<P> seat, Supplier<P> make, String pid) {
            P plugin = make.get();
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                if (method.getDeclaringClass() == Object.class) {
                    return method.getName().equals("equals") ? proxy == args[0] : method.getName().equals("hashCode") ? (Object) System.identityHashCode(proxy) : pid;
                }
                boolean now = armed && !method.getName().equals("adopt") && ++calls == at;
                if (now) {
                    hit = pid + "." + method.getName() + " " + (args == null ? "" : List.of(args));
                    switch (fault) {
                        case THROWS -> throw new IllegalStateException("it throws");
                        case ERROR -> throw new AssertionError("an Error");
                        case HANGS -> new CountDownLatch(1).await(10, TimeUnit.SECONDS);
                        case ANSWERS_NULL -> {
                            return null;
                        }
                        case VANISHES -> {
                            scene.leaveNow(seat);
                            missing.add(() -> sit(type, seat, make, pid));
                        }
                        case IS_REPLACED -> {
                            scene.leaveNow(seat);
                            sit(type, seat, make, pid);
                        }
                    }
                }
                try {
                    return method.invoke(plugin, args);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }));
        }

        @Override
        public void close() {
            scene.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNthCallGoesWrong(Fault fault) {
        int n = 1;
        while (played(fault, n)) {
            n++;
            assertThat(n).as("calls of one move").isLessThan(MOST_CALLS);
        }
        assertThat(n).as("calls of one move").isGreaterThan(30);
        System.out.println("MoveFaultTest " + fault + ": " + (n - 1) + " calls");
    }

    /** False when the move made fewer calls. */
    private static boolean played(Fault fault, int n) {
        try (Board board = new Board(fault, n)) {
            Scene scene = board.scene;
            BufferSet set = scene.session.allocateFor(BufferSpec.bytes(BYTES).count(COUNT), Scene.uses("camera", "display")).orThrow();
            for (SharedBuffer b : set.buffers()) {
                try (CpuAccess cpu = b.beginCpuAccess(Access.WRITE, Duration.ZERO).orThrow()) {
                    cpu.object(0).fill((byte) b.id().number());
                }
            }
            board.armed = true;
            Outcome<Attachment> joined = set.attach(UseId.parse("encoder"), new MovePolicy.Allow(Long.MAX_VALUE));
            board.armed = false;
            String what = fault + " in call " + n + ", " + board.hit + " -> " + joined;
            board.missing.forEach(Runnable::run);
            assertWhole(scene, set, what);
            // What was undone succeeds next time, when everybody is there.
            if (fault == Fault.VANISHES && set.uses().size() == 2 && set.uses().contains(UseId.parse("camera"))) {
                set.attach(UseId.parse("encoder"), new MovePolicy.Allow(Long.MAX_VALUE)).orThrow();
                assertWhole(scene, set, what + ", tried again");
            }
            set.close();
            scene.session.close();
            scene.broker.sweep();
            assertThat(scene.liveExtents()).as(what).isZero();
            assertThat(scene.platform.entries).as(what).isEmpty();
            assertThat(scene.platform.exported).as(what).isEmpty();
            assertThat(scene.broker.buffers()).as(what).isEmpty();
            assertThat(scene.broker.mappings().count()).as(what).isZero();
            return board.calls >= n;
        }
    }

    private static void assertWhole(Scene scene, BufferSet set, String what) {
        scene.broker.sweep();
        int generation = set.buffers().getFirst().generation();
        String region = generation == 0 ? "high" : "low";
        assertThat(set.buffers()).as(what).allMatch(b -> b.generation() == generation);
        assertThat(set.moves()).as(what).hasSize(generation);
        assertThat(InventoryView.of(scene.broker).buffers()).as(what).hasSize(COUNT).allMatch(b -> b.objects().getFirst().region().equals(region));
        assertThat(scene.liveExtents()).as(what).isEqualTo(COUNT);
        assertThat(scene.platform.exported).as(what).containsExactlyInAnyOrderElementsOf(set.buffers().stream().map(b -> new ObjectId(b.id(), 0)).toList());
        assertThat(scene.platform.entries).as(what).allMatch(e -> e.extent().region().name().equals(region));
        assertThat(scene.broker.mappings().count()).as(what).isEqualTo(COUNT * set.uses().size());
        for (SharedBuffer b : set.buffers()) {
            try (CpuAccess cpu = b.beginCpuAccess(Access.WRITE, Duration.ZERO).orThrow()) { // the gate is open
                MemorySegment expected = MemorySegment.ofArray(new byte[(int) BYTES]);
                expected.fill((byte) b.id().number());
                assertThat(cpu.object(0).mismatch(expected)).as(what).isEqualTo(-1);
            }
            for (UseId use : set.uses()) {
                assertThat(scene.broker.jobs().tryBegin(use, b.id())).as(what).isTrue();
                scene.broker.jobs().complete(use, b.id());
            }
        }
        Optional<Attachment> camera = set.attachments().stream().filter(a -> a.use().id().device().equals("camera")).findFirst();
        if (camera.isEmpty()) {
            assertThat(generation).as(what + ": detached without a move").isEqualTo(1);
        }
    }
}
