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

    /** One has the turn, one waits a moment for it, one waits until it comes. */
    @JCStressTest
    @Outcome(id = {"2, 1", "3, 1"}, expect = Expect.ACCEPTABLE, desc = "one at a time, and nobody slept beside a free turn")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "two at a time, or one that slept beside a free turn")
    @State
    public static class OneAtATimeAndNobodyForgotten {
        private final TurnLock lock = new TurnLock(new Precedence());
        private int plain;
        private int had;
        private boolean patient;

        /** For jcstress. */
        public OneAtATimeAndNobodyForgotten() {
        }

        private void inside() {
            plain++;
            had++;
            lock.end();
        }

        /** Has it for a moment. */
        @Actor
        public void first() {
            if (await(lock, LONG)) {
                inside();
            }
        }

        /** May give up, woken or not. */
        @Actor
        public void impatient() {
            if (await(lock, 20_000)) {
                inside();
            }
        }

        /** Waits for as long as it takes. */
        @Actor
        public void patient() {
            long begun = System.nanoTime();
            if (await(lock, LONG)) {
                patient = System.nanoTime() - begun < LONG / 2;
                inside();
            }
        }

        /** Behind all three. */
        @Arbiter
        public void look(II_Result r) {
            r.r1 = plain == had ? plain : -1;
            r.r2 = patient ? 1 : 0;
        }
    }
}
