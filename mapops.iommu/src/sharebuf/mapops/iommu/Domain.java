package sharebuf.mapops.iommu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;
import sharebuf.plugin.Quantity;
import sharebuf.range.Magazines;

/**
 * The addresses of a domain: each mapping gets one range of them, whatever pieces the memory has.
 *
 * <pre>
 *   memory   [ a ]   [ b ]      [ c ]        pieces anywhere, whole pages
 *   IOVA     [ a ][ b ][ c ]                 one range, inside the device's mask, free again after the invalidation
 * </pre>
 *
 * <p>Externally synchronised by the seat. Keeps nothing that {@link #adopt} does not find again, but for what sizes were rounded up by, which a successor
 * gives to others.
 */
final class Domain {
    /** Bytes of a page of every IOMMU that is known. */
    static final long PAGE = 4096;
    /** Bytes of the largest page that is asked for: a 2 MiB entry of a table with 4 KiB pages. */
    private static final long LARGE = 2 << 20;
    /** Where devices of narrow masks end: low addresses are kept for them. */
    private static final long[] MASKS = {1L << 28, 1L << 30, 1L << 31, 1L << 32};

    private static final List<DmaRange> EVERYWHERE = List.of(new DmaRange(0, 0, Long.MAX_VALUE));
    private static final int NONE = -1;

    private final long base;
    private final long size;
    private final List<Span> reserved;
    private Magazines addresses;
    /** Handles of live ranges by first address: an address comes back, and looking it up would walk from the last one. */
    private final Map<Long, Integer> handles = new HashMap<>();

    private Domain(long base, long size, List<Span> reserved) {
        this.base = base;
        this.size = size;
        this.reserved = reserved;
        addresses = empty();
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming PID, key, value and what is allowed
     */
    static Domain of(String pid, String baseText, String sizeText, String[] reservedTexts) {
        long base = quantity(pid, "base", baseText);
        long size = quantity(pid, "size", sizeText);
        if (base < PAGE || size < PAGE || (base | size) % PAGE != 0 || base > (1L << 43) - PAGE - size) {
            throw new IllegalArgumentException(pid + ": base = " + baseText + ", size = " + sizeText + ": allowed are multiples of " + PAGE
                    + ", base at least " + PAGE + " so that no address is 0, the end below 8 TiB");
        }
        List<Span> reserved = new ArrayList<>();
        for (String text : reservedTexts) {
            int plus = text.indexOf('+');
            long at = plus < 1 ? -1 : quantity(pid, "reserved", text.substring(0, plus));
            long bytes = plus < 1 ? 0 : quantity(pid, "reserved", text.substring(plus + 1));
            boolean inside = at >= base && bytes >= PAGE && (at | bytes) % PAGE == 0 && at - base <= size - bytes;
            if (!inside || reserved.stream().anyMatch(r -> at < r.base() + r.size() && r.base() < at + bytes)) {
                throw new IllegalArgumentException(pid + ": reserved = " + text + ": allowed is address+size in whole pages inside 0x" + Long.toHexString(base) + "+0x"
                        + Long.toHexString(size) + ", none over another");
            }
            reserved.add(new Span(at, bytes));
        }
        return new Domain(base, size, reserved);
    }

    private static long quantity(String pid, String key, String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(pid + ": " + key + " = " + text + ": " + e.getMessage(), e);
        }
    }

    private Magazines empty() {
        Magazines fresh = new Magazines(base, size, PAGE, MASKS);
        reserved.forEach(r -> fresh.claim(r.base(), r.size()));
        return fresh;
    }

    /** Begins anew with what is mapped. */
    void adopt(List<Mapped> live) {
        Magazines fresh = empty();
        Map<Long, Integer> found = new HashMap<>();
        for (Mapped mapped : live) {
            if (mapped.segments().isEmpty()) {
                continue;
            }
            long first = mapped.segments().getFirst().dma();
            int handle = fresh.claim(first, bytes(mapped));
            if (handle < 0) {
                throw new IllegalArgumentException(mapped.object() + " for " + mapped.use() + " at 0x" + Long.toHexString(first) + " overlaps another mapping or a reserved window");
            }
            found.put(first, handle);
        }
        addresses = fresh;
        handles.clear();
        handles.putAll(found);
    }

    private static long bytes(Mapped mapped) {
        return mapped.segments().stream().mapToLong(SegmentRule.Segment::size).sum();
    }

    /** Memory may lie anywhere in whole pages; mask, alignment, segments and windows of the bus are met by addresses. */
    MemoryConstraints through(UseId use, DmaConstraints own) {
        return MemoryConstraints.translated(use, own.with().align(PAGE).build());
    }

    /**
     * Maps an object as one range.
     *
     * @throws RefusedException when memory is no whole pages, or no range of addresses is free, with what there is
     */
    void map(MapRequest request, Table table) {
        for (Piece piece : request.pieces()) {
            if (((piece.span().base() | piece.span().size()) & PAGE - 1) != 0) {
                throw new RefusedException(Refusal.of(Errno.EINVAL, "pages", piece.extent() + " at " + piece.span(), "whole pages of " + PAGE
                        + " bytes: an IOMMU that maps more shows the device its neighbours").about(request.use().device(), request.use().use())
                        .fixedBy("a region with a granule of 4KiB"));
            }
        }
        int handle = allocate(request);
        long dma = addresses.offset(handle);
        boolean done = false;
        try {
            requireSegments(request, dma);
            table.enterAll(dma, request.pieces(), request.access());
            handles.put(dma, handle);
            done = true;
        } finally {
            if (!done) {
                addresses.free(handle); // the broker takes away what was entered, and invalidates
            }
        }
    }

    /** One range is still cut where the device's limits say so, and lies so that this happens as seldom as it can. */
    private static void requireSegments(MapRequest request, long dma) {
        SegmentLimits limits = request.own().segments();
        int count = new SegmentRule(request.use(), limits, List.of()).segments(List.of(new Span(dma, request.size()))).size();
        if (count > limits.maxCount()) {
            throw new RefusedException(Refusal.of(Errno.EINVAL, "segments", count + " segments of " + request.size() + " bytes in one range of addresses", limits.toString())
                    .about(request.use().device(), request.use().use()));
        }
    }

    private int allocate(MapRequest request) {
        DmaConstraints own = request.own();
        long bytes = request.size();
        long align = Math.max(own.align(), PAGE);
        // A boundary that is smaller than the object is crossed in any case: then its multiples are where segments begin.
        long boundary = own.segments().boundary();
        long start = boundary != 0 && bytes > boundary ? Math.max(align, boundary) : align;
        long edge = boundary != 0 && bytes <= boundary ? boundary : 0;
        // At a multiple of a large page tables need few entries; where there is no such place, any will do.
        int handle = bytes > LARGE && start < LARGE ? inWindows(own, bytes, LARGE, edge) : NONE;
        handle = handle >= 0 ? handle : inWindows(own, bytes, start, edge);
        if (handle >= 0) {
            return handle;
        }
        throw new RefusedException(Refusal.of(Errno.ENOMEM, "addresses", addresses.totalFree() + " of " + size + " addresses of the domain are free, at most "
                + addresses.largestFree() + " in one range", bytes + " in one range at a multiple of " + align + " up to 0x" + Long.toHexString(own.mask()))
                .about(request.use().device(), request.use().use()).fixedBy("a larger 'size' in the configuration of mapops.iommu for " + request.device().addressSpace()));
    }

    private int inWindows(DmaConstraints own, long bytes, long align, long edge) {
        for (DmaRange window : own.ranges().isEmpty() ? EVERYWHERE : own.ranges()) {
            long low = Math.max(base, window.bus());
            long last = Long.compareUnsigned(own.mask(), base + size - 1) < 0 ? own.mask() : base + size - 1;
            long high = Math.min(last, window.lastBus()) + 1;
            if (low < high) {
                int handle = addresses.allocate(bytes, align, low, high, edge);
                if (handle >= 0) {
                    return handle;
                }
            }
        }
        return NONE;
    }

    /** Takes a mapping away: the entries, then what devices remember of them, and only then the addresses. */
    void unmap(Mapped mapped, Table table) {
        if (mapped.segments().isEmpty()) {
            return;
        }
        long first = mapped.segments().getFirst().dma();
        table.remove(first, bytes(mapped));
        table.flush();
        Integer handle = handles.remove(first);
        if (handle != null) {
            addresses.free(handle);
        }
    }

    /** Free addresses. */
    long free() {
        return addresses.totalFree();
    }
}
