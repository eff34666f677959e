package sharebuf.broker.seat;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import sharebuf.exporter.Exporter;
import sharebuf.plugin.Live;

/** Drain against calls, and the watchdog against calls: what {@link Calls} says of both, on this machine's memory. */
public final class CallsStress {
    private CallsStress() {
    }

    /** An occupant without anything around it. */
    private static Occupant<Exporter> occupant(Calls calls) {
        Seat<Exporter> seat = new Seat<>(SeatKind.EXPORTER, "stress", Exporter.class, calls, new Seat.Limits(1, 1, 1), () -> Live.NOTHING, e -> { }, line -> { });
        Occupant<Exporter> o = new Occupant<>(seat, new AtomicLong(), r -> false, new Occupant.Identity(1, "pid", "bundle", 1));
        calls.add(o);
        return o;
    }

    /** What is plainly written behind a drain is seen by no call. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "the call was turned away, or the drain waited for it")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "a call ran behind the end of the drain")
    @State
    public static class DrainMissesNobody {
        private final Calls calls = new Calls();
        private final Occupant<Exporter> o = occupant(calls);
        private int over;

        /** For jcstress. */
        public DrainMissesNobody() {
        }

        /** A call. */
        @Actor
        public void call(I_Result r) {
            int slot = calls.enter(o);
            if (slot != Calls.NONE) {
                r.r1 = over;
                calls.leave(slot, o);
            }
        }

        /** A drain. */
        @Actor
        public void drain() {
            o.close();
            while (calls.count(n -> n == 1) > 0) {
                Thread.onSpinWait();
            }
            over = 1;
        }
    }

    /** A drain does not wait for a call that waits for its turn, and such a call does not run behind it. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "the call was turned away, or the drain waited for it")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "a call that had waited ran behind the end of the drain")
    @State
    public static class WhoWaitedIsTurnedAway {
        private final Calls calls = new Calls();
        private final Occupant<Exporter> o = occupant(calls);
        private int over;

        /** For jcstress. */
        public WhoWaitedIsTurnedAway() {
        }

        /** A call that gets its turn at some moment. */
        @Actor
        public void call(I_Result r) {
            int slot = calls.enter(o);
            if (slot != Calls.NONE) {
                calls.await(slot);
                if (calls.go(slot, o)) {
                    r.r1 = over;
                }
                calls.leave(slot, o);
            }
        }

        /** A drain. */
        @Actor
        public void drain() {
            o.close();
            while (calls.countInside(n -> n == 1) > 0) {
                Thread.onSpinWait();
            }
            over = 1;
        }
    }

    /** Two threads whose ids want the same slot. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "each has a slot of its own, and gave it back")
    @State
    public static class EachCallHasASlot {
        private final Calls calls = new Calls();
        private final Occupant<Exporter> o = occupant(calls);
        private int first = Calls.NONE;
        private int second = Calls.NONE;

        /** For jcstress. */
        public EachCallHasASlot() {
        }

        /** A call. */
        @Actor
        public void one() {
            first = calls.enter(o);
        }

        /** Another one. */
        @Actor
        public void two() {
            second = calls.enter(o);
        }

        /** Both are in; then both leave. */
        @Arbiter
        public void look(II_Result r) {
            r.r1 = first == second ? 1 : calls.count(n -> n == o.number());
            calls.leave(first, o);
            calls.leave(second, o);
            r.r2 = calls.count(n -> n == o.number());
        }
    }

    /** The watchdog strikes the first of two calls in a slot, or is too late for it: no interrupt comes behind that call, or in the next one. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the call was over, or had not begun")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the call was struck, and knows it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "an interrupt struck the next call, or nobody's")
    @State
    public static class NoInterruptStrikesLater {
        private final Calls calls = new Calls();
        private final Occupant<Exporter> o = occupant(calls);

        /** For jcstress. */
        public NoInterruptStrikesLater() {
        }

        /** Two calls in the same slot. */
        @Actor
        public void calls(II_Result r) {
            int slot = calls.enter(o);
            calls.watch(slot);
            boolean first = calls.leave(slot, o);
            int next = calls.enter(o);
            calls.watch(next);
            boolean second = calls.leave(next, o);
            r.r1 = (first ? 1 : 0) + (second ? 2 : 0);
            r.r2 = Thread.interrupted() ? 1 : 0;
        }

        /** The first call of a slot has the serial 0. */
        @Actor
        public void watchdog() {
            for (int slot = 0; slot < Calls.SLOTS; slot++) {
                calls.strike(slot, o, 0);
            }
        }
    }
}
