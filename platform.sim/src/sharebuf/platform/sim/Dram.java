package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import sharebuf.memory.Span;

/**
 * The DRAM of the simulated SoC: ranges of CPU addresses with real bytes, all in one sparse file.
 *
 * <pre>
 *   CPU addresses   0x0 [ range A )        0x40000000 [ range B      )
 *   file              0 [ range A )[ range B      )
 * </pre>
 *
 * <p>Thread-safe. A range has one mapping of its own for the DMA engines, ended by {@link Range#close()} or {@link #close()}: who still
 * holds a slice gets an {@link IllegalStateException} then, never a crash. Views have mappings of their own that live as long as the
 * caller's arena, longer than this object if he wants.
 */
final class Dram implements Bus, AutoCloseable {
    /** From this size on, zeroing gives pages back instead of writing them. */
    private static final long PUNCH = 256 << 10;

    private final Backing backing;
    private volatile Range[] ranges = {}; // an array: looking an address up must not make an iterator
    private long fileSize;
    private boolean closed;

    /** A range of CPU addresses. */
    final class Range implements AutoCloseable {
        private final Span span;
        private final long fileOffset;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment bytes;

        private Range(Span span, long fileOffset) {
            this.span = span;
            this.fileOffset = fileOffset;
            bytes = backing.map(new long[] {fileOffset}, new long[] {span.size()}, arena);
        }

        Span span() {
            return span;
        }

        @Override
        public void close() {
            remove(this);
        }

        private boolean contains(long cpu, long size) {
            long offset = cpu - span.base();
            return Long.compareUnsigned(offset, span.size()) < 0 && size <= span.size() - offset;
        }
    }

    Dram(Backing backing) {
        this.backing = backing;
    }

    /**
     * Adds a range.
     *
     * @param span multiples of {@link Libc#PAGE}, overlapping no other
     * @return the range
     * @throws IllegalArgumentException naming what it overlaps
     */
    synchronized Range add(Span span) {
        if (closed) {
            throw new IllegalStateException("the simulated memory is gone");
        }
        if ((span.base() | span.size()) % Libc.PAGE != 0) {
            throw new IllegalArgumentException(span + ": base and size must be multiples of " + Libc.PAGE);
        }
        for (Range other : ranges) {
            if (overlap(span, other.span)) {
                throw new IllegalArgumentException(span + " overlaps the memory at " + other.span);
            }
        }
        long end = Math.addExact(fileSize, span.size());
        backing.grow(end);
        Range range = new Range(span, fileSize);
        fileSize = end;
        Range[] more = Arrays.copyOf(ranges, ranges.length + 1);
        more[ranges.length] = range;
        ranges = more;
        return range;
    }

    static boolean overlap(Span a, Span b) {
        return Long.compareUnsigned(a.base(), b.last()) <= 0 && Long.compareUnsigned(b.base(), a.last()) <= 0;
    }

    private synchronized void remove(Range range) {
        if (Arrays.asList(ranges).contains(range)) {
            ranges = Arrays.stream(ranges).filter(r -> r != range).toArray(Range[]::new);
            range.arena.close();
            if (!closed) {
                backing.punch(range.fileOffset, range.span.size());
            }
        }
    }

    /** Whether all bytes of a span are memory. One range must hold it. */
    boolean contains(Span span) {
        return find(span.base(), span.size()) != null;
    }

    /** Whether bytes answer at an address. */
    @Override
    public boolean answers(long cpu, long size) {
        return find(cpu, size) != null;
    }

    /** The ranges as text, for messages. */
    String describe() {
        return ranges.length == 0 ? "no memory" : Arrays.stream(ranges).map(r -> r.span.toString()).collect(Collectors.joining(", "));
    }

    List<Span> spans() {
        return Arrays.stream(ranges).map(Range::span).toList();
    }

    /** What holds the bytes. */
    String backing() {
        return backing.name();
    }

    /**
     * Copies bytes out of memory: the read of a DMA engine, so nothing is allocated.
     *
     * @return false when nothing answers there; nothing was copied then
     */
    @Override
    public boolean read(long cpu, MemorySegment to, long toOffset, long size) {
        Range range = find(cpu, size);
        if (range == null) {
            return false;
        }
        MemorySegment.copy(range.bytes, cpu - range.span.base(), to, toOffset, size);
        return true;
    }

    /**
     * Copies bytes into memory.
     *
     * @return false when nothing answers there; nothing was copied then
     */
    @Override
    public boolean write(long cpu, MemorySegment from, long fromOffset, long size) {
        Range range = find(cpu, size);
        if (range == null) {
            return false;
        }
        MemorySegment.copy(from, fromOffset, range.bytes, cpu - range.span.base(), size);
        return true;
    }

    /** The bytes of a span; they end with the range. */
    MemorySegment at(Span span) {
        return need(span).bytes.asSlice(span.base() - need(span).span.base(), span.size());
    }

    /**
     * The bytes of spans, one after another in one contiguous segment of a mapping of its own.
     *
     * @param spans neighbours are joined; unless all are one run, each must begin, and each but the last must end, at a page
     * @param arena ends the mapping
     * @return the bytes
     * @throws IllegalStateException when no mapping can show them in one piece
     */
    MemorySegment view(List<Span> spans, Arena arena) {
        long[] offsets = new long[spans.size()];
        long[] sizes = new long[spans.size()];
        int runs = 0;
        for (Span span : spans) {
            Range range = need(span);
            long offset = range.fileOffset + (span.base() - range.span.base());
            if (runs > 0 && offsets[runs - 1] + sizes[runs - 1] == offset) {
                sizes[runs - 1] += span.size();
            } else {
                offsets[runs] = offset;
                sizes[runs++] = span.size();
            }
        }
        if (runs == 0) {
            throw new IllegalArgumentException("a view of no extents");
        }
        long skipped = offsets[0] % Libc.PAGE;
        if (runs == 1) { // a mapping begins at a page, the run need not
            return backing.map(new long[] {offsets[0] - skipped}, new long[] {sizes[0] + skipped}, arena).asSlice(skipped);
        }
        for (int i = 0; i < runs; i++) {
            if (offsets[i] % Libc.PAGE != 0 || i < runs - 1 && sizes[i] % Libc.PAGE != 0) {
                throw new IllegalStateException("a view of scattered extents: piece " + i + " of 0x" + Long.toHexString(sizes[i])
                        + " bytes does not lie on pages of " + Libc.PAGE + " bytes");
            }
        }
        return backing.map(Arrays.copyOf(offsets, runs), Arrays.copyOf(sizes, runs), arena);
    }

    /** Makes a span read zero. */
    void zero(Span span) {
        Range range = need(span);
        long offset = span.base() - range.span.base();
        boolean pages = (offset | span.size()) % Libc.PAGE == 0;
        if (span.size() < PUNCH || !pages || !backing.punch(range.fileOffset + offset, span.size())) {
            range.bytes.asSlice(offset, span.size()).fill((byte) 0);
        }
    }

    /** Copies bytes from one place to another; the places may not overlap. */
    void copy(long from, long to, long size) {
        Range source = need(new Span(from, size));
        Range target = need(new Span(to, size));
        MemorySegment.copy(source.bytes, from - source.span.base(), target.bytes, to - target.span.base(), size);
    }

    @Override
    public void close() {
        Range[] all;
        synchronized (this) {
            closed = true;
            all = ranges;
        }
        for (Range range : all) {
            range.close();
        }
        backing.close();
    }

    private Range find(long cpu, long size) {
        for (Range range : ranges) {
            if (range.contains(cpu, size)) {
                return range;
            }
        }
        return null;
    }

    private Range need(Span span) {
        Range range = find(span.base(), span.size());
        if (range == null) {
            throw new IllegalArgumentException(span + " is no memory; there is " + describe());
        }
        return range;
    }
}
