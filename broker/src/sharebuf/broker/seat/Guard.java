package sharebuf.broker.seat;

import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.plugin.MadeWayException;
import sharebuf.plugin.Plugin;

/**
 * A call into a plug-in, on the caller's thread: one at a time where the kind of plug-in wants that, watched, and what the plug-in throws or answers becomes an outcome.
 *
 * <p>Thread-safe.
 */
final class Guard {
    private static final Refusal MADE_WAY = Refusal.of(Errno.EPROTO, "plug-in", "it made way for nobody, time after time", "an answer");
    private static final Refusal TURNED_AWAY = Refusal.of(Errno.EAGAIN, "plug-in", "it left while the call waited for its turn", "its successor");

    private final SeatKind kind;
    private final String name;
    private final Calls calls;
    private final long callNanos;

    /**
     * For the plug-ins of a seat.
     *
     * @param name of the seat, for messages
     * @param calls where they are counted
     * @param callNanos so long a call waits for its turn
     */
    Guard(SeatKind kind, String name, Calls calls, long callNanos) {
        this.kind = kind;
        this.name = name;
        this.calls = calls;
        this.callNanos = callNanos;
    }

    /**
     * The call itself, counted in; counts it out.
     *
     * @param slot where it was counted in
     * @param along whether others wait for the calls in flight, this one among them: then it may come in whenever it is its turn
     * @return what the plug-in answered; refused when it threw, answered nothing, or could not be called
     */
    <P extends Plugin, R> Outcome<R> inside(Occupant<P> o, int slot, boolean along, String operation, Seat.Call<P, R> call) {
        R answer = null;
        Throwable thrown = null;
        boolean turn = false;
        boolean begun = false;
        boolean late;
        try {
            if (!kind.oneAtATime()) {
                begun = true;
            } else if (o.turn().take()) {
                turn = true;
                begun = true;
            } else if (along) {
                turn = o.turn().await(callNanos);
                begun = turn;
            } else {
                calls.await(slot);
                turn = o.turn().await(callNanos);
                begun = turn && calls.go(slot, o);
            }
            if (begun) {
                calls.watch(slot);
                answer = call.into(o.service());
            }
        } catch (Throwable t) {
            thrown = t;
        } finally {
            if (turn) {
                o.turn().end();
            }
            late = calls.leave(slot, o);
        }
        if (!begun) {
            return Outcome.no(turn ? TURNED_AWAY : notBegun(o, operation, thrown));
        }
        if (thrown != null) {
            return Outcome.no(thrown.getClass() == MadeWayException.class ? MADE_WAY : Thrown.of(thrown).refusal(late ? Errno.ETIMEDOUT : Errno.EPROTO, o.toString(), operation));
        }
        if (answer == null) {
            return Outcome.no(Refusal.of(Errno.EPROTO, "plug-in " + o + " " + operation, "null", "a value"));
        }
        return Outcome.ok(answer);
    }

    /** Why a call was not made. */
    Refusal interrupted(String operation) {
        return Refusal.of(Errno.EINTR, kind.word() + " of " + name + " " + operation, "the calling thread was interrupted", "no interrupt");
    }

    private Refusal notBegun(Occupant<?> o, String operation, Throwable thrown) {
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return interrupted(operation);
        }
        return Refusal.of(Errno.EAGAIN, kind.word() + " of " + name + " " + operation, "another call in " + o + " still runs",
                "an end within " + callNanos / 1_000_000 + " ms");
    }

    /** Whether the plug-in made way for a successor, or left before it was called. */
    static boolean isToBeMadeAgain(Outcome<?> answer) {
        return answer instanceof Outcome.No<?>(Refusal why) && (why == MADE_WAY || why == TURNED_AWAY);
    }

    /** Whether it left while the call waited for its turn. */
    static boolean isTurnedAway(Outcome<?> answer) {
        return answer instanceof Outcome.No<?>(Refusal why) && why == TURNED_AWAY;
    }
}
