package sharebuf.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sharebuf.allocator.Request;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Span;

/**
 * The obvious model: tries every sequence of free granules. For regions of ten granules or so. Stateless.
 */
public final class BruteForce {
    private final MemoryRegion region;
    private final Request request;
    private final boolean[] free;
    private final int wanted;
    private final List<Span> chosen = new ArrayList<>();

    private BruteForce(MemoryRegion region, Request request, boolean[] free) {
        this.region = region;
        this.request = request;
        this.free = free.clone();
        wanted = Math.toIntExact(request.sizeIn(region.granule()) / region.granule());
    }

    /**
     * Whether an object can be placed.
     *
     * @param region the region
     * @param request the object
     * @param free which granules are free
     * @param oneExtent whether it must be in one extent, whatever the request says
     * @return true when there is a placement
     */
    public static boolean canPlace(MemoryRegion region, Request request, boolean[] free, boolean oneExtent) {
        BruteForce search = new BruteForce(region, request, free);
        return request.permits(region.id()) && search.wanted <= free.length
                && (oneExtent || request.contiguous() ? search.oneExtent() : search.next());
    }

    private boolean oneExtent() {
        return IntStream.rangeClosed(0, free.length - wanted).anyMatch(first -> IntStream.range(first, first + wanted).allMatch(i -> free[i])
                && request.constraints().judge(List.of(new Span(addressOf(first), wanted * region.granule()))).isEmpty());
    }

    private boolean next() {
        if (chosen.size() == wanted) {
            return true;
        }
        for (int i = 0; i < free.length; i++) {
            if (free[i]) {
                free[i] = false;
                chosen.add(new Span(addressOf(i), region.granule()));
                // What breaks the constraints so far still breaks them with more granules behind it.
                if (request.constraints().judge(chosen).isEmpty() && next()) {
                    return true;
                }
                chosen.removeLast();
                free[i] = true;
            }
        }
        return false;
    }

    private long addressOf(int granule) {
        return region.base() + granule * region.granule();
    }
}
