package sharebuf.allocator.banks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.format.PixelFormat;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.placing.Carver;
import sharebuf.placing.RegionOption;
import sharebuf.placing.Gap;
import sharebuf.placing.Why;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * A bank: memory that some planes of some devices must lie in. Which ones, their uses say as they say any constraint (permitted regions by
 * plane); nothing here knows a device. What it adds to a carveout is that it can say what fills it.
 *
 * <p>Externally synchronised by the seat.
 */
final class Bank implements Allocator {
    /** Kinds of content that a refusal lists. */
    private static final int LISTED = 4;

    private final MemoryRegion region;
    private final boolean named;
    private final RegionOption option;
    private final Carver carver;
    private final Map<Long, Held> held = new HashMap<>();

    private record Held(Optional<Content> content, long size) {
    }

    /**
     * Nothing is live.
     *
     * @param region the region
     * @param named whether only those get memory for whom some use names it
     * @param option the board option that makes it larger
     * @throws IllegalArgumentException when the kernel places in the region, or others borrow its memory
     */
    Bank(MemoryRegion region, boolean named, RegionOption option) {
        this.region = region;
        this.named = named;
        this.option = option;
        carver = new Carver(region);
    }

    @Override
    public void adopt(Live live) {
        carver.adopt(live);
        held.clear();
        live.extents().forEach(this::hold);
    }

    private void hold(Live.Held extent) {
        held.put(extent.extent().offset(), new Held(extent.note().flatMap(Content::of), extent.extent().size()));
    }

    @Override
    public boolean catchUp(Changes changes) {
        carver.catchUp(changes);
        changes.released().forEach(e -> held.remove(e.offset()));
        changes.placed().forEach(this::hold);
        return true;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        Optional<Refusal> unnamed = unnamed(request);
        if (unnamed.isPresent()) {
            return Outcome.no(unnamed.get());
        }
        return switch (carver.find(request)) {
            case Outcome.Ok<Gap>(Gap gap) -> Outcome.ok(new Offer(Offer.SPECIAL, "one extent of " + Why.text(gap.size()) + " in the bank"));
            case Outcome.No<Gap>(Refusal why) -> Outcome.no(full(why, request));
        };
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        Optional<Refusal> unnamed = unnamed(request);
        if (unnamed.isPresent()) {
            return Outcome.no(unnamed.get());
        }
        Content content = Content.of(request);
        return switch (carver.place(request, claims)) {
            case Outcome.Ok<Gap>(Gap gap) -> {
                claims.note(content.note());
                held.put(gap.offset(), new Held(Optional.of(content), gap.size()));
                yield Outcome.ok();
            }
            case Outcome.No<Gap>(Refusal why) -> Outcome.no(full(why, request));
        };
    }

    @Override
    public void released(Extent extent) {
        carver.released(extent);
        held.remove(extent.offset());
    }

    private Optional<Refusal> unnamed(Request request) {
        return named && !request.constraints().regions().containsKey(request.object())
                ? Optional.of(Refusal.of(Errno.EINVAL, "region", "bank " + region.id() + " is kept for uses that name it", "a use that needs this bank"))
                : Optional.empty();
    }

    /** A shortage, with what the bank holds and what would make it large enough. */
    private Refusal full(Refusal why, Request request) {
        if (why.errno() != Errno.ENOMEM) {
            return why;
        }
        String found = "bank " + region.id() + " of " + Why.text(region.size()) + (held.isEmpty() ? " is empty" : " holds " + holds()) + "; " + why.found();
        Refusal more = new Refusal(why.errno(), why.device(), why.use(), why.constraint(), found, why.needed(), why.fix(), why.allocators());
        if (!option.exists()) {
            boolean never = request.sizeIn(region.granule()) > region.size();
            return never ? more.fixedBy(Why.smaller(request, Math.max(1, region.size() / request.spec().count()))) : more;
        }
        // Each object may lose an alignment.
        long each = Why.buffer(request, region.granule(), region) + request.constraints().align().value() * request.spec().format().map(PixelFormat::objects).orElse(1);
        long needed = region.size() - carver.free() + each * request.spec().count();
        return option.atLeast(needed).map(more::fixedBy).orElse(more);
    }

    /** Equal objects counted together, the largest share first. */
    private String holds() {
        TreeMap<String, long[]> kinds = new TreeMap<>();
        held.values().forEach(h -> {
            long[] sums = kinds.computeIfAbsent(h.content.map(Content::toString).orElse("memory of a predecessor") + ", " + Why.text(h.size) + " each", _ -> new long[2]);
            sums[0]++;
            sums[1] += h.size;
        });
        List<String> lines = kinds.entrySet().stream().sorted((a, b) -> Long.compare(b.getValue()[1], a.getValue()[1])).map(e -> e.getValue()[0] + " x " + e.getKey()).toList();
        return String.join("; ", lines.subList(0, Math.min(LISTED, lines.size()))) + (lines.size() > LISTED ? "; and " + (lines.size() - LISTED) + " other kinds" : "");
    }
}
