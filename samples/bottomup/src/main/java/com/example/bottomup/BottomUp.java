package com.example.bottomup;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Span;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/** Places each object in one extent, as low as it can. The seat makes its calls one after another, so there is no lock. */
@Serves(kind = Serves.ALLOCATOR, pid = BottomUp.PID)
@Component(configurationPid = BottomUp.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class BottomUp implements Allocator {
    static final String PID = "com.example.bottomup";

    private final MemoryRegion region;
    /** Start to end of what is live or reserved. */
    private TreeMap<Long, Long> taken = new TreeMap<>();

    /** Serves the region that the configuration names. */
    @Activate
    public BottomUp(@Reference(name = "region") MemoryRegion region) {
        if (region.kind() != RegionKind.PLACED) {
            throw new IllegalArgumentException(region.id() + ": the kernel places there");
        }
        this.region = region;
        adopt(Live.NOTHING);
    }

    /** The books are rebuilt from what is live; nothing else has to be remembered. */
    @Override
    public void adopt(Live live) {
        TreeMap<Long, Long> fresh = new TreeMap<>();
        region.reserved().forEach(e -> fresh.put(e.offset(), e.end()));
        live.extents().forEach(held -> fresh.put(held.extent().offset(), held.extent().end()));
        taken = fresh;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return lowest(request).map(at -> new Offer(Offer.ORDINARY, "lowest place, offset 0x" + Long.toHexString(at)));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return lowest(request).then(at -> {
            long size = request.sizeIn(region.granule());
            Outcome<Long> vacated = region.vacate(at, size);
            if (vacated instanceof Outcome.No<Long>(Refusal why)) {
                return Outcome.no(why);
            }
            if (!claims.claim(at, size)) {
                throw new IllegalStateException("the ledger has another opinion of offset 0x" + Long.toHexString(at));
            }
            taken.put(at, at + size);
            return Outcome.ok();
        });
    }

    @Override
    public void released(Extent extent) {
        taken.remove(extent.offset());
    }

    private Outcome<Long> lowest(Request request) {
        long granule = region.granule();
        long size = request.sizeIn(granule);
        if (!request.permits(region.id())) {
            return no(Errno.EINVAL, "regions", region.id().toString(), request.constraints().regions().get(request.object()).value().toString());
        }
        long largest = 0;
        long from = 0;
        for (Map.Entry<Long, Long> next : bounds()) {
            for (long at = from; at + size <= next.getKey(); at += granule) {
                // The API knows what the devices want; an allocator only has to ask.
                if (request.constraints().judge(List.of(new Span(region.base() + at, size))).isEmpty()) {
                    return Outcome.ok(at);
                }
            }
            largest = Math.max(largest, next.getKey() - from);
            from = Math.max(from, next.getValue() + granule - 1 & -granule);
        }
        return no(Errno.ENOMEM, "contiguous", "largest free range " + largest + " bytes in " + region.id(), "one extent of " + size + " bytes that suits all uses");
    }

    /** What is taken, in order, and the region's end. */
    private List<Map.Entry<Long, Long>> bounds() {
        List<Map.Entry<Long, Long>> bounds = new java.util.ArrayList<>(taken.entrySet());
        bounds.add(Map.entry(region.size(), region.size()));
        return bounds;
    }

    private static <T> Outcome<T> no(Errno errno, String constraint, String found, String needed) {
        return Outcome.no(Refusal.of(errno, constraint, found, needed));
    }
}
