package sharebuf.buses;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Windows;

/**
 * Maps one object for one use without an IOMMU.
 *
 * <p>Confined to one call.
 */
public final class BusMapping {
    private final MapRequest request;
    private final List<DmaRange> windows;
    private final List<SegmentRule.Segment> segments;

    /**
     * Finds the segments.
     *
     * @param request what for whom
     * @throws IllegalArgumentException when a byte is out of reach or there are too many segments, naming the use and both sides
     */
    public BusMapping(MapRequest request) {
        this.request = request;
        DmaConstraints own = request.own();
        Windows reach = MemoryConstraints.direct(request.use(), own).reach().value();
        for (Piece piece : request.pieces()) {
            if (!reach.contains(piece.span())) {
                throw new IllegalArgumentException(request.use() + " cannot reach " + piece.extent() + " at " + piece.span() + ": its windows are " + reach
                        + " (" + own.ranges() + ", mask 0x" + Long.toHexString(own.mask()) + ")");
            }
        }
        windows = within(own);
        SegmentRule rule = new SegmentRule(request.use(), own.segments(), windows);
        segments = rule.segments(request.spans());
        if (segments.isEmpty()) {
            throw new IllegalArgumentException(request.use() + ": " + request.object() + " at " + request.spans() + " is not all in " + own.ranges());
        }
        if (segments.size() > own.segments().maxCount()) {
            throw new IllegalArgumentException(request.use() + ": " + request.object() + " needs " + segments.size() + " segments, allowed " + own.segments());
        }
    }

    /**
     * Enters each segment, in as many entries as it has extents and windows.
     *
     * @param table the table of the call
     */
    public void enter(Table table) {
        Iterator<Piece> pieces = request.pieces().iterator();
        Piece piece = pieces.next();
        long used = 0;
        for (SegmentRule.Segment segment : segments) {
            for (long done = 0; done < segment.size();) {
                if (used == piece.extent().size()) {
                    piece = pieces.next();
                    used = 0;
                }
                long dma = segment.dma() + done;
                long here = Math.min(inWindow(dma, segment.size() - done), piece.extent().size() - used);
                table.enter(dma, piece.extent(), used, here, request.access());
                done += here;
                used += here;
            }
        }
    }

    private long inWindow(long dma, long size) {
        for (DmaRange window : windows) {
            if (window.containsBus(dma)) {
                long rest = window.lastBus() - dma + 1;
                return Long.compareUnsigned(rest, size) < 0 ? rest : size;
            }
        }
        return size;
    }

    /** The windows of the bus that the device's mask leaves. */
    private static List<DmaRange> within(DmaConstraints own) {
        List<DmaRange> ranges = new ArrayList<>();
        for (DmaRange range : own.ranges()) {
            if (Long.compareUnsigned(range.lastBus(), own.mask()) <= 0) {
                ranges.add(range);
            } else if (Long.compareUnsigned(range.bus(), own.mask()) <= 0) {
                ranges.add(new DmaRange(range.bus(), range.cpu(), own.mask() - range.bus() + 1));
            }
        }
        return ranges;
    }
}
