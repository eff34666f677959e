package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import sharebuf.plugin.Quantity;

/**
 * Hardware between devices and memory that shows pages in two dimensions: a table with a page of memory for each place of a container, and views of that container
 * whose elements have different sizes. Numbers say what it is; what the pages are for, and where in the container they belong, somebody else decides.
 *
 * <pre>
 *   address    base + view * container + ((y &lt;&lt; w) + x) * element            the container as it is
 *              turned + orientation + view * container + ...                 turned: bits 31..29 exchange x and y, mirror y, mirror x
 *   element    page (y / pageHeight, x / pageWidth), byte by raster in it
 *   page       one of 4 KiB of memory, entered at its address in the last view, where an element is a page
 * </pre>
 *
 * <p>Thread-safe: entries change under a lock, devices look at them without.
 */
final class Views {
    /** Bits of an address that say how the view is turned. */
    private static final long ORIENTATION = 7L << 29;
    private static final long NOTHING = -1;

    private final String space;
    private final long base;
    private final long turned;
    private final long container;
    private final ViewShape[] shapes;
    /** CPU address of each page; read by devices as they go. */
    private final long[] pages;
    private final int[] entered;

    /**
     * A table without entries.
     *
     * @param space the address space whose devices are behind it
     * @param base first address of the views as they are
     * @param turned first address of the turned views, a multiple of 4 GiB
     * @param columns pages in a row
     * @param rows of pages
     * @param shapes of the views, at most four; the last one has elements of a page
     */
    Views(String space, long base, long turned, int columns, int rows, List<ViewShape> shapes) {
        this.space = space;
        this.base = base;
        this.turned = turned;
        this.shapes = shapes.toArray(ViewShape[]::new);
        container = columns * rows * Libc.PAGE;
        pages = new long[columns * rows];
        entered = new int[columns * rows];
        Arrays.fill(pages, NOTHING);
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming PID, key, value and what is allowed
     */
    static Views of(String pid, ViewConfig c) {
        check(pid, "sharebuf.addressSpace", c.sharebuf_addressSpace(), !c.sharebuf_addressSpace().isEmpty(), () -> "the name of an address space");
        check(pid, "columns", c.columns(), c.columns() >= 1 && c.columns() <= 1024 && Integer.bitCount(c.columns()) == 1, () -> "a power of two, 1 to 1024");
        check(pid, "rows", c.rows(), c.rows() >= 1 && c.rows() <= 1024 && Integer.bitCount(c.rows()) == 1, () -> "a power of two, 1 to 1024");
        long container = c.columns() * c.rows() * Libc.PAGE;
        check(pid, "columns and rows", c.columns() + " and " + c.rows(), container <= 128 << 20, () -> "a container of at most 128MiB");
        List<ViewShape> shapes = new ArrayList<>();
        for (String view : c.views()) {
            String[] sides = view.split("x");
            boolean numbers = sides.length == 2 && sides[0].matches("\\d{1,4}") && sides[1].matches("\\d{1,4}");
            int w = numbers ? Integer.parseInt(sides[0]) : 0;
            int h = numbers ? Integer.parseInt(sides[1]) : 0;
            check(pid, "views", view, w >= 1 && h >= 1 && Integer.bitCount(w) == 1 && Integer.bitCount(h) == 1 && (long) w * h <= Libc.PAGE, () -> "WIDTHxHEIGHT elements of a page of "
                    + Libc.PAGE + " bytes, both powers of two");
            shapes.add(ViewShape.of(w, h, c.columns(), c.rows()));
        }
        check(pid, "views", String.join(", ", c.views()), !shapes.isEmpty() && shapes.size() <= 4 && shapes.getLast().elementBits() == ViewShape.log2((int) Libc.PAGE),
                () -> "one to four, the last one 1x1: there pages are entered");
        long base = Quantity.parse(c.base());
        long turned = Quantity.parse(c.turned());
        check(pid, "base", c.base(), base >= 0 && base % container == 0 && base + 4 * container <= 1L << 32, () -> "a multiple of the container's " + container + " bytes, the views below 4GiB");
        check(pid, "turned", c.turned(), turned > 0 && turned % (1L << 32) == 0, () -> "a multiple of 4GiB, at least that");
        return new Views(c.sharebuf_addressSpace(), base, turned, c.columns(), c.rows(), shapes);
    }

    private static void check(String pid, String key, Object value, boolean ok, Supplier<String> allowed) {
        if (!ok) {
            throw RegionSpec.wrong(pid, key, value, allowed.get());
        }
    }

    String space() {
        return space;
    }

    /** Whether an address leads to the table. */
    boolean contains(long dma) {
        return offset(dma) >= 0;
    }

    /** The address below the views' own base, orientation included; -1 when it leads elsewhere. */
    private long offset(long dma) {
        long asIs = dma - base;
        if (asIs >= 0 && asIs < shapes.length * container) {
            return asIs;
        }
        long other = dma - turned;
        boolean there = other >= 0 && other < 1L << 32 && (other & ~ORIENTATION) < shapes.length * container;
        return there ? other : -1;
    }

    /** How the view at an address is turned. */
    Turn turn(long dma) {
        return Turn.of(offset(dma));
    }

    /** Number of the page that an address leads to. */
    int page(long dma) {
        long offset = offset(dma);
        ViewShape shape = shapes[view(offset)];
        long in = inView(offset);
        Turn turn = Turn.of(offset);
        return shape.page(shape.x(in, turn), shape.y(in, turn));
    }

    private int view(long offset) {
        return (int) ((offset & ~ORIENTATION) / container);
    }

    private long inView(long offset) {
        return (offset & ~ORIENTATION) % container;
    }

    /**
     * Puts pages into the table.
     *
     * @param dma where, an unturned address in the view of pages
     * @param cpu first of the memory, a multiple of a page
     * @param size in bytes, a multiple of a page
     * @throws IllegalArgumentException when it is no such address, or another page is there; then nothing is changed
     */
    synchronized void enter(long dma, long cpu, long size) {
        long offset = offset(dma);
        if ((dma | cpu | size) % Libc.PAGE != 0 || view(offset) != shapes.length - 1 || Turn.of(offset) != Turn.of(0) || inView(offset) > container - size) {
            throw new IllegalArgumentException("the table of " + space + " takes whole pages at unturned addresses of its view of pages, and not 0x" + Long.toHexString(size) + " bytes at 0x"
                    + Long.toHexString(dma) + " for CPU address 0x" + Long.toHexString(cpu));
        }
        int first = (int) (inView(offset) / Libc.PAGE);
        int count = (int) (size / Libc.PAGE);
        for (int i = 0; i < count; i++) {
            long page = cpu + i * Libc.PAGE;
            if (entered[first + i] > 0 && pages[first + i] != page) {
                throw new IllegalArgumentException("page " + (first + i) + " of the table of " + space + " leads to 0x" + Long.toHexString(pages[first + i]) + ", not to 0x" + Long.toHexString(page));
            }
        }
        for (int i = 0; i < count; i++) {
            pages[first + i] = cpu + i * Libc.PAGE;
            entered[first + i]++;
        }
    }

    /** Takes pages out that were entered; a page that was entered twice stays until it was taken out twice. */
    synchronized void remove(long dma, long size) {
        int first = (int) (inView(offset(dma)) / Libc.PAGE);
        for (int i = first; i < first + (int) (size / Libc.PAGE); i++) {
            if (entered[i] > 0 && --entered[i] == 0) {
                pages[i] = NOTHING;
            }
        }
    }

    /** Steps of a run of elements that lie one behind the other for the device and evenly in one page. Confined to one access. */
    final class Walk {
        private int page;
        private long cpu;
        private int count;
        private int element;
        private int step;

        /**
         * Looks an address up.
         *
         * @param dma an address of the table
         * @param size bytes that are wanted from there, at least 1
         * @return whether a page is there, and the access is of whole elements
         */
        boolean at(long dma, long size) {
            long offset = offset(dma);
            ViewShape shape = shapes[view(offset)];
            Turn turn = Turn.of(offset);
            long in = inView(offset);
            int x = shape.x(in, turn);
            int y = shape.y(in, turn);
            page = shape.page(x, y);
            int bytes = 1 << shape.elementBits();
            int inElement = (int) (in & bytes - 1);
            boolean plain = !turn.swap() && !turn.mirrorX();
            long memory = pages[page];
            cpu = memory + shape.inPage(x, y) + inElement;
            if (plain) { // elements of a line lie side by side in memory as well
                int left = (1 << shape.pageWidthBits()) - (x & (1 << shape.pageWidthBits()) - 1);
                element = (int) Math.min(size, ((long) left << shape.elementBits()) - inElement);
                count = 1;
                step = 0;
            } else {
                if (inElement != 0 || size % bytes != 0) {
                    return false;
                }
                element = bytes;
                int along = turn.swap() ? y & (1 << shape.pageHeightBits()) - 1 : x & (1 << shape.pageWidthBits()) - 1;
                int side = turn.swap() ? 1 << shape.pageHeightBits() : 1 << shape.pageWidthBits();
                boolean back = turn.swap() ? turn.mirrorY() : turn.mirrorX();
                count = (int) Math.min(size / bytes, back ? along + 1 : side - along);
                int line = turn.swap() ? bytes << shape.pageWidthBits() : bytes;
                step = back ? -line : line;
            }
            return memory != NOTHING;
        }

        /** Number of the page. */
        int page() {
            return page;
        }

        /** CPU address of the first element. */
        long cpu() {
            return cpu;
        }

        /** How many elements, or runs of them, there are. */
        int count() {
            return count;
        }

        /** Bytes of each. */
        int element() {
            return element;
        }

        /** From one to the next, in CPU addresses. */
        int step() {
            return step;
        }
    }

    /** The unturned address at which a page is entered, for a device that sends {@code dma}. */
    long entry(long dma, int page) {
        long first = dma - base >= 0 && dma - base < shapes.length * container ? base : turned;
        return first + (shapes.length - 1) * container + page * Libc.PAGE;
    }

    @Override
    public String toString() {
        return "views of " + space + ", " + Arrays.stream(entered).filter(n -> n > 0).count() + " of " + pages.length + " pages entered";
    }
}
