package sharebuf.app.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How times spread.
 *
 * <p>Immutable.
 *
 * @param sorted nanoseconds in ascending order, at least one
 */
record Spread(long[] sorted) {
    static Spread of(LongStream nanos) {
        return new Spread(nanos.sorted().toArray());
    }

    /** So large a part of them is at most this. */
    long at(double part) {
        return sorted[(int) Math.max(0, Math.ceil(part * sorted.length) - 1)];
    }

    Map<String, Object> json() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("p50Micros", at(0.5) / 1000);
        map.put("p99Micros", at(0.99) / 1000);
        map.put("maxMicros", at(1) / 1000);
        return map;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms, most %.2f ms", at(0.5) / 1e6, at(0.99) / 1e6, at(1) / 1e6);
    }
}
