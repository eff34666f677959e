package sharebuf.app.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.Extent;
import sharebuf.memory.Windows;
import sharebuf.plugin.Quantity;

/**
 * Draws where the buffers lie: on the left the board's memory with its regions and what each device reaches, on the right, closer up, the
 * regions with buffers in them.
 *
 * <p>Confined to one thread.
 */
final class MemoryMap {
    private static final String[] COLOURS = {"#2f6fb7", "#c9573c", "#3c9163", "#8657a6", "#b08a1e", "#2a8f9c"};
    private static final String SMALL = "font-size=\"10.5\"";
    private static final String MONO = "font-size=\"10\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" fill=\"#5b6b78\"";
    private static final String HEAD = "font-size=\"13\" font-weight=\"bold\"";
    private static final double TOP = 128;
    private static final double HEIGHT = 560;
    private static final double MAP = 130;
    private static final double MAP_WIDTH = 210;
    private static final double BANDS = MAP + MAP_WIDTH + 26;
    private static final double BAND = 34;
    private static final int BLOCKS = 26;

    private final Svg svg = new Svg();
    private final List<SetReport> sets;
    private final Snapshot snapshot;
    private final List<Reach> reach;

    /** What a device reaches, in CPU addresses. */
    record Reach(String device, Windows windows) {
    }

    /** Adjacent extents of one object. */
    private record Block(int set, long buffer, int object, long base, long size) {
        long end() {
            return base + size;
        }
    }

    private MemoryMap(List<SetReport> sets, Snapshot snapshot, List<Reach> reach) {
        this.sets = sets;
        this.snapshot = snapshot;
        this.reach = reach;
    }

    static String draw(String board, List<SetReport> sets, Snapshot snapshot, List<Reach> reach) {
        return new MemoryMap(sets, snapshot, reach).draw(board);
    }

    private String draw(String board) {
        svg.text(30, 38, "font-size=\"19\" font-weight=\"bold\"", "Memory of " + board);
        legend();
        Scale scale = scale();
        overview(scale);
        bands(scale);
        double zoom = BANDS + Math.max(2, reach.size()) * BAND + 50;
        double bottom = zoom(zoom);
        return svg.document(zoom + 430, Math.max(TOP + HEIGHT, bottom) + 34, "Memory of " + board);
    }

    private void legend() {
        double x = 30;
        for (int i = 0; i < sets.size(); i++) {
            svg.rect(x, 54, 13, 13, "rx=\"2\" fill=\"" + colour(i) + "\"");
            String name = sets.get(i).writer() + " \u2192 " + String.join(" + ", sets.get(i).readers());
            svg.text(x + 19, 65, "", name);
            x += 19 + 7.4 * name.length() + 26;
        }
        x = 30;
        List<String[]> fills = new ArrayList<>(List.of(new String[] {"#e9f0f4", "free"}, new String[] {"url(#taken)", "reserved"}));
        if (snapshot.regions().stream().anyMatch(Snapshot.Region::lodged)) {
            fills.add(1, new String[] {"url(#lent)", "free, lent to movable pages"});
        }
        for (String[] each : fills) {
            svg.rect(x, 76, 13, 13, "rx=\"2\" stroke=\"#9fb0bc\" stroke-width=\"0.7\" fill=\"" + each[0] + "\"");
            svg.text(x + 19, 87, "", each[1]);
            x += 19 + 7.4 * each[1].length() + 22;
        }
    }

    private Scale scale() {
        TreeSet<Long> marks = new TreeSet<>();
        for (Snapshot.Region r : snapshot.regions()) {
            marks.add(r.base());
            marks.add(r.base() + r.size());
        }
        long low = marks.first();
        long high = marks.last();
        for (Reach each : reach) {
            each.windows().list().forEach(w -> {
                mark(marks, w.first(), low, high);
                mark(marks, w.last() + 1, low, high);
            });
        }
        return new Scale(marks, TOP, HEIGHT);
    }

    private static void mark(TreeSet<Long> marks, long address, long low, long high) {
        if (address > low && address < high) {
            marks.add(address);
        }
    }

    private void overview(Scale scale) {
        svg.text(MAP, TOP - 12, HEAD, "regions");
        svg.text(MAP - 10, TOP - 12, MONO + " text-anchor=\"end\"", "not to scale");
        for (long mark : scale.marks()) {
            double y = scale.y(mark);
            svg.line(MAP - 6, y, BANDS + reach.size() * BAND, y, "stroke=\"#d5dde2\" stroke-width=\"0.7\" stroke-dasharray=\"2 3\"");
            svg.text(MAP - 10, y + 3.5, MONO + " text-anchor=\"end\"", hex(mark));
        }
        List<Snapshot.Region> bySize = new ArrayList<>(snapshot.regions());
        bySize.sort(Comparator.comparingLong(Snapshot.Region::size).reversed());
        for (Snapshot.Region r : bySize) {
            region(scale, r, bySize.stream().anyMatch(o -> o != r && o.size() > r.size() && within(r, o)));
        }
        for (Block block : blocks()) {
            double top = scale.y(block.end());
            svg.rect(MAP + 54, top, MAP_WIDTH - 60, scale.y(block.base()) - top, "fill=\"" + colour(block.set()) + "\"", title(block));
        }
    }

    private static boolean within(Snapshot.Region r, Snapshot.Region o) {
        return Long.compareUnsigned(o.base(), r.base()) <= 0 && Long.compareUnsigned(r.base() + (r.size() - 1), o.base() + (o.size() - 1)) <= 0;
    }

    private void region(Scale scale, Snapshot.Region r, boolean inside) {
        double inset = inside ? 48 : 0;
        double top = scale.y(r.base() + r.size());
        double height = scale.y(r.base()) - top;
        svg.rect(MAP + inset, top, MAP_WIDTH - inset, height, "rx=\"2\" stroke=\"#6b7d8a\" stroke-width=\"1\" fill=\"" + (r.lodged() ? "url(#lent)" : "#e9f0f4") + "\"",
                r.name() + ": " + Quantity.text(r.size()) + " from " + hex(r.base()));
        for (Extent hole : r.reserved()) {
            double holeTop = scale.y(r.base() + hole.end());
            double holeHeight = scale.y(r.base() + hole.offset()) - holeTop;
            svg.rect(MAP + 1, holeTop, MAP_WIDTH - 2, holeHeight, "fill=\"url(#taken)\"", "reserved " + Quantity.text(hole.size()));
            if (holeHeight >= 14) {
                svg.text(MAP + 4, holeTop + holeHeight / 2 + 3, "font-size=\"9\"", "reserved");
            }
        }
        String name = r.name() + "  " + Quantity.text(r.size());
        svg.rect(MAP + inset + 4, top + 4, 6.6 * name.length() + 6, 14, "rx=\"2\" fill=\"#ffffff\" fill-opacity=\"0.85\"");
        svg.text(MAP + inset + 7, top + 15, SMALL + " font-weight=\"bold\"", name);
    }

    private void bands(Scale scale) {
        svg.text(BANDS, TOP - 12, HEAD, "who reaches what");
        for (int i = 0; i < reach.size(); i++) {
            double x = BANDS + i * BAND;
            for (Windows.Window w : reach.get(i).windows().list()) {
                long last = w.last() == -1 ? Long.MAX_VALUE : w.last() < 0 ? Long.MAX_VALUE : w.last() + 1;
                double top = scale.y(last);
                svg.rect(x, top, BAND - 14, scale.y(w.first() < 0 ? Long.MAX_VALUE : w.first()) - top, "rx=\"3\" fill=\"#7fa3bd\" fill-opacity=\"0.55\" stroke=\"#517792\" stroke-width=\"0.8\"",
                        reach.get(i).device() + ": " + reach.get(i).windows());
            }
            double y = TOP + HEIGHT - 8;
            svg.text(x + 14, y, SMALL + String.format(Locale.ROOT, " transform=\"rotate(-90 %.1f %.1f)\"", x + 14, y), reach.get(i).device());
        }
    }

    /** The regions with buffers in them, each from its first buffer to its last; what lies between is shortened. */
    private double zoom(double x) {
        double y = TOP;
        svg.text(x, TOP - 12, HEAD, "buffers");
        svg.text(x + 70, TOP - 12, MONO, "not to scale");
        for (Snapshot.Region r : snapshot.regions()) {
            List<Block> here = blocks().stream().filter(b -> Long.compareUnsigned(b.base() - r.base(), r.size()) < 0 && inRegion(r, b)).toList();
            if (!here.isEmpty()) {
                y = zoom(x, y, r, here) + 22;
            }
        }
        return y;
    }

    private boolean inRegion(Snapshot.Region r, Block b) {
        return r.extents().stream().anyMatch(o -> r.base() + o.extent().offset() == b.base());
    }

    private double zoom(double x, double from, Snapshot.Region r, List<Block> blocks) {
        double y = from;
        String served = snapshot.seats().stream().filter(s -> s.kind().equals("allocator") && s.name().equals(r.name())).map(Snapshot.Seat::plugin).findFirst().orElse("");
        svg.text(x, y + 11, SMALL + " font-weight=\"bold\"", r.name() + (served.isEmpty() ? "" : "  \u00b7  " + served));
        y += 20;
        List<Block> shown = new ArrayList<>(blocks.subList(0, Math.min(BLOCKS, blocks.size())));
        shown.sort((a, b) -> Long.compareUnsigned(b.base(), a.base()));
        for (int i = 0; i < shown.size(); i++) {
            Block b = shown.get(i);
            double height = 18 + 2.2 * Math.log(1 + b.size() / 65536.0);
            svg.rect(x + 82, y, 200, height, "rx=\"2\" stroke=\"#ffffff\" stroke-width=\"1\" fill=\"" + colour(b.set()) + "\" fill-opacity=\"" + (b.buffer() % 2 == 0 ? "0.95" : "0.78") + "\"",
                    title(b));
            svg.text(x + 92, y + height / 2 + 4, SMALL + " fill=\"#ffffff\" font-weight=\"bold\"", "b" + b.buffer() + (objects(b) > 1 ? "." + b.object() : ""));
            svg.text(x + 272, y + height / 2 + 4, SMALL + " fill=\"#ffffff\" text-anchor=\"end\"", size(b.size()));
            svg.text(x + 76, y + height - 1, MONO + " text-anchor=\"end\"", hex(b.base()));
            svg.text(x + 290, y + height / 2 + 4, SMALL + " fill=\"#5b6b78\"", sets.get(b.set()).writer());
            y += height;
            if (i + 1 < shown.size() && shown.get(i + 1).end() != b.base()) {
                svg.rect(x + 82, y, 200, 13, "fill=\"" + (r.lodged() ? "url(#lent)" : "#e9f0f4") + "\"");
                svg.text(x + 182, y + 10, "font-size=\"9\" fill=\"#5b6b78\" text-anchor=\"middle\"", size(b.base() - shown.get(i + 1).end()) + " between");
                y += 13;
            }
        }
        if (shown.size() < blocks.size()) {
            svg.text(x + 82, y + 13, SMALL, "\u2026 and " + (blocks.size() - shown.size()) + " further pieces");
            y += 18;
        }
        return y;
    }

    private List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int set = 0; set < sets.size(); set++) {
            for (Snapshot.Buffer buffer : snapshot.buffers()) {
                if (sets.get(set).ids().contains(buffer.id())) {
                    for (int object = 0; object < buffer.objects().size(); object++) {
                        pieces(blocks, set, buffer.id().number(), object, buffer.objects().get(object).extents());
                    }
                }
            }
        }
        return blocks;
    }

    private void pieces(List<Block> blocks, int set, long buffer, int object, List<Extent> extents) {
        int first = blocks.size();
        for (Extent e : extents) {
            long base = snapshot.regions().stream().filter(r -> r.name().equals(e.region().name())).mapToLong(Snapshot.Region::base).findFirst().orElse(0) + e.offset();
            Block last = blocks.size() > first ? blocks.getLast() : null;
            if (last != null && last.end() == base) {
                blocks.set(blocks.size() - 1, new Block(set, buffer, object, last.base(), last.size() + e.size()));
            } else {
                blocks.add(new Block(set, buffer, object, base, e.size()));
            }
        }
    }

    private long objects(Block b) {
        return snapshot.buffers().stream().filter(o -> o.id().number() == b.buffer()).mapToLong(o -> o.objects().size()).findFirst().orElse(1);
    }

    private static String title(Block b) {
        return "buffer " + b.buffer() + ", object " + b.object() + ": " + hex(b.base()) + ", " + size(b.size());
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? bytes / 1024 + " KiB" : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    private static String colour(int set) {
        return COLOURS[set % COLOURS.length];
    }
}
