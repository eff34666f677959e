package sharebuf.broker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import sharebuf.broker.ledger.BufferRecord;

/**
 * Buffers that nobody holds any more and whose memory somebody may still touch: another process that has it open, or a device whose job did
 * not end. It must not be used again before that ends, because they would read and write the next owner's bytes. Of other processes the kernel
 * says when it ends; here it is asked. Of a job its importer says so, or its mapping is torn down, or its device goes.
 *
 * <p>Thread-safe.
 */
final class Quarantine {
    private final Predicate<BufferRecord> outside;
    private final Predicate<BufferRecord> working;
    private final Consumer<BufferRecord> release;
    private final Consumer<String> report;
    private final long patienceNanos;
    private final Map<BufferRecord, Waiting> waiting = new ConcurrentHashMap<>();

    private static final class Waiting {
        private final long since = System.nanoTime();
        private boolean told;
    }

    /**
     * Nobody is in it.
     *
     * @param outside asks the kernel
     * @param working whether a device may still touch it
     * @param release frees the memory
     * @param report hears of what lasts
     * @param patienceNanos how long a taker may take to end before it is reported
     */
    Quarantine(Predicate<BufferRecord> outside, Predicate<BufferRecord> working, Consumer<BufferRecord> release, Consumer<String> report, long patienceNanos) {
        this.outside = outside;
        this.working = working;
        this.release = release;
        this.report = report;
        this.patienceNanos = patienceNanos;
    }

    /** Nobody holds it: frees its memory now, or when nobody outside has it. */
    void free(BufferRecord record) {
        if (isHeld(record)) {
            record.pins().left();
            waiting.put(record, new Waiting());
            return;
        }
        release.accept(record);
    }

    private boolean isHeld(BufferRecord record) {
        return working.test(record) || record.pins().mustComeBack() && outside.test(record);
    }

    /** Frees what has come back. */
    void sweep() {
        for (Map.Entry<BufferRecord, Waiting> each : waiting.entrySet()) {
            BufferRecord record = each.getKey();
            if (!isHeld(record)) {
                if (waiting.remove(record) != null) { // two sweeps may meet
                    release.accept(record);
                }
            } else {
                tell(record, each.getValue());
            }
        }
    }

    private void tell(BufferRecord record, Waiting since) {
        synchronized (since) {
            if (since.told || System.nanoTime() - since.since < patienceNanos) {
                return;
            }
            since.told = true;
        }
        long bytes = record.objects().stream().mapToLong(o -> o.size()).sum();
        report.accept(bytes + " bytes of " + record.id() + " are not used again yet: " + Stream.concat(record.unfinished().stream(), record.pins().all().stream()).toList());
    }

    List<BufferRecord> all() {
        return List.copyOf(waiting.keySet());
    }
}
