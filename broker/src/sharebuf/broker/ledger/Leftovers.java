package sharebuf.broker.ledger;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who left bytes behind in memory that is not live: ranges of a region, each with the one owner who wrote it last. What is not in here was
 * written by somebody of whom nothing is known.
 *
 * <p>Ranges do not overlap; neighbours of one owner are one. Externally synchronised.
 */
final class Leftovers {
    private record Range(long end, long owner) {
    }

    private final TreeMap<Long, Range> ranges = new TreeMap<>();

    /**
     * Somebody gave a range back.
     *
     * @param from first byte
     * @param to behind the last one
     * @param owner who alone wrote it; {@link RegionLedger#NOBODY} when it was several, or nobody knows
     */
    void put(long from, long to, long owner) {
        cut(from, to);
        if (owner == RegionLedger.NOBODY) {
            return;
        }
        Map.Entry<Long, Range> below = ranges.lowerEntry(from);
        if (below != null && below.getValue().end == from && below.getValue().owner == owner) {
            from = below.getKey();
            ranges.remove(from);
        }
        Range above = ranges.get(to);
        if (above != null && above.owner == owner) {
            ranges.remove(to);
            to = above.end;
        }
        ranges.put(from, new Range(to, owner));
    }

    /**
     * Somebody gets a range: it is no leftover any more.
     *
     * @param from first byte
     * @param to behind the last one
     * @return who wrote all of it; {@link RegionLedger#NOBODY} when that was not one owner
     */
    long take(long from, long to) {
        Map.Entry<Long, Range> around = ranges.floorEntry(from);
        long owner = around != null && around.getValue().end >= to ? around.getValue().owner : RegionLedger.NOBODY;
        cut(from, to);
        return owner;
    }

    /** An owner is over: nobody asks for it again. */
    void forget(long owner) {
        ranges.values().removeIf(r -> r.owner == owner);
    }

    int count() {
        return ranges.size();
    }

    private void cut(long from, long to) {
        Map.Entry<Long, Range> at = ranges.lowerEntry(to);
        while (at != null && at.getValue().end > from) {
            ranges.remove(at.getKey());
            if (at.getValue().end > to) {
                ranges.put(to, at.getValue());
            }
            if (at.getKey() < from) {
                ranges.put(at.getKey(), new Range(from, at.getValue().owner));
            }
            at = ranges.lowerEntry(to);
        }
    }
}
