package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import sharebuf.memory.Span;

/**
 * What the CPU sees of some memory through a cached mapping: bytes of its own, which are as old as the cache's lines are. A store of the program cannot be
 * caught in the middle, so dirty lines are found by comparing with what was fetched; one that changes no byte is none.
 *
 * <p>Not thread-safe: guarded by {@link Coherency}; the program that has it open reads and writes {@link #bytes} meanwhile.
 */
final class CachedView {
    private final List<Span> spans;
    private final MemorySegment bytes;
    private final Arena arena;
    /** As the lines were fetched; none as long as nobody was given anything to write to. */
    private Optional<MemorySegment> fetched = Optional.empty();
    /** Lines, counted from the start of the view, behind which a device has written memory since they were fetched. */
    private final BitSet stale = new BitSet();
    private int readers;
    private int writers;
    /** Who had it open last, for reports. */
    private String last = "nobody";
    /** Which device made lines stale. */
    private String wrote = "";

    /** Empty lines; {@link #fetch} fills them. */
    CachedView(List<Span> spans, Arena arena) {
        this.spans = List.copyOf(spans);
        long size = spans.stream().mapToLong(Span::size).sum();
        bytes = arena.allocate(size, Libc.PAGE);
        this.arena = arena;
    }

    MemorySegment bytes() {
        return bytes;
    }

    boolean isAlive() {
        return bytes.scope().isAlive();
    }

    boolean shows(List<Span> others) {
        return spans.equals(others);
    }

    String last() {
        return last;
    }

    String wrote() {
        return wrote;
    }

    boolean written() {
        return writers > 0;
    }

    void opened(boolean write, String by) {
        readers += write ? 0 : 1;
        writers += write ? 1 : 0;
        last = by;
        if (write && fetched.isEmpty()) {
            fetched = Optional.of(arena.allocate(bytes.byteSize(), Libc.PAGE).copyFrom(bytes));
        }
    }

    void closed(boolean write) {
        readers -= write ? 0 : 1;
        writers -= write ? 1 : 0;
    }

    /** Fetches all lines anew: what was in them is lost. */
    void fetch(Dram dram, CacheLines lines) {
        long at = 0;
        for (Span s : spans) {
            dram.read(s.base(), bytes, at, s.size());
            if (!lines.isEmpty()) {
                lines.overlay(s.base(), bytes, at, s.size());
            }
            at += s.size();
        }
        fetched.ifPresent(f -> f.copyFrom(bytes));
        stale.clear();
    }

    /** What is done with dirty bytes. */
    interface Dirty {
        void bytes(long cpu, MemorySegment from, long offset, long size);
    }

    /**
     * Gives away the lines that the program wrote to; they are clean then.
     *
     * @return how many bytes that were
     */
    long drain(Dirty to) {
        return fetched.isEmpty() ? 0 : drain(to, fetched.get());
    }

    private long drain(Dirty to, MemorySegment before) {
        long total = 0;
        long at = 0;
        for (Span s : spans) {
            for (long pos = 0; pos < s.size();) {
                long found = MemorySegment.mismatch(bytes, at + pos, at + s.size(), before, at + pos, at + s.size());
                if (found < 0) {
                    break;
                }
                long line = s.base() + pos + found & -CacheLines.LINE;
                long from = Math.max(0, line - s.base());
                long end = Math.min(s.size(), line + CacheLines.LINE - s.base());
                to.bytes(s.base() + from, bytes, at + from, end - from);
                MemorySegment.copy(bytes, at + from, before, at + from, end - from);
                total += end - from;
                pos = end;
            }
            at += s.size();
        }
        return total;
    }

    /** Memory was written behind these lines. Some are fetched again at once: the cache had lost them, or prefetches. */
    void wrote(String device, long cpu, long size, Dram dram, Random chance) {
        inEach(cpu, size, (at, here, n) -> {
            wrote = device;
            stale.set((int) (here / CacheLines.LINE), (int) ((here + n - 1) / CacheLines.LINE) + 1);
            if (fetched.isPresent() && MemorySegment.mismatch(bytes, here, here + n, fetched.get(), here, here + n) >= 0) {
                return; // the program is writing there: dirty lines stay as they are
            }
            for (long page = 0; page < n; page += Libc.PAGE) {
                int draw = chance.nextInt();
                if ((draw & 3) == 0) {
                    long first = (page + (draw >>> 2 & 31) * CacheLines.LINE) + (-here & CacheLines.LINE - 1);
                    long run = Math.min(n - first, (1 + (draw >>> 8 & 15)) * (long) CacheLines.LINE);
                    if (run >= CacheLines.LINE) {
                        refetch(at + first, here + first, run & -CacheLines.LINE, dram);
                        stale.clear((int) ((here + first) / CacheLines.LINE), (int) ((here + first + run) / CacheLines.LINE));
                    }
                }
            }
        });
    }

    private void refetch(long cpu, long here, long size, Dram dram) {
        dram.read(cpu, bytes, here, size);
        fetched.ifPresent(f -> MemorySegment.copy(bytes, here, f, here, size));
    }

    /** A device that snoops wrote: the lines that the CPU has are the new ones. */
    void snooped(long cpu, long size, Dram dram, CacheLines lines) {
        inEach(cpu, size, (at, here, n) -> {
            dram.read(at, bytes, here, n);
            lines.overlay(at, bytes, here, n);
            fetched.ifPresent(f -> MemorySegment.copy(bytes, here, f, here, n));
        });
    }

    private interface Part {
        void at(long cpu, long here, long size);
    }

    private void inEach(long cpu, long size, Part part) {
        long at = 0;
        for (Span s : spans) {
            long from = Math.max(cpu, s.base());
            long end = Math.min(cpu + size, s.base() + s.size());
            if (from < end) {
                part.at(from, at + from - s.base(), end - from);
            }
            at += s.size();
        }
    }

    boolean overlaps(long cpu, long size) {
        for (int i = 0; i < spans.size(); i++) { // no iterator: asked for every piece that a device writes
            Span s = spans.get(i);
            if (cpu < s.base() + s.size() && s.base() < cpu + size) {
                return true;
            }
        }
        return false;
    }

    /** How many bytes the CPU would read older than memory has them. */
    long staleBytes() {
        return Math.min(bytes.byteSize(), (long) stale.cardinality() * CacheLines.LINE);
    }
}
