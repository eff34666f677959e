package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import sharebuf.memory.Span;

/**
 * The dirty lines in the caches of the simulated CPUs, by CPU address: bytes that memory does not have yet. The CPUs and the devices that snoop see
 * them, other devices see the memory behind them. When they are written back is chance, as in hardware.
 *
 * <p>Not thread-safe: guarded by {@link Coherency}.
 */
final class CacheLines {
    /** Bytes of a line; that of the Cortex-A cores of the boards. */
    static final int LINE = 64;

    /** Who wrote it: a device, or the CPU in an access. */
    record Writer(String who, boolean device) {
    }

    private record Line(byte[] bytes, Writer writer) {
    }

    private final Dram dram;
    private final Random chance;
    private final TreeMap<Long, Line> dirty = new TreeMap<>(Long::compareUnsigned);

    /**
     * Empty caches.
     *
     * @param dram the memory behind them
     * @param seed of what is written back when
     */
    CacheLines(Dram dram, long seed) {
        this.dram = dram;
        chance = new Random(seed);
    }

    boolean isEmpty() {
        return dirty.isEmpty();
    }

    /** Writes into lines. A line that is written in part is fetched before, as a write-allocating cache does. */
    void write(long cpu, MemorySegment from, long offset, long size, Writer writer) {
        for (long done = 0; done < size;) {
            long at = cpu + done;
            int within = (int) (at & LINE - 1);
            int n = (int) Math.min(size - done, LINE - within);
            put(at - within, within, from, offset + done, n, writer);
            done += n;
        }
    }

    private void put(long line, int within, MemorySegment from, long offset, int size, Writer writer) {
        Line before = dirty.get(line);
        byte[] bytes = before == null ? new byte[LINE] : before.bytes;
        if (before == null && size < LINE) {
            dram.read(line, MemorySegment.ofArray(bytes), 0, LINE);
        }
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, bytes, within, size);
        dirty.put(line, new Line(bytes, writer));
    }

    /**
     * As a device that snoops writes: some of the whole lines stay in the cache, and what is in it already gets newer; the rest goes to memory.
     *
     * @return false when no memory answers
     */
    boolean writeSnooping(long cpu, MemorySegment from, long offset, long size, Writer writer) {
        long next = kept(cpu);
        long direct = 0; // first byte that is not written yet
        for (long done = 0; done < size;) {
            long at = cpu + done;
            int within = (int) (at & LINE - 1);
            int n = (int) Math.min(size - done, LINE - within);
            boolean stays = n == LINE && Long.compareUnsigned(at, next) >= 0;
            if (stays || !dirty.isEmpty() && dirty.containsKey(at - within)) {
                if (done > direct && !dram.write(cpu + direct, from, offset + direct, done - direct)) {
                    return false;
                }
                put(at - within, within, from, offset + done, n, writer);
                direct = done + n;
                next = stays ? kept(at) : next;
            }
            done += n;
        }
        return direct == size || dram.write(cpu + direct, from, offset + direct, size - direct);
    }

    /** The next line that stays: one in sixteen. */
    private long kept(long at) {
        return at + (1 + chance.nextInt(31)) * (long) LINE;
    }

    /** What the CPU and snooping devices see, over what was read from memory. */
    void overlay(long cpu, MemorySegment to, long offset, long size) {
        for (Map.Entry<Long, Line> e : in(cpu, size).entrySet()) {
            long from = Math.max(0, cpu - e.getKey());
            long end = Math.min(LINE, cpu + size - e.getKey());
            MemorySegment.copy(e.getValue().bytes, (int) from, to, ValueLayout.JAVA_BYTE, offset + e.getKey() + from - cpu, (int) (end - from));
        }
    }

    /** Writes lines back and forgets them. */
    void clean(long cpu, long size) {
        Map<Long, Line> lines = in(cpu, size);
        lines.forEach((line, l) -> dram.write(line, MemorySegment.ofArray(l.bytes), 0, LINE));
        lines.clear();
    }

    /** Forgets lines: their bytes are lost. */
    void invalidate(long cpu, long size) {
        in(cpu, size).clear();
    }

    /** The cache needs room: every line may be written back, over whatever is in memory now. */
    void evictSome(long cpu, long size) {
        in(cpu, size).entrySet().removeIf(e -> chance.nextInt(4) == 0 && dram.write(e.getKey(), MemorySegment.ofArray(e.getValue().bytes), 0, LINE));
    }

    /** How many bytes of a span are in dirty lines. */
    long dirty(long cpu, long size) {
        return in(cpu, size).keySet().stream().mapToLong(line -> Math.min(line + LINE, cpu + size) - Math.max(line, cpu)).sum();
    }

    /** Who wrote the first dirty line of a span. */
    Optional<Writer> writer(long cpu, long size) {
        return dirty.isEmpty() ? Optional.empty() : in(cpu, size).values().stream().map(Line::writer).findFirst();
    }

    /** Whether a device wrote one of them. */
    boolean ofDevice(Span span) {
        return !dirty.isEmpty() && in(span.base(), span.size()).values().stream().anyMatch(l -> l.writer.device);
    }

    private Map<Long, Line> in(long cpu, long size) {
        return dirty.subMap(cpu & -LINE, true, cpu + size - 1, true);
    }
}
