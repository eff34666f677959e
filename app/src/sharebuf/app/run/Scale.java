package sharebuf.app.run;

import java.util.List;
import java.util.TreeSet;

/**
 * Addresses on paper, the lowest at the bottom. Between two marks the scale is linear; the height between marks grows with the logarithm
 * of their distance, so that a pool of 64 MiB beside 4 GiB can still be seen.
 *
 * <p>Immutable.
 */
final class Scale {
    private static final double LEAST = 20;
    private final long[] marks;
    private final double[] heights;
    private final double bottom;

    /** A scale from the lowest to the highest mark. */
    Scale(TreeSet<Long> addresses, double top, double height) {
        marks = addresses.stream().mapToLong(Long::longValue).toArray();
        bottom = top + height;
        double[] weights = new double[Math.max(0, marks.length - 1)];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.log(2 + (marks[i + 1] - marks[i]) / (double) (1 << 22));
            sum += weights[i];
        }
        heights = new double[marks.length];
        double spare = Math.max(0, height - LEAST * weights.length);
        for (int i = 0; i < weights.length; i++) {
            heights[i + 1] = heights[i] + LEAST + spare * weights[i] / sum;
        }
    }

    /** The height of an address on paper; outside the scale that of its nearest end. */
    double y(long address) {
        if (address <= marks[0]) {
            return bottom;
        }
        for (int i = 0; i + 1 < marks.length; i++) {
            if (address <= marks[i + 1]) {
                double part = (address - marks[i]) / (double) (marks[i + 1] - marks[i]);
                return bottom - heights[i] - part * (heights[i + 1] - heights[i]);
            }
        }
        return bottom - heights[marks.length - 1];
    }

    List<Long> marks() {
        return java.util.Arrays.stream(marks).boxed().toList();
    }
}
