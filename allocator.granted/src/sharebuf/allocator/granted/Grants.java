package sharebuf.allocator.granted;

import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.plugin.Live;

/**
 * One grant an object. What the region holds is counted, so that an offer says beforehand when the limit is reached; whether the
 * kernel has the memory shows only when it is asked.
 *
 * <p>Externally synchronised by the seat.
 */
final class Grants {
    private final MemoryRegion region;
    private long used;

    /**
     * Nothing is live.
     *
     * @throws IllegalArgumentException when the region is placed
     */
    Grants(MemoryRegion region) {
        if (region.kind() != RegionKind.GRANTED) {
            throw new IllegalArgumentException("region " + region.id() + " is placed: serve it with an allocator that places");
        }
        this.region = region;
    }

    void adopt(Live live) {
        used = live.extents().stream().mapToLong(h -> h.extent().size()).sum();
    }

    Outcome<Offer> offer(Request request) {
        long size = request.sizeIn(region.granule());
        if (size > region.size() - used) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "space", used + " of at most " + region.size() + " bytes are granted", size + " bytes")
                    .fixedBy("a larger 'size' in the configuration of region " + region.id()));
        }
        // Contiguous memory is kept for those who need it.
        return Outcome.ok(region.contiguous() ? new Offer(Offer.CONTIGUOUS, "granted by the kernel in one piece")
                : new Offer(Offer.ORDINARY, "granted by the kernel, pages unknown"));
    }

    Outcome<Outcome.Done> place(Request request, Claims claims) {
        long size = request.sizeIn(region.granule());
        Outcome<Outcome.Done> outcome = claims.grant(size);
        if (outcome.isOk()) {
            used += size;
        }
        return outcome;
    }

    void released(long size) {
        used -= size;
    }
}
