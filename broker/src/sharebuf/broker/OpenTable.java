package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.mapping.Lines;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;
import sharebuf.platform.Platform;

/**
 * The table of one {@code map} or {@code unmap} call: checks what the plug-in enters against the object's memory and the device's
 * windows before the platform hears of it.
 */
final class OpenTable implements Table {
    /** What was entered. */
    record Entry(long dma, long size) {
    }

    private final Platform platform;
    private final MapRequest request;
    private final Thread owner = Thread.currentThread();
    private final List<Entry> entries;
    private int piece;
    private long inPiece;
    private long position;
    private Optional<String> opaque = Optional.empty();
    private long bounced;
    private Optional<List<Lines>> shown = Optional.empty();
    private volatile boolean closed;

    OpenTable(Platform platform, MapRequest request, List<Entry> entries) {
        this.platform = platform;
        this.request = request;
        this.entries = new ArrayList<>(entries);
    }

    @Override
    public void enter(long dma, Extent extent, long offset, long size, Access access) {
        check();
        if (size < 1 || offset < 0 || offset > extent.size() - size) {
            throw new IllegalArgumentException(where(dma) + ": offset " + offset + ", size " + size + " of " + extent + ": inside the extent, size at least 1");
        }
        permitted(dma, access);
        next(dma, piece, inPiece, extent, offset);
        placed(dma, size);
        platform.enter(request.device().name(), request.object(), position, dma, extent, offset, size, access);
        entries.add(new Entry(dma, size));
        position += size;
        inPiece += size;
        if (inPiece == extent.size()) {
            piece++;
            inPiece = 0;
        }
    }

    @Override
    public void enterAll(long dma, List<Piece> pieces, Access access) {
        check();
        permitted(dma, access);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException(where(dma) + ": no piece; at least one");
        }
        long size = 0;
        for (int i = 0; i < pieces.size(); i++) {
            next(dma + size, piece + i, i == 0 ? inPiece : 0, pieces.get(i).extent(), 0);
            size += pieces.get(i).extent().size();
        }
        placed(dma, size);
        platform.enterAll(request.device().name(), request.object(), position, dma, pieces.stream().map(Piece::extent).toList(), access);
        entries.add(new Entry(dma, size));
        position += size;
        piece += pieces.size();
    }

    private String where(long dma) {
        return request.object() + " for " + request.use() + " at 0x" + Long.toHexString(dma);
    }

    private void permitted(long dma, Access access) {
        if (opaque.isPresent()) {
            throw new IllegalArgumentException(where(dma) + ": the mapping was said to be opaque, by " + opaque.get());
        }
        if (access != request.access()) {
            throw new IllegalArgumentException(where(dma) + ": access " + access + " entered, the use asks for " + request.access());
        }
    }

    /** The object's bytes are entered in their order. */
    private void next(long dma, int index, long from, Extent extent, long offset) {
        if (index >= request.pieces().size()) {
            throw new IllegalArgumentException(where(dma) + ": all " + request.size() + " bytes were entered already");
        }
        Piece expected = request.pieces().get(index);
        if (!expected.extent().equals(extent) || offset != from) {
            throw new IllegalArgumentException(where(dma) + ": " + extent + " from " + offset + " entered, the object's next byte is " + from + " of " + expected.extent());
        }
    }

    private void placed(long dma, long size) {
        inWindows(dma, size);
        for (Entry e : entries) {
            if (Long.compareUnsigned(dma - e.dma, e.size) < 0 || Long.compareUnsigned(e.dma - dma, size) < 0) {
                throw new IllegalArgumentException(where(dma) + ": overlaps the entry at 0x" + Long.toHexString(e.dma));
            }
        }
    }

    private void inWindows(long dma, long size) {
        DmaConstraints own = request.own();
        long last = dma + (size - 1);
        if (Long.compareUnsigned(last, dma) < 0 || Long.compareUnsigned(last, own.mask()) > 0) {
            throw new IllegalArgumentException(where(dma) + ": ends beyond the DMA mask 0x" + Long.toHexString(own.mask()));
        }
        if (!own.ranges().isEmpty() && own.ranges().stream().noneMatch(r -> r.containsBus(dma) && r.containsBus(last))) {
            throw new IllegalArgumentException(where(dma) + ": outside the windows " + own.ranges().stream().map(DmaRange::toString).toList());
        }
    }

    @Override
    public void opaque(String by) {
        check();
        if (!entries.isEmpty()) {
            throw new IllegalStateException(request.object() + " for " + request.use() + ": opaque after " + entries.size() + " entries");
        }
        opaque = Optional.of(by);
    }

    @Override
    public void bounce() {
        check();
        if (!entries.isEmpty() || opaque.isPresent()) {
            throw new IllegalStateException(request.object() + " for " + request.use() + ": bounced after " + (opaque.isPresent() ? "opaque" : entries.size() + " entries"));
        }
        long dma = platform.bounce(request.device().name(), request.object(), request.size(), request.own(), request.access()).orThrow();
        entries.add(new Entry(dma, request.size()));
        piece = request.pieces().size();
        bounced = request.size();
    }

    @Override
    public void shown(List<Lines> lines) {
        check();
        if (opaque.isPresent() || bounced > 0 || piece < request.pieces().size()) {
            throw new IllegalStateException(request.object() + " for " + request.use() + ": lines are shown of what was entered, and " + position + " of " + request.size() + " bytes were");
        }
        long bytes = lines.stream().mapToLong(Lines::bytes).sum();
        if (bytes != request.size()) {
            throw new IllegalArgumentException(request.object() + " for " + request.use() + ": lines of " + bytes + " bytes are shown of an object of " + request.size());
        }
        for (Lines each : lines) {
            inWindows(each.dma(), (each.count() - 1) * each.pitch() + each.size());
        }
        platform.show(request.device().name(), request.object(), lines);
        shown = Optional.of(List.copyOf(lines));
    }

    Optional<List<Lines>> shown() {
        return shown;
    }

    long bounced() {
        return bounced;
    }

    Optional<String> opaqueBy() {
        return opaque;
    }

    @Override
    public void remove(long dma, long size) {
        check();
        List<Entry> inside = entries.stream().filter(e -> Long.compareUnsigned(e.dma - dma, size) < 0 && Long.compareUnsigned(e.dma - dma + e.size - 1, size) < 0).toList();
        if (size < 1 || inside.stream().mapToLong(Entry::size).sum() != size) {
            throw new IllegalArgumentException("nothing of " + size + " bytes was entered at 0x" + Long.toHexString(dma) + " for " + request.use());
        }
        for (Entry e : inside) {
            platform.remove(request.device().name(), request.object(), e.dma, e.size);
            entries.remove(e);
        }
    }

    @Override
    public void flush() {
        check();
        platform.flush(request.device().name());
    }

    /**
     * Ends the call.
     *
     * @return whether every byte was entered
     */
    boolean finish() {
        closed = true;
        return opaque.isPresent() || piece == request.pieces().size();
    }

    /**
     * Takes away what is there.
     *
     * @return how many entries that were
     */
    int removeAll() {
        closed = true;
        int count = entries.size();
        for (Entry e : entries) {
            platform.remove(request.device().name(), request.object(), e.dma, e.size);
        }
        entries.clear();
        if (count > 0) {
            platform.flush(request.device().name());
        }
        return count;
    }

    List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The entries as runs of addresses. */
    List<Span> runs() {
        return entries.stream().map(e -> new Span(e.dma, e.size)).toList();
    }

    private void check() {
        if (closed) {
            throw new IllegalStateException("the call is over: its table is closed");
        }
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("a table is confined to the thread of the call");
        }
    }
}
