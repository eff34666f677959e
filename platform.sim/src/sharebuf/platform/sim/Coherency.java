package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import sharebuf.device.Access;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;
import sharebuf.memory.Span;
import sharebuf.sim.Faults.Fault;

/**
 * The CPU's caches, and who snoops them.
 *
 * <pre>
 *   program          device that snoops        other device
 *      |                    |                       |
 *   CachedView  &lt;---  CacheLines (dirty)            |
 *      |                    |                       |
 *      +--------------------+------- Dram ----------+
 * </pre>
 *
 * The program has lines of its own as long as a buffer is open for it: {@link #begin} fetches them anew, {@link #end} writes back what differs. A device that
 * snoops reads dirty lines and may leave some; what it leaves is cleaned when another device that does not snoop begins a job. Whatever is left out, be it by a
 * fault or by a program that keeps its segments, moves wrong bytes and is named at the next begin, end or DMA.
 *
 * <p>Thread-safe. DMA to what no program has seen takes no lock here, as long as no line is dirty.
 */
final class Coherency {
    private static final long SEED = 0x5eedL;
    private static final int KEPT = 256;

    private record Key(Kind kind, String device, String at, String madeAt) {
    }

    private final Dram dram;
    private final FaultState faults;
    private final BooleanSupplier mixed;
    private final LongFunction<String> name;
    private final CacheLines lines;
    private final Random chance = new Random(SEED);
    private final Map<Key, Violation> violations = new LinkedHashMap<>();
    private volatile CachedView[] views = {};
    private volatile boolean dirty;

    /**
     * Cold caches.
     *
     * @param dram the memory behind them
     * @param faults which hand-overs are left out
     * @param mixed whether some device does not snoop: else caches make no difference, and there are none
     * @param name what lies at a CPU address, for reports
     */
    Coherency(Dram dram, FaultState faults, BooleanSupplier mixed, LongFunction<String> name) {
        this.dram = dram;
        this.faults = faults;
        this.mixed = mixed;
        this.name = name;
        lines = new CacheLines(dram, SEED);
    }

    /** Bytes for the CPU through a cached mapping. */
    synchronized MemorySegment view(List<Span> spans, Arena arena) {
        if (!mixed.getAsBoolean()) {
            return dram.view(spans, arena);
        }
        CachedView view = new CachedView(spans, arena);
        view.fetch(dram, lines);
        // Published whole: devices look through it without a lock.
        views = Stream.concat(Arrays.stream(views).filter(CachedView::isAlive), Stream.of(view)).toArray(CachedView[]::new);
        return view.bytes();
    }

    private Optional<CachedView> find(List<Span> spans) {
        return Arrays.stream(views).filter(v -> v.isAlive() && v.shows(spans)).findFirst();
    }

    /** Before the CPU touches memory. */
    synchronized void begin(List<Span> spans, Access access, String by) {
        Optional<CachedView> found = find(spans);
        if (found.isEmpty()) {
            clean(spans);
            return;
        }
        CachedView view = found.get();
        unbracketed(view, spans, "begin of CPU access at " + by);
        if (!faults.on(Fault.NO_BEGIN)) {
            view.fetch(dram, lines);
        }
        view.opened(access.writes(), by);
    }

    /** After the CPU touched memory. */
    synchronized void end(List<Span> spans, Access access, String by) {
        find(spans).ifPresent(view -> {
            view.closed(access.writes());
            if (access.reads() && view.staleBytes() > 0) {
                add(new Violation(Kind.STALE_LINES, "cpu", "the CPU read " + name.apply(spans.getFirst().base()) + " with lines in its cache that " + view.wrote()
                        + " had written anew in memory: begin of CPU access after the job ends is missing", "end of CPU access at " + by, "DMA write of " + view.wrote(), 1));
            }
            if (!access.writes()) {
                unbracketed(view, spans, "end of CPU access at " + by + ", begun to read");
            } else if (faults.on(Fault.NO_END)) {
                leave(view, by);
            } else {
                clean(spans);
                view.drain((cpu, from, offset, size) -> dram.write(cpu, from, offset, size));
            }
        });
    }

    /** A job of a device begins. What a snooping device left in the caches is given to one that does not snoop; what the CPU wrote its end of access has given. */
    synchronized void beginDma(String device, boolean snoops, List<Span> spans) {
        for (CachedView view : views) {
            if (view.isAlive() && view.shows(spans)) {
                unbracketed(view, spans, "job of " + device);
            }
        }
        if (!snoops && dirty && !faults.on(Fault.NO_HANDOVER) && spans.stream().anyMatch(lines::ofDevice)) {
            clean(spans);
        }
    }

    /** Somebody hands bytes to a device: what is dirty is written back. */
    synchronized void syncForDevice(List<Span> spans) {
        clean(spans);
    }

    /** Memory is about to be copied from: what is dirty is written back. */
    synchronized void clean(List<Span> spans) {
        if (dirty) {
            spans.forEach(s -> lines.clean(s.base(), s.size()));
            dirty = !lines.isEmpty();
        }
    }

    /** Memory was filled anew: what was in the caches of it is nobody's. */
    synchronized void forget(List<Span> spans) {
        if (dirty) {
            spans.forEach(s -> lines.invalidate(s.base(), s.size()));
            dirty = !lines.isEmpty();
        }
    }

    /** The kernel's CPU wrote to memory: the program's lines are the new ones, and no older ones are left to be written over it. */
    synchronized void stored(long cpu, long size) {
        lines.invalidate(cpu, size);
        dirty = !lines.isEmpty();
        for (CachedView view : views) {
            if (view.isAlive() && view.overlaps(cpu, size)) {
                view.snooped(cpu, size, dram, lines);
            }
        }
    }

    /** What a program wrote when it had no access to write. */
    private void unbracketed(CachedView view, List<Span> spans, String at) {
        if (!view.written()) {
            long bytes = leave(view, view.last());
            if (bytes > 0) {
                add(new Violation(Kind.UNBRACKETED_WRITE, "cpu", "the CPU wrote to " + name.apply(spans.getFirst().base()) + " outside of an access to write", at, view.last(), 1));
            }
        }
    }

    /** Dirty lines of a view stay in the cache. */
    private long leave(CachedView view, String by) {
        CacheLines.Writer writer = new CacheLines.Writer("CPU access at " + by, false);
        long bytes = view.drain((cpu, from, offset, size) -> lines.write(cpu, from, offset, size, writer));
        dirty = !lines.isEmpty();
        return bytes;
    }

    /** What a device's accesses go to. */
    Bus bus(String device, boolean snoops) {
        return new Bus() {
            private final CacheLines.Writer writer = new CacheLines.Writer("DMA write of " + device, true);

            @Override
            public boolean answers(long cpu, long size) {
                return dram.answers(cpu, size);
            }

            @Override
            public boolean read(long cpu, MemorySegment to, long toOffset, long size) {
                return dirty ? readCached(device, snoops, cpu, to, toOffset, size) : dram.read(cpu, to, toOffset, size);
            }

            @Override
            public boolean write(long cpu, MemorySegment from, long fromOffset, long size) {
                return dirty || seen(cpu, size) || snoops && mixed.getAsBoolean() ? writeCached(device, snoops, writer, cpu, from, fromOffset, size)
                        : dram.write(cpu, from, fromOffset, size);
            }
        };
    }

    /** Whether the program has lines there. Without a lock: who opens a view meanwhile fetches it after the job's end. */
    private boolean seen(long cpu, long size) {
        for (CachedView view : views) {
            if (view.overlaps(cpu, size)) {
                return true;
            }
        }
        return false;
    }

    private synchronized boolean readCached(String device, boolean snoops, long cpu, MemorySegment to, long toOffset, long size) {
        if (!snoops) {
            notCleaned(device, "read", "reads what memory has", cpu, size);
            lines.evictSome(cpu, size);
            dirty = !lines.isEmpty();
            return dram.read(cpu, to, toOffset, size);
        }
        if (!dram.read(cpu, to, toOffset, size)) {
            return false;
        }
        lines.overlay(cpu, to, toOffset, size);
        return true;
    }

    private synchronized boolean writeCached(String device, boolean snoops, CacheLines.Writer writer, long cpu, MemorySegment from, long fromOffset, long size) {
        if (!(snoops ? lines.writeSnooping(cpu, from, fromOffset, size, writer) : dram.write(cpu, from, fromOffset, size))) {
            return false;
        }
        if (!snoops) {
            notCleaned(device, "write", "writes to memory, over which they will be written back", cpu, size);
            lines.evictSome(cpu, size);
        }
        dirty = !lines.isEmpty();
        for (CachedView view : views) {
            if (view.isAlive() && view.overlaps(cpu, size)) {
                if (snoops) {
                    view.snooped(cpu, size, dram, lines);
                } else {
                    view.wrote(device, cpu, size, dram, chance);
                }
            }
        }
        return true;
    }

    private void notCleaned(String device, String verb, String what, long cpu, long size) {
        lines.writer(cpu, size).ifPresent(w -> add(new Violation(Kind.DIRTY_LINES, device, device + " does not snoop and " + what + ", while lines of "
                + name.apply(cpu) + " are dirty: " + (w.device() ? "the hand-over between the devices" : "end of CPU access") + " is missing", "DMA " + verb + " of " + device, w.who(), 1)));
    }

    private void add(Violation v) {
        Key key = new Key(v.kind(), v.device(), v.at(), v.madeAt());
        Violation before = violations.get(key);
        if (before != null || violations.size() < KEPT) {
            violations.put(key, before == null ? v : before.again(1));
        }
    }

    /** What went wrong, oldest first. */
    synchronized List<Violation> violations() {
        return new ArrayList<>(violations.values());
    }
}
