package sharebuf.memory;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import sharebuf.device.UseId;

/**
 * A value of merged constraints with those who asked for it.
 *
 * <p>Immutable.
 *
 * @param <T> type of the value, itself immutable
 * @param value the value
 * @param by the uses it comes from; empty when nobody asked and the value is the loosest
 */
public record Asked<T>(T value, SortedSet<UseId> by) {
    /** Copies the set. */
    public Asked {
        Objects.requireNonNull(value, "value");
        by = by.isEmpty() ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(new TreeSet<>(by));
    }

    /**
     * The loosest value, asked for by nobody.
     *
     * @param <T> type of the value
     * @param value the value
     * @return it
     */
    public static <T> Asked<T> byNobody(T value) {
        return new Asked<>(value, Collections.emptySortedSet());
    }

    /**
     * The same value, asked for by others too.
     *
     * @param others the uses
     * @param merged the merged value
     * @return the union
     */
    public Asked<T> and(SortedSet<UseId> others, T merged) {
        TreeSet<UseId> all = new TreeSet<>(by);
        all.addAll(others);
        return new Asked<>(merged, all);
    }

    /**
     * Those who asked, as text.
     *
     * @return names joined by commas
     */
    public String who() {
        return String.join(", ", by.stream().map(UseId::toString).toList());
    }
}
