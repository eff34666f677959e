package sharebuf.broker.learn;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Hypothesis;
import sharebuf.device.UseId;

/**
 * What importing taught: for a use, a region and a size. A hypothesis belongs to the plug-ins that made it: when the device's or the
 * region's seat is taken by another, or by another version, it is dropped, for that one may do better. One that memory proves wrong
 * {@value #ENOUGH} times in a row is dropped too; fewer may be luck, as scattered pages that happen to be adjacent. No more than
 * {@value #MOST} are kept, the least recent goes.
 *
 * <p>Thread-safe.
 */
public final class Hypotheses {
    /** The most that are kept. */
    static final int MOST = 256;
    /** So many buffers' memory in a row prove one wrong. */
    static final int ENOUGH = 3;
    private static final int WORDS = 240;

    /** Who sits where, as text that differs between versions of a plug-in. */
    public interface Seated {
        /**
         * The importer of a device.
         *
         * @param device its name
         * @return plug-in and bundle that sit there, or sat there last
         */
        String importer(String device);

        /**
         * The allocator of a region.
         *
         * @param region its name
         * @return plug-in and bundle that sit there, or sat there last
         */
        String allocator(String region);
    }

    private record Key(UseId use, String region, long size) {
    }

    private record Entry(String importer, String seatedAllocator, String allocator, boolean alone, Errno errno, String said, int times, long at, int taken) {
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private final Seated seated;
    private final LongSupplier nanos;

    /**
     * Nothing is learnt.
     *
     * @param seated who sits where now
     * @param nanos the clock, as {@link System#nanoTime}
     */
    public Hypotheses(Seated seated, LongSupplier nanos) {
        this.seated = seated;
        this.nanos = nanos;
    }

    /**
     * A use took none of some memory.
     *
     * @param use the use
     * @param allocator who chose the memory
     * @param region where it lay
     * @param size bytes of the object
     * @param alone whether the buffer lay in that region only
     * @param errno the importer's word
     * @param said its words; what is too long is cut
     */
    public void refused(UseId use, String allocator, String region, long size, boolean alone, Errno errno, String said) {
        String importer = seated.importer(use.device());
        String seat = seated.allocator(region);
        String words = said.length() > WORDS ? said.substring(0, WORDS) + "…" : said;
        long now = nanos.getAsLong();
        synchronized (this) {
            Key key = new Key(use, region, size);
            Optional<Entry> before = current(key);
            entries.remove(key); // so that it becomes the most recent
            entries.put(key, new Entry(importer, seat, allocator, alone || before.filter(Entry::alone).isPresent(), errno, words,
                    1 + before.map(Entry::times).orElse(0), now, 0));
            if (entries.size() > MOST) {
                entries.remove(entries.keySet().iterator().next());
            }
        }
    }

    /**
     * A use took memory.
     *
     * @param use the use
     * @param region where it lay
     * @param size bytes of the object
     */
    public synchronized void taken(UseId use, String region, long size) {
        Key key = new Key(use, region, size);
        current(key).ifPresent(e -> {
            if (e.taken + 1 >= ENOUGH) {
                entries.remove(key);
            } else {
                entries.replace(key, new Entry(e.importer, e.seatedAllocator, e.allocator, e.alone, e.errno, e.said, e.times, e.at, e.taken + 1));
            }
        });
    }

    /**
     * What is held against memory.
     *
     * @param use the use
     * @param region where it lies
     * @param size bytes of the object
     * @return empty when nothing is
     */
    public synchronized Optional<Hypothesis> of(UseId use, String region, long size) {
        Key key = new Key(use, region, size);
        return current(key).map(e -> data(key, e));
    }

    /**
     * All of them.
     *
     * @return by use, region and size
     */
    public synchronized List<Hypothesis> all() {
        List.copyOf(entries.keySet()).forEach(this::current);
        return entries.entrySet().stream().map(e -> data(e.getKey(), e.getValue()))
                .sorted(Comparator.comparing(Hypothesis::use).thenComparing(Hypothesis::region).thenComparingLong(Hypothesis::size)).toList();
    }

    /**
     * A device went.
     *
     * @param device its name
     */
    public synchronized void deviceGone(String device) {
        entries.keySet().removeIf(k -> k.use.device().equals(device));
    }

    /**
     * A region went.
     *
     * @param region its name
     */
    public synchronized void regionGone(String region) {
        entries.keySet().removeIf(k -> k.region.equals(region));
    }

    /** One that was made by those who sit there now; else it is dropped. */
    private Optional<Entry> current(Key key) {
        Entry e = entries.get(key);
        if (e != null && (!e.importer.equals(seated.importer(key.use.device())) || !e.seatedAllocator.equals(seated.allocator(key.region)))) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(e);
    }

    private Hypothesis data(Key k, Entry e) {
        return new Hypothesis(k.use, e.allocator, k.region, k.size, e.alone, e.errno, e.said, e.times, Math.max(0, (nanos.getAsLong() - e.at) / 1_000_000), e.taken);
    }
}
