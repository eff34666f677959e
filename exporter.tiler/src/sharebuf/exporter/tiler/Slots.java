package sharebuf.exporter.tiler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.placing.Carver;
import sharebuf.placing.RegionOption;
import sharebuf.placing.Gap;
import sharebuf.placing.Why;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.slots.Area;

/**
 * Gives memory for pictures, and slots of the container to see it through. Memory without a picture in tiles gets no slots: it is a carveout like any other.
 *
 * <p>Externally synchronised by the seat; the book is the bundle's.
 */
final class Slots {
    private final MemoryRegion region;
    private final boolean named;
    private final RegionOption option;
    private final Carver carver;
    private final Book book;

    /**
     * Nothing is live.
     *
     * @param region memory of pages that the table may lead to
     * @param named whether only those get memory for whom some use names the region
     * @param option the board option that makes it larger
     * @param book of the container
     * @throws IllegalArgumentException when a slot of the container is no whole number of the region's granules
     */
    Slots(MemoryRegion region, boolean named, RegionOption option, Book book) {
        if (Mode.SLOT % region.granule() != 0 || region.base() % Mode.SLOT != 0) {
            throw new IllegalArgumentException("region " + region.id() + " at 0x" + Long.toHexString(region.base()) + " with a granule of " + region.granule() + ": pages of " + Mode.SLOT
                    + " bytes are needed");
        }
        this.region = region;
        this.named = named;
        this.option = option;
        this.book = book;
        carver = new Carver(region);
    }

    void adopt(Live live) {
        carver.adopt(live);
        Map<Extent, List<Block>> blocks = new HashMap<>();
        live.extents().forEach(h -> h.note().flatMap(Book::read).ifPresent(b -> blocks.put(h.extent(), b)));
        book.adopt(blocks);
    }

    void catchUp(Changes changes) {
        carver.catchUp(changes);
        changes.released().forEach(book::free);
        changes.placed().forEach(h -> h.note().flatMap(Book::read).ifPresent(b -> book.claim(h.extent(), b)));
    }

    Outcome<Offer> offer(Request request) {
        Optional<Refusal> unfit = unfit(request);
        if (unfit.isPresent()) {
            return Outcome.no(unfit.get());
        }
        List<Block> blocks = blocks(request);
        return switch (carver.find(request)) {
            case Outcome.No<Gap>(Refusal why) -> Outcome.no(larger(why, request));
            case Outcome.Ok<Gap> _ -> book.fits(blocks) ? Outcome.ok(new Offer(Offer.SPECIAL, blocks.isEmpty() ? Why.text(request.sizeIn(region.granule())) + " beside the pictures"
                    : words(blocks) + " slots of the container")) : Outcome.no(full(blocks));
        };
    }

    Outcome<Outcome.Done> place(Request request, Claims claims) {
        Optional<Refusal> unfit = unfit(request);
        if (unfit.isPresent()) {
            return Outcome.no(unfit.get());
        }
        Outcome<Gap> gap = carver.place(request, claims);
        if (gap instanceof Outcome.No<Gap>(Refusal why)) {
            return Outcome.no(larger(why, request));
        }
        List<Block> blocks = blocks(request);
        if (blocks.isEmpty()) {
            return Outcome.ok();
        }
        Extent extent = new Extent(region.id(), gap.orThrow().offset(), gap.orThrow().size());
        Optional<Book.Put> put = book.put(extent, blocks);
        if (put.isEmpty()) {
            carver.released(extent);
            return Outcome.no(full(blocks));
        }
        claims.note(Book.note(put.get().blocks()));
        // Nothing sees them: their pages are entered elsewhere when somebody does. No byte is copied.
        put.get().moved().forEach((other, now) -> claims.note(other, Book.note(now)));
        return Outcome.ok();
    }

    void released(Extent extent) {
        carver.released(extent);
        book.free(extent);
    }

    private static List<Block> blocks(Request request) {
        return request.layout().filter(l -> !l.linear()).map(l -> Block.of(request.spec().format().orElseThrow(), l, request.object())).orElse(List.of());
    }

    private Optional<Refusal> unfit(Request request) {
        if (named && !request.constraints().regions().containsKey(request.object())) {
            return Optional.of(Refusal.of(Errno.EINVAL, "region", region.id() + " is kept for uses that name it", "a use that is shown its pictures, or a request that names it"));
        }
        boolean picture = request.spec().format().isPresent() && request.layout().isPresent();
        if (!picture || request.layout().get().linear()) {
            return Optional.empty();
        }
        if (!Tiling.isTiled(request.spec().format().get(), request.layout().get(), request.object())) {
            return Optional.of(Refusal.of(Errno.EINVAL, "layout", "tiles of another kind", "tiles of " + request.spec().format().get().planes().stream()
                    .map(p -> Mode.of(p.bytes()).map(m -> m.tile().toString()).orElse("no size")).distinct().toList()));
        }
        return Optional.empty();
    }

    private Refusal full(List<Block> blocks) {
        TreeMap<String, Integer> kinds = new TreeMap<>();
        book.all().forEach(each -> kinds.merge(words(each), 1, Integer::sum));
        List<String> holds = new ArrayList<>();
        kinds.forEach((words, count) -> holds.add(count + " x " + words));
        return Refusal.of(Errno.ENOMEM, "slots", "the container of " + new Area(0, 0, Mode.COLUMNS, Mode.ROWS).slots() + " slots, " + Mode.COLUMNS + " in a row, has " + book.freeSlots() + " free"
                + (holds.isEmpty() ? "" : " beside " + String.join("; ", holds)), words(blocks) + " slots"); // fewer or smaller pictures: the broker knows which
    }

    private static String words(List<Block> blocks) {
        return String.join(" and ", blocks.stream().map(b -> b.area().width() + "x" + b.area().height()).toList());
    }

    private Refusal larger(Refusal why, Request request) {
        if (why.errno() != Errno.ENOMEM || !option.exists()) {
            return why;
        }
        long buffer = request.layout().map(l -> l.size()).orElse(request.size());
        long needed = region.size() - carver.free() + buffer * request.spec().count();
        return option.atLeast(needed).map(why::fixedBy).orElse(why);
    }
}
