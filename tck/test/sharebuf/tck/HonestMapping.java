package sharebuf.tck;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.UseId;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;
import sharebuf.plugin.Live;

/** Keeps the contract in the plainest way: the lowest addresses that are free. */
class HonestMapping implements DmaMapOps {
    static final long PAGE = 4096;
    private static final long FIRST = 0x10_0000;
    private static final long END = 0x80_0000_0000L;

    /** Address to end. */
    final TreeMap<Long, Long> taken = new TreeMap<>();

    @Override
    public void adopt(Live live) {
        taken.clear();
        for (Mapped each : live.mappings()) {
            each.segments().forEach(s -> taken.put(s.dma(), s.dma() + s.size()));
        }
    }

    @Override
    public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        return MemoryConstraints.translated(use, own.with().align(PAGE).build());
    }

    RefusedException refused(String found) {
        return new RefusedException(Refusal.of(Errno.ENOMEM, "addresses", found, "addresses in one range"));
    }

    @Override
    public void map(MapRequest request, Table table) {
        if (request.pieces().stream().anyMatch(p -> (p.span().base() | p.span().size()) % PAGE != 0)) {
            throw refused("no whole pages");
        }
        long at = place(request);
        table.enterAll(at, request.pieces(), request.access());
        taken.put(at, at + request.size());
    }

    long place(MapRequest request) {
        DmaConstraints own = request.own();
        long step = Math.max(Math.max(own.align(), PAGE), own.segments().boundary());
        for (DmaRange window : own.ranges().isEmpty() ? List.of(new DmaRange(0, 0, END)) : own.ranges()) {
            for (long at = (Math.max(FIRST, window.bus()) + step - 1) / step * step;;) {
                long end = at + request.size();
                boolean inside = end - 1 <= window.lastBus() && Long.compareUnsigned(end - 1, own.mask()) <= 0;
                if (!inside) {
                    break;
                }
                Map.Entry<Long, Long> before = taken.lowerEntry(end);
                if (before == null || before.getValue() <= at) {
                    if (new SegmentRule(request.use(), own.segments(), List.of()).segments(List.of(new sharebuf.memory.Span(at, request.size()))).size() > own.segments().maxCount()) {
                        throw refused("too many segments");
                    }
                    return at;
                }
                at = (before.getValue() + step - 1) / step * step;
            }
        }
        throw refused("none");
    }

    /** Segments that lie one behind the other were entered together, and cut by the device's limits afterwards. */
    static TreeMap<Long, Long> runs(Mapped mapped) {
        TreeMap<Long, Long> runs = new TreeMap<>();
        long first = 0;
        long end = -1;
        for (SegmentRule.Segment each : mapped.segments()) {
            first = each.dma() == end ? first : each.dma();
            end = each.dma() + each.size();
            runs.put(first, end - first);
        }
        return runs;
    }

    @Override
    public void unmap(Mapped mapped, Table table) {
        runs(mapped).forEach(table::remove);
        table.flush();
        long first = mapped.segments().getFirst().dma();
        SegmentRule.Segment last = mapped.segments().getLast();
        taken.subMap(first, last.dma() + last.size()).clear();
    }
}
