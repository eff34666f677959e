package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import sharebuf.memory.Extent;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live.Held;

/**
 * Where a region's ledger was touched since a moment, and what was live there at that moment: enough to tell what changed, however often
 * it did.
 *
 * <p>Not thread-safe: the ledger's monitor guards it.
 */
final class Journal {
    /** Whoever missed more had better adopt anew. */
    static final int MOST = 10_000;

    private final Map<Long, Optional<Held>> before = new HashMap<>();
    private boolean lost;

    /** What is live at an offset is about to change. */
    void touch(long offset, Optional<Held> was) {
        if (!lost && before.putIfAbsent(offset, was) == null && before.size() > MOST) {
            lost = true;
            before.clear();
        }
    }

    /**
     * What changed; noted from here on is what changes from here on.
     *
     * @param now what is live at an offset
     * @return empty when too much did
     */
    Optional<Changes> changes(LongFunction<Optional<Held>> now) {
        if (lost) {
            return Optional.empty();
        }
        List<Extent> released = new ArrayList<>();
        List<Held> placed = new ArrayList<>();
        for (Map.Entry<Long, Optional<Held>> each : before.entrySet()) {
            Optional<Held> was = each.getValue();
            Optional<Held> is = now.apply(each.getKey());
            if (!was.equals(is)) {
                if (was.isPresent()) {
                    released.add(was.get().extent());
                }
                if (is.isPresent()) {
                    placed.add(is.get());
                }
            }
        }
        before.clear();
        return Optional.of(new Changes(released, placed));
    }
}
