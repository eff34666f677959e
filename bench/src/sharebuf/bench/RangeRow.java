package sharebuf.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of one allocator on one trace. Confined to the creating thread. */
final class RangeRow {

    private final Trace trace;
    private final String allocator;
    private final Verified verified;
    private double nanos;
    private double fastest;
    private double heapBytes;
    private long p50;
    private long p99;
    private long p999;
    private int rounds;

    /** Bytes that exact best fit served. */
    long bestFitBytesServed;

    /** Reading the clock twice: contained in each of the percentiles. */
    long clockNanos;

    /** Quartiles, null if that yardstick was not measured. */
    double[] ratioToBitmap;

    /** Quartiles, null if that yardstick was not measured. */
    double[] ratioToTree;

    /** Quartiles, null if that yardstick was not measured. */
    double[] ratioToGoodFit;

    /** Quartiles, null if that yardstick was not measured. */
    double[] ratioToCachedTree;

    RangeRow(Trace trace, String allocator, Verified verified) {
        this.trace = trace;
        this.allocator = allocator;
        this.verified = verified;
    }

    void times(Replay.Round[] measured, long[] each) {
        rounds = measured.length;
        nanos = RangeBench.quartiles(Arrays.stream(measured).mapToDouble(Replay.Round::nanos).toArray())[1];
        fastest = Arrays.stream(measured).mapToDouble(Replay.Round::nanos).min().orElseThrow();
        heapBytes = Arrays.stream(measured).mapToDouble(Replay.Round::heapBytes).max().orElseThrow();
        p50 = percentile(each, 0.5);
        p99 = percentile(each, 0.99);
        p999 = percentile(each, 0.999);
    }

    private static long percentile(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))];
    }

    /** Part of the bytes that were asked for. */
    double served() {
        return verified.bytesRequested == 0 ? 1 : (double) verified.bytesServed / verified.bytesRequested;
    }

    long metadataBytes() {
        return verified.metadataBytes;
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("trace", trace.name);
        json.put("allocator", allocator);
        json.put("nsPerOp", rounded(nanos, 2));
        json.put("nsPerOpMin", rounded(fastest, 2));
        json.put("p50", p50);
        json.put("p99", p99);
        json.put("p999", p999);
        json.put("clockNs", clockNanos);
        json.put("requests", verified.requests);
        json.put("failed", verified.failed);
        json.put("bytesRequested", verified.bytesRequested);
        json.put("bytesServed", verified.bytesServed);
        json.put("bestFitBytesServed", bestFitBytesServed);
        json.put("firstFailureOccupancy", verified.firstFailureOccupancy);
        json.put("largestFreeRatio", rounded(verified.largestFreeRatio, 4));
        json.put("metadataBytes", verified.metadataBytes);
        json.put("heapBytesPerOp", rounded(heapBytes, 4));
        json.put("rounds", rounds);
        json.put("ratioToBitmapFirstFit", ratio(ratioToBitmap));
        json.put("ratioToTreeBestFit", ratio(ratioToTree));
        json.put("ratioToGoodFit", ratio(ratioToGoodFit));
        json.put("ratioToCachedTree", ratio(ratioToCachedTree));
        return json;
    }

    private static Object ratio(double[] quartiles) {
        if (quartiles == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("median", rounded(quartiles[1], 4));
        json.put("q1", rounded(quartiles[0], 4));
        json.put("q3", rounded(quartiles[2], 4));
        return json;
    }

    private static double rounded(double value, int digits) {
        double scale = Math.pow(10, digits);
        return Double.isNaN(value) ? value : Math.round(value * scale) / scale;
    }

    static void table(List<RangeRow> rows, PrintStream out) {
        out.printf(Locale.ROOT, "%-12s %-17s %8s %6s %6s %7s %8s %8s %8s %9s %8s %9s %8s %8s %8s %8s%n", "trace", "allocator",
            "ns/op", "p50", "p99", "p99.9", "served%", "best%", "1stfail%", "lrg/free", "meta KiB", "heap B/op",
            "/bitmap", "/tree", "/good", "/cached");
        for (RangeRow row : rows) {
            out.printf(Locale.ROOT, "%-12s %-17s %8.1f %6d %6d %7d %8.2f %8.2f %8s %9.3f %8d %9.2f %8s %8s %8s %8s%n",
                row.trace.name, row.allocator, row.nanos, row.p50, row.p99, row.p999,
                percent(row.verified.bytesServed, row.verified.bytesRequested),
                percent(row.bestFitBytesServed, row.verified.bytesRequested),
                row.verified.firstFailureOccupancy == null ? "-"
                    : String.format(Locale.ROOT, "%.1f", 100 * row.verified.firstFailureOccupancy),
                row.verified.largestFreeRatio, row.verified.metadataBytes + 1023 >> 10, row.heapBytes,
                median(row.ratioToBitmap), median(row.ratioToTree), median(row.ratioToGoodFit),
                median(row.ratioToCachedTree));
        }
        if (!rows.isEmpty()) {
            out.println("ns/op: median of " + rows.getFirst().rounds + " rounds. p50, p99, p99.9: of single operations, "
                + rows.getFirst().clockNanos + " ns of reading the clock in each.");
            out.println("best%: what exact best fit without zones serves. /bitmap, /tree, /good, /cached: median of the ratios round "
                + "by round. heap: the most of all rounds.");
        }
    }

    private static String median(double[] quartiles) {
        return quartiles == null ? "-" : String.format(Locale.ROOT, "%.3f", quartiles[1]);
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 100 : 100.0 * part / whole;
    }
}
