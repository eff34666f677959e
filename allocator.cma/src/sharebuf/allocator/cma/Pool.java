package sharebuf.allocator.cma;

import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.placing.Book;
import sharebuf.placing.Commit;
import sharebuf.placing.Gap;
import sharebuf.placing.OnePiece;
import sharebuf.placing.Why;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * One extent per object. A range is made free of its lodgers before it is claimed; where one of them is pinned, the search goes on
 * behind it, as {@code cma_alloc} does.
 *
 * <p>Externally synchronised.
 *
 * <p>An offer cannot know of pinned lodgers, for it may move nobody; it is honest about all else.
 */
final class Pool implements Allocator {
    /** Places that the ledger may refuse before a request fails. */
    private static final int TRIES = 16;

    private final MemoryRegion region;
    private final Book book;

    Pool(MemoryRegion region) {
        this.region = region;
        book = new Book(region);
    }

    @Override
    public void adopt(Live live) {
        book.adopt(live.extents());
    }

    @Override
    public boolean catchUp(Changes changes) {
        book.catchUp(changes);
        return true;
    }

    @Override
    public Outcome<Offer> offer(Request request) {
        List<Gap> windows = book.windows(request.constraints().reach().value());
        Optional<Refusal> never = never(request, windows);
        if (never.isPresent()) {
            return Outcome.no(never.get());
        }
        Optional<Gap> found = new Search(request, windows).first();
        if (found.isEmpty()) {
            return Outcome.no(scarce(request, book.gaps(windows)));
        }
        Gap place = found.get();
        long lent = region.lent(place.offset(), place.size());
        return Outcome.ok(new Offer(Offer.CONTIGUOUS, "one extent of " + Why.text(place.size())
                + (lent == 0 ? "" : "; " + lent / region.granule() + (lent == region.granule() ? " lodger" : " lodgers") + " to move")));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        List<Gap> windows = book.windows(request.constraints().reach().value());
        Optional<Refusal> never = never(request, windows);
        if (never.isPresent()) {
            return Outcome.no(never.get());
        }
        Search search = new Search(request, windows);
        Optional<Refusal> pinned = Optional.empty();
        int disputed = 0;
        for (Optional<Gap> next = search.first(); next.isPresent();) {
            Gap place = next.get();
            Optional<Refusal> busy = region.vacate(place.offset(), place.size()).why();
            if (busy.isPresent()) {
                pinned = busy;
                next = search.beyond(lastPinned(place));
            } else if (Commit.take(book, List.of(place), claims)) {
                return Outcome.ok();
            } else if (++disputed == TRIES) {
                throw new IllegalStateException(region.id() + ": the ledger holds some of " + place + ", which is free in the books");
            } else {
                next = search.beyond(place.offset());
            }
        }
        Refusal why = scarce(request, book.gaps(windows));
        return Outcome.no(pinned.map(p -> new Refusal(Errno.EBUSY, why.device(), why.use(), "contiguous", "pinned lodgers in each free range, such as "
                + p.found(), "one extent of " + Why.text(request.sizeIn(region.granule())), "--board-option pinned=0", List.of())).orElse(why));
    }

    @Override
    public void released(Extent extent) {
        book.give(extent.offset());
    }

    private Optional<Refusal> never(Request request, List<Gap> windows) {
        return Why.never(request, region, windows).map(why -> why.errno() == Errno.ENOMEM ? fixed(why, request) : why);
    }

    private Refusal scarce(Request request, List<Gap> gaps) {
        long size = request.sizeIn(region.granule());
        if (Why.largest(gaps) < size) {
            return fixed(Why.contiguous(request, gaps, "largest free range " + Why.text(Why.largest(gaps)) + " of " + Why.text(region.size()) + " in "
                    + region.id(), Why.text(size)), request);
        }
        Refusal why = Why.now(request, region, gaps, false);
        return why.constraint().equals("align") ? fixed(why, request) : fixed(Why.contiguous(request, gaps,
                "no place in the free ranges of " + region.id() + ", the largest " + Why.text(Why.largest(gaps)), Why.text(size)), request);
    }

    private Refusal fixed(Refusal why, Request request) {
        return why.fixedBy(Why.largerPool(region.size() - book.free(), request, region.granule()));
    }

    /** The highest pinned granule of a range that could not be made free: no extent that holds it can be had now. */
    private long lastPinned(Gap busy) {
        long low = busy.offset();
        long size = busy.size();
        while (size > region.granule()) {
            long lower = size / region.granule() / 2 * region.granule();
            if (region.vacate(low + lower, size - lower).isOk()) {
                size = lower;
            } else {
                low += lower;
                size -= lower;
            }
        }
        return low;
    }

    /** The places for one object: the best fit first, then all of them from the lowest. */
    private final class Search {
        private final long size;
        private final List<Gap> windows;
        /** All free ranges, listed when the best fit will not do: they are many. */
        private Optional<List<Gap>> gaps = Optional.empty();
        private final Request request;
        private final OnePiece places;
        private boolean scanning;

        Search(Request request, List<Gap> windows) {
            this.request = request;
            this.windows = windows;
            size = request.sizeIn(region.granule());
            places = new OnePiece(request, region);
        }

        Optional<Gap> first() {
            for (int i = windows.size() - 1; i >= 0; i--) {
                int handle = book.take(size, request.constraints().align().value(), windows.get(i));
                if (handle >= 0) {
                    Gap gap = book.taken(handle);
                    book.undo(handle);
                    if (request.constraints().judge(book.spans(List.of(gap))).isEmpty()) {
                        return Optional.of(gap);
                    }
                }
            }
            return beyond(0);
        }

        /** The lowest place that does not hold a granule; the lowest of all after the best fit. */
        Optional<Gap> beyond(long granule) {
            gaps = gaps.or(() -> Optional.of(book.gaps(windows)));
            long at = places.lowest(gaps.get(), scanning ? granule + region.granule() : 0);
            scanning = true;
            return at == OnePiece.NONE ? Optional.empty() : Optional.of(new Gap(at, size));
        }
    }
}
