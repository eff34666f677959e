package sharebuf.broker.seat;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** What {@link TurnLock} says of its turns, on this machine's memory. */
public final class TurnLockStress {
    private static final long LONG = 5_000_000_000L;

    private TurnLockStress() {
    }

    private static boolean await(TurnLock lock, long nanos) {
        try {
            return lock.await(nanos);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Two wait for as long as it takes. */
    @JCStressTest
    @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "one at a time, and nobody slept beside a free turn")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "two at a time, or one that slept beside a free turn")
    @State
    public static class OneAtATimeAndNobodyForgotten {
        private final TurnLock lock = new TurnLock(new Precedence(), 0, LONG);
        private int plain;
        private boolean slept;

        /** For jcstress. */
        public OneAtATimeAndNobodyForgotten() {
        }

        private void turn() {
            long begun = System.nanoTime();
            if (await(lock, LONG)) {
                plain++;
                slept |= System.nanoTime() - begun > LONG / 2;
                lock.end();
            }
        }

        /** One. */
        @Actor
        public void one() {
            turn();
        }

        /** The other. */
        @Actor
        public void two() {
            turn();
        }

        /** Behind both. */
        @Arbiter
        public void look(II_Result r) {
            r.r1 = plain;
            r.r2 = !slept && lock.take() ? 1 : 0;
        }
    }

    /** One gives up while the other ends, which may have woken it for nothing. */
    @JCStressTest
    @Outcome(id = {"1, 1", "2, 1"}, expect = Expect.ACCEPTABLE, desc = "it got the turn or gave up, and the turn is free behind both")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "two at a time, or a turn that nobody gave back")
    @State
    public static class WhoGivesUpKeepsNothing {
        private final TurnLock lock = new TurnLock(new Precedence(), 0, LONG);
        private int plain;

        /** For jcstress. */
        public WhoGivesUpKeepsNothing() {
        }

        /** Has the turn for a moment. */
        @Actor
        public void patient() {
            if (await(lock, LONG)) {
                plain++;
                lock.end();
            }
        }

        /** Gives up at once, or a little later. */
        @Actor
        public void impatient() {
            if (await(lock, 1)) {
                plain++;
                lock.end();
            }
        }

        /** Behind both. */
        @Arbiter
        public void look(II_Result r) {
            r.r1 = plain;
            r.r2 = lock.take() ? 1 : 0;
        }
    }
}
