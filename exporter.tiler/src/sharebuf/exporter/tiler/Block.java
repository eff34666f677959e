package sharebuf.exporter.tiler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.mapping.Lines;
import sharebuf.slots.Area;

/**
 * A plane in the container: its slots, and how elements lie in them.
 *
 * <p>Immutable.
 *
 * @param mode of its elements
 * @param area its slots
 */
record Block(Mode mode, Area area) {
    /** Where ordinary masters see the views as they are, {@code TILVIEW_8BIT}. */
    static final long SYSTEM = 0x60000000L;
    /** Where masters that are wired to it see them in all orientations: the tiler's own space of 4 GiB, addresses of 33 bits. */
    static final long TILER = 0x1_0000_0000L;

    /**
     * The slots that a plane of a layout needs.
     *
     * @param format of the picture
     * @param layout its layout, tiled by {@link Tiling}
     * @param object whose planes
     * @return one a plane of the object, at 0,0
     */
    static List<Block> of(PixelFormat format, Layout layout, int object) {
        return IntStream.range(0, layout.planes().size()).filter(i -> layout.planes().get(i).object() == object).mapToObj(i -> {
            Mode mode = Mode.of(format.planes().get(i).bytes()).orElseThrow();
            return new Block(mode, new Area(0, 0, (int) (layout.planes().get(i).pitch() / mode.tile().width()), (int) (layout.planes().get(i).rows() / mode.slotHeight())));
        }).toList();
    }

    Block at(Area place) {
        return new Block(mode, place);
    }

    /** Bytes, which are those of its pages. */
    long size() {
        return (long) area.slots() * Mode.SLOT;
    }

    /** The address at which the pages of a row of slots are entered, for a device that sends addresses of this space. */
    long entry(int row, long space) {
        return space + Mode.PAGE.address(area.x(), area.y() + row, View.AS_IS);
    }

    /** What a device sees that is programmed with a pitch: all lines of the plane at once. */
    Lines seen(View view) {
        int x = area.x() * mode.slotWidth();
        int y = area.y() * mode.slotHeight();
        int wide = area.width() * mode.slotWidth();
        int high = area.height() * mode.slotHeight();
        // The element that the device sees first is the one at the side from which it counts.
        long first = space(view) + mode.address(view.mirrorX() ? x + wide - 1 : x, view.mirrorY() ? y + high - 1 : y, view);
        return new Lines(first, (long) (view.swap() ? high : wide) * mode.bytes(), view.swap() ? wide : high, mode.stride(view));
    }

    /** The same for a device that takes rows one after another: a line each. */
    List<Lines> lines() {
        Lines all = seen(View.AS_IS);
        List<Lines> each = new ArrayList<>(all.count());
        for (int i = 0; i < all.count(); i++) {
            each.add(new Lines(all.dma() + i * all.pitch(), all.size()));
        }
        return each;
    }

    /** The space in which a device sees the container so: {@link #SYSTEM} or {@link #TILER}. */
    static long space(View view) {
        return view == View.AS_IS ? SYSTEM : TILER;
    }

    /** The space that an address of the container belongs to. */
    static long space(long dma) {
        return dma >= TILER ? TILER : SYSTEM;
    }

    /** The slot at an address of a mapping, x + {@value Mode#COLUMNS} y; -1 when it is none of the container. */
    static int slotAt(long dma) {
        long in = dma >= TILER ? dma - TILER : dma - SYSTEM;
        View view = View.values()[dma >= TILER ? (int) (in >>> 29 & 7) : 0];
        in = dma >= TILER ? in & (1L << 29) - 1 : in;
        if (in < 0 || in >= Mode.values().length * Mode.VIEW || dma >= 2 * TILER) {
            return -1;
        }
        Mode mode = Mode.values()[(int) (in / Mode.VIEW)];
        int number = (int) (in % Mode.VIEW / mode.bytes());
        int column = view.swap() ? number / mode.height() : number % mode.width();
        int row = view.swap() ? number % mode.height() : number / mode.width();
        int x = view.mirrorX() ? mode.width() - 1 - column : column;
        int y = view.mirrorY() ? mode.height() - 1 - row : row;
        return y / mode.slotHeight() * Mode.COLUMNS + x / mode.slotWidth();
    }
}
