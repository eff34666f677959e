package sharebuf.exporter.tiler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buses.BusMapping;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.mapping.Lines;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.SegmentRule;

/**
 * Shows pictures of the container to devices. Pages are entered into the table in the order of the object's bytes, at their slots; what the device sends are addresses of
 * a view.
 *
 * <pre>
 *   programmed with a pitch            the planes, 16 or 32 KiB from line to line, as they are or turned
 *   rows one after another             each line by itself: a scatter list as long as the picture is high, or a refusal
 *   memory that is not in the container     as on any bus
 * </pre>
 *
 * <p>Externally synchronised by the seat; the book is the bundle's.
 */
final class Shows {
    /** Planes that a format has at most. */
    private static final int MOST_PLANES = 3;

    private final String region;
    private final Map<String, View> views;
    private final Book book;

    Shows(String region, Map<String, View> views, Book book) {
        this.region = region;
        this.views = views;
        this.book = book;
    }

    /**
     * Reads the configured views.
     *
     * @throws IllegalArgumentException naming PID, key, value and what is allowed
     */
    static Map<String, View> views(String pid, String[] texts) {
        Map<String, View> views = new HashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            Optional<View> view = View.named(text.substring(equals + 1).strip());
            if (equals < 1 || view.isEmpty() || views.put(text.substring(0, equals).strip(), view.get()) != null) {
                throw new IllegalArgumentException(pid + ": views = " + text + ": allowed is DEVICE=VIEW, each device once, with one of " + View.names());
            }
        }
        return views;
    }

    void adopt(List<Mapped> live) {
        Map<Object, Integer> pins = new HashMap<>();
        for (Mapped m : live) {
            int slot = m.segments().isEmpty() ? -1 : Block.slotAt(m.segments().getFirst().dma());
            if (slot >= 0) {
                pins.put(key(m), slot);
            }
        }
        book.adoptPins(pins);
    }

    private static Object key(Mapped m) {
        return key(m.use(), m.segments().getFirst());
    }

    /**
     * What stands for a live mapping: its use and its first segment, since names change places at a move and what a device was given stays; while it is being made, the object.
     * A list and no record of our own: the JDK's code for comparing records remembers their class for a while, and with it the loader of a bundle that was replaced.
     */
    private static Object key(UseId use, Object place) {
        return List.of(use, place);
    }

    MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
        if (views.getOrDefault(device.name(), View.AS_IS) == View.AS_IS) {
            return MemoryConstraints.direct(use, own);
        }
        // Nothing but the container can be seen turned. Where the use wants its planes elsewhere, the merge finds that out.
        DmaConstraints.Builder container = DmaConstraints.builder();
        for (int plane = 0; plane < MOST_PLANES; plane++) {
            container.regions(plane, List.of(region));
        }
        return MemoryConstraints.direct(use, own).merge(MemoryConstraints.translated(use, container.build()));
    }

    void map(MapRequest request, Table table) {
        Piece first = request.pieces().getFirst();
        if (!first.extent().region().name().equals(region)) {
            new BusMapping(request).enter(table);
            return;
        }
        View view = views.getOrDefault(request.device().name(), View.AS_IS);
        boolean pitched = views.containsKey(request.device().name());
        Object pending = key(request.use(), request.object());
        List<Block> blocks = book.pin(first.extent(), pending);
        boolean done = false;
        try {
            if (blocks.isEmpty()) {
                if (view != View.AS_IS) {
                    throw new RefusedException(Refusal.of(Errno.EINVAL, "view", request.object() + " is not in the container", "a picture in tiles: only the container can be seen " + view)
                            .about(request.use().device(), request.use().use()).fixedBy("views = " + request.device() + "=0 in the configuration of " + TilerMapOps.PID));
                }
                new BusMapping(request).enter(table);
                return;
            }
            if (view != View.AS_IS && request.object().index() == 0 && blocks.getFirst().mode() == Mode.BITS_16) {
                throw new RefusedException(Refusal.of(Errno.EINVAL, "view", request.object() + " has two pixels a sample, which lie side by side however it is seen", "samples of one pixel to see it "
                        + view).about(request.use().device(), request.use().use()).fixedBy("--format NV12"));
            }
            List<Lines> lines = pitched ? blocks.stream().map(b -> b.seen(view)).toList() : blocks.stream().flatMap(b -> b.lines().stream()).toList();
            if (!pitched && lines.size() > (long) blocks.size() * request.own().segments().maxCount()) {
                throw new RefusedException(Refusal.of(Errno.EINVAL, "segments", lines.size() + " lines of a picture in the container, each by itself for a device that takes rows one after another",
                        request.own().segments().toString()).about(request.use().device(), request.use().use()).fixedBy("leave " + request.use() + " out of the uses"));
            }
            enter(request, blocks, Block.space(view), table);
            table.shown(lines);
            book.rename(pending, key(request.use(), lines.getFirst().segments().getFirst()));
            done = true;
        } finally {
            if (!done) {
                book.unpin(pending);
            }
        }
    }

    /** Rows of slots, in the order of the object's bytes. */
    private static void enter(MapRequest request, List<Block> blocks, long space, Table table) {
        List<Piece> pieces = request.pieces();
        int piece = 0;
        long used = 0;
        for (Block b : blocks) {
            for (int row = 0; row < b.area().height(); row++) {
                long at = b.entry(row, space);
                for (long left = (long) b.area().width() * Mode.SLOT; left > 0;) {
                    if (used == pieces.get(piece).extent().size()) {
                        piece++;
                        used = 0;
                    }
                    long here = Math.min(left, pieces.get(piece).extent().size() - used);
                    table.enter(at, pieces.get(piece).extent(), used, here, request.access());
                    at += here;
                    left -= here;
                    used += here;
                }
            }
        }
    }

    void unmap(Mapped mapped, Table table) {
        if (mapped.segments().isEmpty()) {
            return;
        }
        long first = mapped.segments().getFirst().dma();
        int slot = Block.slotAt(first);
        if (slot < 0) {
            for (SegmentRule.Segment segment : mapped.segments()) {
                table.remove(segment.dma(), segment.size());
            }
            table.flush();
            return;
        }
        for (Block b : book.at(slot)) {
            for (int row = 0; row < b.area().height(); row++) {
                table.remove(b.entry(row, Block.space(first)), (long) b.area().width() * Mode.SLOT);
            }
        }
        table.flush();
        book.unpin(key(mapped));
    }
}
