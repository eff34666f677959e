package sharebuf.allocator.carveout;

import java.util.Optional;
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
 * One extent per object in memory that was taken from everybody else at boot. Ranks {@link Offer#SPECIAL}: who would be served by memory
 * that others can use as well is served there.
 *
 * <p>Externally synchronised by the seat.
 */
final class Carveout implements Allocator {
    private final MemoryRegion region;
    private final boolean named;
    private final RegionOption option;
    private final Carver carver;

    /**
     * Nothing is live.
     *
     * @param region the region
     * @param named whether only those get memory who name it
     * @param option the board option that makes it larger
     * @throws IllegalArgumentException when the kernel places in the region, or others borrow its memory
     */
    Carveout(MemoryRegion region, boolean named, RegionOption option) {
        this.region = region;
        this.named = named;
        this.option = option;
        carver = new Carver(region);
    }

    @Override
    public void adopt(Live live) {
        carver.adopt(live);
    }

    @Override
    public boolean catchUp(Changes changes) {
        carver.catchUp(changes);
        return true;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        Optional<Refusal> unnamed = unnamed(request);
        if (unnamed.isPresent()) {
            return Outcome.no(unnamed.get());
        }
        return switch (carver.find(request)) {
            case Outcome.Ok<Gap>(Gap gap) -> Outcome.ok(new Offer(Offer.SPECIAL,
                    "one extent of " + Why.text(gap.size()) + (region.mapped() ? "" : ", mapped for the CPU only when it is among the uses")));
            case Outcome.No<Gap>(Refusal why) -> Outcome.no(fixed(why, request));
        };
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        Optional<Refusal> unnamed = unnamed(request);
        if (unnamed.isPresent()) {
            return Outcome.no(unnamed.get());
        }
        return switch (carver.place(request, claims)) {
            case Outcome.Ok<Gap> _ -> Outcome.ok();
            case Outcome.No<Gap>(Refusal why) -> Outcome.no(fixed(why, request));
        };
    }

    @Override
    public void released(Extent extent) {
        carver.released(extent);
    }

    private Optional<Refusal> unnamed(Request request) {
        return named && !request.constraints().regions().containsKey(request.object())
                ? Optional.of(Refusal.of(Errno.EINVAL, "region", region.id() + " is kept for those who name it", "a request for this region").fixedBy("--memory " + region.id()))
                : Optional.empty();
    }

    private Refusal fixed(Refusal why, Request request) {
        if (why.errno() != Errno.ENOMEM) {
            return why;
        }
        if (!option.exists()) {
            boolean never = request.sizeIn(region.granule()) > region.size();
            return never ? why.fixedBy(Why.smaller(request, Math.max(1, region.size() / request.spec().count()))) : why;
        }
        // Each object may lose an alignment.
        long each = Why.buffer(request, region.granule(), region) + request.constraints().align().value() * request.spec().format().map(PixelFormat::objects).orElse(1);
        long needed = region.size() - carver.free() + each * request.spec().count();
        return option.atLeast(needed).map(why::fixedBy).orElse(why);
    }
}
