package sharebuf.tck;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Span;
import sharebuf.plugin.Live;

/** The simplest allocator that keeps the contract: first fit, one extent. Tests break it in one point each. */
class Honest implements Allocator {
    final MemoryRegion region;
    final TreeMap<Long, Long> taken = new TreeMap<>();

    Honest(MemoryRegion region) {
        this.region = region;
        adopt(Live.NOTHING);
    }

    @Override
    public void adopt(Live live) {
        taken.clear();
        region.reserved().forEach(e -> taken.put(e.offset(), e.end()));
        live.extents().forEach(h -> taken.put(h.extent().offset(), h.extent().end()));
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return find(request).map(at -> new Offer(0, "at " + at));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return find(request).then(at -> {
            long size = request.sizeIn(region.granule());
            if (!claims.claim(at, size)) {
                return no("taken", "something", "nothing");
            }
            taken.put(at, at + size);
            return Outcome.ok();
        });
    }

    @Override
    public void released(Extent extent) {
        taken.remove(extent.offset());
    }

    Outcome<Long> find(Request request) {
        long size = request.sizeIn(region.granule());
        if (!request.permits(region.id())) {
            return no("regions", region.id().toString(), "another");
        }
        long at = 0;
        for (Map.Entry<Long, Long> next : taken.entrySet()) {
            for (; at + size <= next.getKey(); at += region.granule()) {
                if (suits(request, at, size)) {
                    return Outcome.ok(at);
                }
            }
            at = next.getValue();
        }
        for (; at + size <= region.size(); at += region.granule()) {
            if (suits(request, at, size)) {
                return Outcome.ok(at);
            }
        }
        return no("contiguous", "no place", size + " bytes");
    }

    boolean suits(Request request, long at, long size) {
        return request.constraints().judge(List.of(new Span(region.base() + at, size))).isEmpty();
    }

    static <T> Outcome<T> no(String constraint, String found, String needed) {
        return Outcome.no(Refusal.of(Errno.ENOMEM, constraint, found, needed));
    }
}
