package sharebuf.app.tour.guest;

import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;

/**
 * About the least that an allocator can be: the lowest place that the ledger gives. It keeps no books, so there is nothing to adopt.
 *
 * @param region what it serves
 */
record GuestMemory(MemoryRegion region) implements Allocator {
    @Override
    public Outcome<Offer> offer(Request request) {
        return request.sizeIn(region.granule()) <= region.size() ? Outcome.ok(new Offer(Offer.SPECIAL, "the lowest place that is free")) : full(request);
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        long size = request.sizeIn(region.granule());
        for (long at = 0; at <= region.size() - size; at += region.granule()) {
            if (claims.claim(at, size)) {
                return Outcome.ok();
            }
        }
        return full(request);
    }

    private <T> Outcome<T> full(Request request) {
        return Outcome.no(Refusal.of(Errno.ENOMEM, "size", "no such place in " + region.id(), request.size() + " bytes in one piece"));
    }

    @Override
    public void released(Extent extent) {
        // The ledger knows.
    }
}
