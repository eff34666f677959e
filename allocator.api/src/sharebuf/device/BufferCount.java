package sharebuf.device;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many buffers a set needs for frames to flow through it: what its uses keep for themselves at a time, and slack.
 *
 * <pre>
 *   camera   fills [b0]
 *   display  waits for the flip [b1]   on the screen [b2]: given back only for another one
 *   slack    [b3]
 * </pre>
 *
 * <p>Immutable.
 *
 * @param held by use how many it keeps, at least 1; uses that keep none are not in it
 * @param lastStays whether some use gives its last buffer back only when it gets another one, see {@link LettingGo#FLIP}
 */
public record BufferCount(SortedMap<UseId, Integer> held, boolean lastStays) {
    /** Buffers beyond what is kept. */
    public static final int SLACK = 1;

    /** Copies. */
    public BufferCount {
        held = Collections.unmodifiableSortedMap(new TreeMap<>(held));
    }

    /**
     * What uses need together. Their order does not matter, and with one more use it is never less.
     *
     * @param uses the uses of a set, each once
     * @return their count
     */
    public static BufferCount of(Collection<Use> uses) {
        TreeMap<UseId, Integer> held = new TreeMap<>();
        boolean lastStays = false;
        for (Use use : uses) {
            if (use.held() > 0) {
                held.put(use.id(), use.held());
            }
            lastStays |= use.lettingGo() == LettingGo.FLIP;
        }
        return new BufferCount(held, lastStays);
    }

    /**
     * The fewest buffers with which frames flow at all, though devices may wait for each other.
     *
     * @return 2 where one stays on a screen until another comes, else 1
     */
    public int least() {
        return lastStays ? 2 : 1;
    }

    /**
     * The fewest buffers with which nobody waits for what others keep, even if no two of them keep the same one.
     *
     * @return what is kept in all and the slack, at least {@link #least}
     */
    public int smooth() {
        return Math.max(least(), held.values().stream().mapToInt(Integer::intValue).sum() + (held.isEmpty() ? 0 : SLACK));
    }

    /** Who keeps how many, for people. */
    @Override
    public String toString() {
        return String.join(", ", held.entrySet().stream().map(e -> e.getKey() + " keeps " + e.getValue()).toList());
    }
}
