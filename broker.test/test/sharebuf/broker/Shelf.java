package sharebuf.broker;

import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;

/** An allocator that offers everything at its rank and takes the first place that is free. */
final class Shelf implements Allocator {
    private final int rank;
    private final long size;

    Shelf(int rank, long size) {
        this.rank = rank;
        this.size = size;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        return Outcome.ok(new Offer(rank, "shelf"));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        long bytes = request.sizeIn(4096);
        for (long at = 0; at + bytes <= size; at += 4096) {
            if (claims.claim(at, bytes)) {
                return Outcome.ok();
            }
        }
        return Outcome.no(Refusal.of(Errno.ENOMEM, "space", "nothing free", bytes + " bytes"));
    }

    @Override
    public void released(Extent extent) {
    }
}
