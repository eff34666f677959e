package sharebuf.placing;

import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Windows;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * One extent per object in memory that is nobody else's: a carveout, SRAM, a vendor's bank. Best fit; where a device's segment rule
 * refuses that place, every place from the lowest, so that an object is found room for whenever there is any.
 *
 * <p>Externally synchronised, as calls to one allocator are. A request that finds room at once looks at one size class and makes no list
 * of what is free: small objects come by the thousand.
 */
public final class Carver {
    /** Places that the ledger may refuse before a request fails. */
    private static final int TRIES = 16;
    private static final int NONE = -1;

    private final MemoryRegion region;
    private final Book book;
    /** Of the last request: those of a set have the same reach. */
    private Windows reach = Windows.ALL;
    private List<Gap> windows;

    /**
     * Opens the books with nothing live.
     *
     * @param region the region, a placed one without lodgers
     * @throws IllegalArgumentException when the kernel places there, others borrow the memory, or it has more than 2^30 granules
     */
    public Carver(MemoryRegion region) {
        if (region.reusable()) {
            throw new IllegalArgumentException("region " + region.id() + " is reusable: its lodgers must be moved out, which a carveout does not do");
        }
        this.region = region;
        book = new Book(region);
        windows = book.windows(reach);
    }

    /**
     * Begins anew with what is live.
     *
     * @param live the live extents of the region
     */
    public void adopt(Live live) {
        book.adopt(live.extents());
    }

    /**
     * Takes over what changed.
     *
     * @param changes since {@link #adopt}, or since this was called last
     */
    public void catchUp(Changes changes) {
        book.catchUp(changes);
    }

    /**
     * Where an object could lie. Takes nothing.
     *
     * @param request the object
     * @return the place that {@link #place} would take; or why there is none
     */
    public Outcome<Gap> find(Request request) {
        int handle = quick(request);
        if (handle >= 0) {
            Gap gap = book.taken(handle);
            book.undo(handle);
            return Outcome.ok(gap);
        }
        List<Gap> within = within(request);
        Optional<Refusal> never = Why.never(request, region, within);
        if (never.isPresent()) {
            return Outcome.no(never.get());
        }
        List<Gap> gaps = book.gaps(within);
        long at = new OnePiece(request, region).lowest(gaps, 0);
        return at == OnePiece.NONE ? Outcome.no(scarce(request, gaps)) : Outcome.ok(new Gap(at, request.sizeIn(region.granule())));
    }

    /**
     * Takes a place for an object.
     *
     * @param request the object
     * @param claims the ledger
     * @return the place; or why there is none
     * @throws IllegalStateException when the ledger holds what is free in the books
     */
    public Outcome<Gap> place(Request request, Claims claims) {
        int handle = quick(request);
        if (handle >= 0) {
            Gap gap = book.taken(handle);
            boolean kept = false;
            try {
                kept = claims.claim(gap.offset(), gap.size());
            } finally {
                if (kept) {
                    book.keep(handle);
                } else {
                    book.undo(handle);
                }
            }
            if (kept) {
                return Outcome.ok(gap);
            }
        }
        List<Gap> within = within(request);
        Optional<Refusal> never = Why.never(request, region, within);
        if (never.isPresent()) {
            return Outcome.no(never.get());
        }
        List<Gap> gaps = book.gaps(within);
        OnePiece places = new OnePiece(request, region);
        long at = places.lowest(gaps, 0);
        for (int disputed = 0; at != OnePiece.NONE; at = places.lowest(gaps, at + region.granule())) {
            Gap gap = new Gap(at, request.sizeIn(region.granule()));
            if (Commit.take(book, List.of(gap), claims)) {
                return Outcome.ok(gap);
            }
            if (++disputed == TRIES) {
                throw new IllegalStateException(region.id() + ": the ledger holds some of " + gap + ", which is free in the books");
            }
        }
        return Outcome.no(scarce(request, gaps));
    }

    /**
     * An extent is free again.
     *
     * @param extent as placed
     */
    public void released(Extent extent) {
        book.give(extent.offset());
    }

    /**
     * Free bytes in all.
     *
     * @return the sum
     */
    public long free() {
        return book.free();
    }

    /**
     * The largest free stretch.
     *
     * @return bytes
     */
    public long largestFree() {
        return book.largestFree();
    }

    /**
     * What the books themselves need.
     *
     * @return bytes
     */
    public long metadataBytes() {
        return book.metadataBytes();
    }

    /** The best fit, taken in the books; {@link #NONE} when there is none or only the whole search can tell. */
    private int quick(Request request) {
        MemoryConstraints c = request.constraints();
        if (!c.declared().isEmpty() || !request.permits(region.id())) {
            return NONE;
        }
        List<Gap> within = within(request);
        long size = request.sizeIn(region.granule());
        for (int i = within.size() - 1; i >= 0; i--) {
            int handle = book.take(size, c.align().value(), within.get(i));
            if (handle >= 0) {
                if (c.rules().isEmpty() || c.judge(book.spans(List.of(book.taken(handle)))).isEmpty()) {
                    return handle;
                }
                book.undo(handle);
            }
        }
        return NONE;
    }

    private List<Gap> within(Request request) {
        Windows asked = request.constraints().reach().value();
        if (asked != reach && !asked.equals(reach)) {
            windows = book.windows(asked);
            reach = asked;
        }
        return windows;
    }

    private Refusal scarce(Request request, List<Gap> gaps) {
        long size = request.sizeIn(region.granule());
        Refusal why = Why.now(request, region, gaps, false);
        return why.constraint().equals("size") || why.constraint().equals("align") ? why
                : Why.contiguous(request, gaps, "largest free range " + Why.text(Why.largest(gaps)) + " of " + Why.text(region.size()) + " in " + region.id(),
                        Why.text(size));
    }
}
