package sharebuf.platform.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import sharebuf.sim.Faults.Fault;
import sharebuf.sim.Faults.Stopped;

/** Which faults are on, and which accesses were stopped. Thread-safe. */
final class FaultState {
    private static final int KEPT = 1000;

    private volatile Map<Fault, Long> on = Map.of();
    private final ArrayDeque<Stopped> stopped = new ArrayDeque<>();

    synchronized void inject(Fault fault, long n) {
        if (fault == Fault.DROP ? n < 2 : n != 0) {
            throw new IllegalArgumentException(fault + " with " + n + ": " + (fault == Fault.DROP ? "every n-th frame, n at least 2" : "0"));
        }
        EnumMap<Fault, Long> more = new EnumMap<>(Fault.class);
        more.putAll(on);
        more.put(fault, n);
        on = more;
    }

    void clear() {
        on = Map.of();
    }

    boolean on(Fault fault) {
        return on.containsKey(fault);
    }

    /** Whether a camera loses this frame. */
    boolean drops(long sequence) {
        Long n = on.get(Fault.DROP);
        return n != null && sequence % n == n - 1;
    }

    void record(Stopped access) {
        synchronized (stopped) {
            if (stopped.size() == KEPT) {
                stopped.removeFirst();
            }
            stopped.addLast(access);
        }
    }

    List<Stopped> stopped() {
        synchronized (stopped) {
            return new ArrayList<>(stopped);
        }
    }
}
