package sharebuf.app.tour.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

/** Places an object in the channel that its uses ask for, in as many pieces as that takes; any other one in one piece, as low as it can. */
public final class ChannelMemory implements Allocator {
    private final MemoryRegion region;
    /** Start to end of what is live or reserved. */
    private TreeMap<Long, Long> taken = new TreeMap<>();

    /**
     * Serves a region.
     *
     * @param region the region
     */
    public ChannelMemory(MemoryRegion region) {
        this.region = region;
        adopt(Live.NOTHING);
    }

    @Override
    public Set<String> understands() {
        return Set.of(Channels.KIND);
    }

    @Override
    public void adopt(Live live) {
        TreeMap<Long, Long> fresh = new TreeMap<>();
        region.reserved().forEach(e -> fresh.put(e.offset(), e.end()));
        live.extents().forEach(held -> fresh.put(held.extent().offset(), held.extent().end()));
        taken = fresh;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return search(request).map(found -> new Offer(Offer.SPECIAL, Channels.wanted(request.constraints()).map(c -> "channel c" + c + ", " + found.size() + " pieces").orElse("the lowest place")));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        return search(request).then(found -> {
            for (Extent e : found) {
                if (!claims.claim(e.offset(), e.size())) {
                    throw new IllegalStateException("the ledger has another opinion of " + e);
                }
            }
            found.forEach(e -> taken.put(e.offset(), e.end()));
            return Outcome.ok();
        });
    }

    @Override
    public void released(Extent extent) {
        taken.remove(extent.offset());
    }

    private Outcome<List<Extent>> search(Request request) {
        if (!request.permits(region.id())) {
            return no(Errno.EINVAL, "regions", region.id().toString(), request.constraints().regions().get(request.object()).value().toString());
        }
        Optional<Integer> channel = Channels.wanted(request.constraints());
        return channel.isPresent() ? pieces(request, channel.get()) : onePiece(request);
    }

    /** All that is free of the channel, from the lowest on. */
    private Outcome<List<Extent>> pieces(Request request, int channel) {
        List<Extent> pieces = new ArrayList<>();
        long left = request.sizeIn(region.granule());
        for (long at = Channels.next(region, 0, channel); at < region.size() && left > 0;) {
            long here = Math.min(left, Math.min(Channels.left(region, at), region.size() - at));
            Map.Entry<Long, Long> blocks = taken.lowerEntry(at + here);
            if (blocks != null && blocks.getValue() > at) {
                long free = Math.max(0, blocks.getKey() - at);
                long behind = blocks.getValue();
                here = free;
                if (here > 0) {
                    pieces.add(new Extent(region.id(), at, here));
                    left -= here;
                }
                at = Channels.next(region, Math.max(behind, at + 1), channel);
                continue;
            }
            pieces.add(new Extent(region.id(), at, here));
            left -= here;
            at = Channels.next(region, at + here, channel);
        }
        if (left > 0) {
            return no(Errno.ENOMEM, Channels.KIND, left + " bytes too few in channel c" + channel + " of " + region.id(), request.size() + " bytes there");
        }
        var wrong = request.constraints().judge(pieces.stream().map(e -> new Span(region.base() + e.offset(), e.size())).toList());
        if (wrong.isPresent()) {
            return no(Errno.EINVAL, wrong.get().constraint(), wrong.get().found() + " in channel c" + channel, wrong.get().needed());
        }
        return request.contiguous() && pieces.size() > 1 ? no(Errno.EINVAL, "contiguous", pieces.size() + " pieces in channel c" + channel, "one piece") : Outcome.ok(pieces);
    }

    private Outcome<List<Extent>> onePiece(Request request) {
        long size = request.sizeIn(region.granule());
        List<Map.Entry<Long, Long>> bounds = new ArrayList<>(taken.entrySet());
        bounds.add(Map.entry(region.size(), region.size()));
        long from = 0;
        for (Map.Entry<Long, Long> next : bounds) {
            for (long at = from; at + size <= next.getKey(); at += region.granule()) {
                if (request.constraints().judge(List.of(new Span(region.base() + at, size))).isEmpty()) {
                    return Outcome.ok(List.of(new Extent(region.id(), at, size)));
                }
            }
            from = Math.max(from, next.getValue());
        }
        return no(Errno.ENOMEM, "contiguous", "no such place in " + region.id(), "one extent of " + size + " bytes that suits all uses");
    }

    private static <T> Outcome<T> no(Errno errno, String constraint, String found, String needed) {
        return Outcome.no(Refusal.of(errno, constraint, found, needed));
    }
}
