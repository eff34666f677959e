package sharebuf.broker.seat;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import sharebuf.buffer.Outcome;
import sharebuf.exporter.Exporter;
import sharebuf.plugin.Live;

/**
 * A call into a plug-in, with three implementations loaded and called in turn: as it is; with the protection that lets a drain wait for it and
 * the watchdog see it; and through {@link Seat#call} as the broker makes it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
public class SeatCall {
    private static final long SECOND = 1_000_000_000;

    /** Something that is called once a frame. */
    interface Plug extends Exporter {
        int frame(int index);

        @Override
        default boolean takes(sharebuf.allocator.Request request) {
            return false;
        }
    }

    /** One implementation. */
    static final class First implements Plug {
        private int last;

        @Override
        public int frame(int index) {
            return last = index + 1;
        }
    }

    /** Another one. */
    static final class Second implements Plug {
        private int last;

        @Override
        public int frame(int index) {
            return last = index + 2;
        }
    }

    /** A third one. */
    static final class Third implements Plug {
        private int last;

        @Override
        public int frame(int index) {
            return last = index + 3;
        }
    }

    private record Taken(Seat<Plug> seat, Occupant<Plug> occupant) {
    }

    /** The seats, one for each implementation, and the next one's turn. A thread has its own. */
    @State(Scope.Thread)
    public static class Board {
        private final Watchdog watchdog = new Watchdog();
        private final Seats seats = new Seats(watchdog, new Seat.Limits(5 * SECOND, 2 * SECOND, 5 * SECOND), line -> { });
        private final Plug[] plugs = {new First(), new Second(), new Third()};
        private final Taken[] taken = new Taken[plugs.length];
        private int turn;

        /** For JMH. */
        public Board() {
        }

        /** Opens the seats. */
        @Setup(Level.Trial)
        public void open() {
            for (int i = 0; i < plugs.length; i++) {
                Seat<Plug> seat = seats.open(SeatKind.EXPORTER, "seat" + i, Plug.class, () -> Live.NOTHING, p -> { });
                seats.sit(seat, plugs[i], new Occupant.Identity(i, "pid" + i, "bundle 1", i));
                taken[i] = new Taken(seat, seat.occupant().orElseThrow());
            }
        }

        /** Ends the watchdog. */
        @TearDown(Level.Trial)
        public void close() {
            watchdog.close();
        }

        private int next() {
            turn = turn == plugs.length - 1 ? 0 : turn + 1;
            return turn;
        }
    }

    /** The call as it is. */
    @Benchmark
    public int plain(Board board) {
        int i = board.next();
        return board.plugs[i].frame(i);
    }

    /** In, call, out. */
    @Benchmark
    public int drainable(Board board) {
        int i = board.next();
        Occupant<Plug> o = board.taken[i].occupant;
        Calls calls = board.watchdog.calls();
        int slot = calls.enter(o);
        calls.watch(slot);
        try {
            return o.service().frame(i);
        } finally {
            calls.leave(slot, o);
        }
    }

    /** As the broker does it. */
    @Benchmark
    public Outcome<Integer> seated(Board board) {
        int i = board.next();
        return board.taken[i].seat.call("frame", p -> p.frame(i));
    }
}
