package sharebuf.allocator.generic;

import java.util.ArrayList;
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
import sharebuf.placing.Scatter;
import sharebuf.placing.Why;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/**
 * Pages as the kernel's page allocator gives them to {@code dma_alloc_attrs}: the largest blocks first, each aligned to its size, from
 * the highest zone, so that low memory stays for devices with small masks. What is judged not good enough is searched again by
 * {@link OnePiece} or {@link Scatter}, which find a placement when one exists.
 *
 * <p>Externally synchronised.
 */
final class PageAllocator implements Allocator {
    /** The order of the largest block in most kernels: 4 MiB of 4 KiB pages. */
    static final int MAX_ORDER = 10;
    private static final int HIGHEST_ORDER = 20;
    /** Places that the ledger may refuse before a request fails. */
    private static final int TRIES = 16;

    private final MemoryRegion region;
    private final Book book;
    private final long largestBlock;

    PageAllocator(MemoryRegion region, int maxOrder) {
        if (maxOrder < 0 || maxOrder > HIGHEST_ORDER) {
            throw new IllegalArgumentException(GenericAllocator.PID + ": maxOrder " + maxOrder + ": 0 to " + HIGHEST_ORDER);
        }
        this.region = region;
        book = new Book(region);
        largestBlock = region.granule() << maxOrder;
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
        boolean luck = request.contiguous() && request.sizeIn(region.granule()) > region.granule();
        return search(request).map(gaps -> new Offer(luck ? Offer.LUCK : Offer.ORDINARY, luck
                ? "one block of " + Why.text(request.sizeIn(region.granule())) + " from the page allocator"
                : Why.text(request.sizeIn(region.granule())) + " in " + gaps.size() + (gaps.size() == 1 ? " extent" : " extents")));
    }

    @Override
    public Outcome<Outcome.Done> place(Request request, Claims claims) {
        List<Gap> barred = new ArrayList<>();
        try {
            while (true) {
                Outcome<List<Gap>> found = search(request);
                if (!(found instanceof Outcome.Ok<List<Gap>>(List<Gap> gaps)) || Commit.take(book, gaps, claims)) {
                    return found.map(g -> Outcome.Done.DONE);
                }
                if (barred.size() == TRIES) {
                    throw new IllegalStateException(region.id() + ": the ledger holds " + barred + ", which are free in the books");
                }
                book.take(gaps.getFirst());
                barred.add(gaps.getFirst());
            }
        } finally {
            barred.forEach(gap -> book.give(gap.offset()));
        }
    }

    @Override
    public void released(Extent extent) {
        book.give(extent.offset());
    }

    // ------------------------------------------------------------------ search

    /** Finds stretches without taking them. */
    private Outcome<List<Gap>> search(Request request) {
        List<Gap> windows = book.windows(request.constraints().reach().value());
        Optional<Refusal> never = Why.never(request, region, windows);
        if (never.isPresent()) {
            return Outcome.no(never.get());
        }
        long size = request.sizeIn(region.granule());
        boolean contiguous = request.contiguous();
        if (contiguous && size > largestBlock) {
            return Outcome.no(Why.contiguous(request, windows, "largest block of the page allocator " + Why.text(largestBlock), Why.text(size))
                    .fixedBy(Why.largerPool(0, request, region.granule())));
        }
        if (size <= book.free()) {
            Optional<List<Gap>> quick = contiguous ? oneBlock(request, size, windows) : blocks(request, size, windows);
            if (quick.isPresent()) {
                return Outcome.ok(quick.get());
            }
        }
        List<Gap> gaps = book.gaps(windows);
        if (contiguous) {
            long at = new OnePiece(request, region).highestGap(gaps);
            return at != OnePiece.NONE ? Outcome.ok(List.of(new Gap(at, size))) : refused(request, gaps, false);
        }
        Scatter.Answer answer = new Scatter(request, region).search(gaps);
        return answer.found() ? Outcome.ok(answer.gaps()) : refused(request, gaps, answer.unsure());
    }

    private Outcome<List<Gap>> refused(Request request, List<Gap> gaps, boolean unsure) {
        Refusal why = Why.now(request, region, gaps, unsure);
        boolean scarce = why.errno() == Errno.ENOMEM && why.constraint().equals("size");
        return Outcome.no(scarce ? why : why.fixedBy(Why.largerPool(0, request, region.granule())));
    }

    private Optional<List<Gap>> oneBlock(Request request, long size, List<Gap> windows) {
        for (int i = windows.size() - 1; i >= 0; i--) {
            int handle = book.take(size, request.constraints().align().value(), windows.get(i));
            if (handle >= 0) {
                List<Gap> gaps = List.of(book.taken(handle));
                book.undo(handle);
                if (suits(request, gaps)) {
                    return Optional.of(gaps);
                }
            }
        }
        return Optional.empty();
    }

    /** The kernel's way: the largest order that still fits, the next lower one when there is no such block. */
    private Optional<List<Gap>> blocks(Request request, long size, List<Gap> windows) {
        long align = request.constraints().align().value();
        List<Integer> handles = new ArrayList<>();
        long left = size;
        long block = largestBlock;
        while (left > 0 && block >= region.granule()) {
            block = Math.min(block, Long.highestOneBit(left));
            int handle = highest(block, handles.isEmpty() ? Math.max(block, align) : block, windows);
            if (handle < 0) {
                block >>= 1;
            } else {
                handles.add(handle);
                left -= block;
            }
        }
        List<Gap> taken = handles.stream().map(book::taken).toList();
        handles.forEach(book::undo);
        if (left > 0) {
            return Optional.empty();
        }
        List<Gap> gaps = Scatter.firstAligned(Scatter.joined(taken), region.base(), align);
        return suits(request, gaps) ? Optional.of(gaps) : Optional.empty();
    }

    private int highest(long size, long align, List<Gap> windows) {
        for (int i = windows.size() - 1; i >= 0; i--) {
            int handle = book.take(size, align, windows.get(i));
            if (handle >= 0) {
                return handle;
            }
        }
        return -1;
    }

    private boolean suits(Request request, List<Gap> gaps) {
        return request.constraints().judge(book.spans(gaps)).isEmpty();
    }
}
