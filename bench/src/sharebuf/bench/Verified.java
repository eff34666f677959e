package sharebuf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * One untimed replay in which every answer is checked, and what it says about packing. Requests and bytes are those of
 * the part after {@code # steady}; the first failure counts from the beginning. Immutable after the replay.
 */
final class Verified {

    /** The largest free block is asked for once in so many operations. */
    private static final int SAMPLE = 64;

    final long requests;
    final long failed;
    final long bytesRequested;
    final long bytesServed;

    /** Live bytes as a part of the region when the first request failed, null if none did. */
    final Double firstFailureOccupancy;

    /** Mean of largest free block / free bytes. */
    final double largestFreeRatio;

    final long metadataBytes;

    /** What is wrong with an answer, null if nothing is. */
    final String fault;

    private final Trace trace;
    private final TreeMap<Long, Long> ends = new TreeMap<>();

    Verified(Trace trace, Subject subject, Writer placements) {
        this.trace = trace;
        long[] start = new long[trace.ids];
        Arrays.fill(start, -1);
        long live = 0;
        long asked = 0;
        long refused = 0;
        long wanted = 0;
        long served = 0;
        Double firstFailure = null;
        double ratios = 0;
        int samples = 0;
        String wrong = null;
        for (int i = 0; i < trace.ops && wrong == null; i++) {
            int id = trace.id[i];
            long size = trace.size[i];
            boolean counts = i >= trace.steady;
            if (size == 0) {
                subject.give(id);
                if (start[id] >= 0) {
                    live -= ends.remove(start[id]) - start[id];
                    start[id] = -1;
                }
            } else {
                long at = subject.take(id, size, trace.align[i], trace.limit[i]);
                long rounded = size + trace.granule - 1 & -trace.granule;
                asked += counts ? 1 : 0;
                wanted += counts ? size : 0;
                if (at < 0) {
                    refused += counts ? 1 : 0;
                    firstFailure = firstFailure == null ? Double.valueOf((double) live / trace.region) : firstFailure;
                } else {
                    wrong = fault(i, at, rounded);
                    ends.put(at, at + rounded);
                    start[id] = at;
                    live += rounded;
                    served += counts ? size : 0;
                    write(placements, id, at);
                }
            }
            if (counts && i % SAMPLE == 0 && live < trace.region) {
                ratios += (double) subject.largestFree() / (trace.region - live);
                samples++;
            }
        }
        requests = asked;
        failed = refused;
        bytesRequested = wanted;
        bytesServed = served;
        firstFailureOccupancy = firstFailure;
        largestFreeRatio = samples == 0 ? Double.NaN : ratios / samples;
        metadataBytes = subject.metadataBytes();
        fault = wrong;
    }

    private String fault(int op, long at, long size) {
        String answer = "operation " + op + " (id " + trace.id[op] + ", size " + trace.size[op] + ", align "
            + trace.align[op] + ", below " + trace.limit[op] + ") got " + at;
        if (at % trace.align[op] != 0 || at % trace.granule != 0) {
            return answer + ": not aligned";
        }
        if (at + size > trace.region || trace.limit[op] != 0 && at + trace.size[op] > trace.limit[op]) {
            return answer + ": above the limit";
        }
        Map.Entry<Long, Long> before = ends.lowerEntry(at + size);
        if (before != null && before.getValue() > at) {
            return answer + ": overlaps " + before.getKey() + "-" + before.getValue();
        }
        return null;
    }

    private static void write(Writer placements, int id, long at) {
        if (placements != null) {
            try {
                placements.write(id + " " + at + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
