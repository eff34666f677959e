package sharebuf.broker.seat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sharebuf.exporter.Exporter;
import sharebuf.plugin.Live;

@Timeout(60)
class CallsTest {
    private final Calls calls = new Calls();
    private final Seat<Exporter> seat = new Seat<>(SeatKind.EXPORTER, "test", Exporter.class, calls, new Seat.Limits(1, 1, 1), () -> Live.NOTHING, e -> { }, line -> { });
    private final Occupant<Exporter> occupant = new Occupant<>(seat, new AtomicLong(), r -> false, new Occupant.Identity(1, "pid", "bundle", 1));

    @Test
    @DisplayName("a lull is waited for until the call in flight ends")
    void lull() throws InterruptedException {
        Thread waiting = Thread.currentThread();
        int slot = calls.enter(occupant);
        Thread caller = Thread.ofPlatform().start(() -> {
            while (waiting.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            calls.leave(slot, occupant);
        });
        calls.awaitLull(n -> n == occupant.number(), TimeUnit.SECONDS.toNanos(50));
        assertThat(calls.count(n -> n == occupant.number())).isZero();
        caller.join();
    }

    @Test
    @DisplayName("where calls never end it is waited for a while only, and nobody is turned away meanwhile")
    void noLull() throws InterruptedException {
        int slot = calls.enter(occupant);
        calls.awaitLull(n -> n == occupant.number(), 1);
        assertThat(calls.count(n -> n == occupant.number())).isEqualTo(1);
        assertThat(occupant.leaving()).isFalse();
        calls.leave(slot, occupant);
    }
}
