package sharebuf.app.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionKind;

/**
 * Draws where the buffers lie when the kernel picked the pages: one column a region with buffers in it, each object with what is known of
 * it. Addresses are unknown, and so is who reaches what; neither is drawn.
 *
 * <p>Confined to one thread.
 */
final class KernelMap {
    private static final String[] COLOURS = {"#2f6fb7", "#c9573c", "#3c9163", "#8657a6", "#b08a1e", "#2a8f9c"};
    private static final String SMALL = "font-size=\"10.5\"";
    private static final String MONO = "font-size=\"10\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" fill=\"#5b6b78\"";
    private static final double TOP = 122;
    private static final double COLUMN = 330;
    private static final double BAR = 190;
    private static final int MOST = 26;

    private final Svg svg = new Svg();
    private final List<SetReport> sets;
    private final Snapshot snapshot;

    /** A piece of an object. */
    private record Piece(int set, String name, Extent extent) {
    }

    private KernelMap(List<SetReport> sets, Snapshot snapshot) {
        this.sets = sets;
        this.snapshot = snapshot;
    }

    static String draw(String board, List<SetReport> sets, Snapshot snapshot) {
        return new KernelMap(sets, snapshot).draw(board);
    }

    private String draw(String board) {
        svg.text(30, 38, "font-size=\"19\" font-weight=\"bold\"", "Memory of " + board);
        double x = 30;
        for (int i = 0; i < sets.size(); i++) {
            String name = sets.get(i).writer() + " \u2192 " + String.join(" + ", sets.get(i).readers());
            svg.rect(x, 54, 13, 13, "rx=\"2\" fill=\"" + colour(i) + "\"");
            svg.text(x + 19, 65, "", name);
            x += 19 + 7.4 * name.length() + 26;
        }
        svg.text(30, 90, MONO, "addresses: unknown, the kernel picks the pages; sizes as drawn are not to scale");
        double bottom = TOP;
        double column = 30;
        for (Snapshot.Region region : snapshot.regions()) {
            List<Piece> pieces = pieces(region);
            if (!pieces.isEmpty()) {
                bottom = Math.max(bottom, column(column, region, pieces));
                column += COLUMN;
            }
        }
        return svg.document(Math.max(Math.max(x, column), 560) + 20, bottom + 30, "Memory of " + board);
    }

    private double column(double x, Snapshot.Region region, List<Piece> pieces) {
        boolean placed = region.kind() == RegionKind.PLACED;
        String served = snapshot.seats().stream().filter(s -> s.kind().equals("allocator") && s.name().equals(region.name())).map(Snapshot.Seat::plugin).findFirst().orElse("");
        svg.text(x, TOP, SMALL + " font-weight=\"bold\"", region.name() + (served.isEmpty() ? "" : "  \u00b7  " + served));
        svg.text(x, TOP + 15, MONO, (placed ? "placed: offsets in its file, " : "granted: ") + size(region.used()) + " of at most " + size(region.size()));
        double y = TOP + 26;
        for (Piece piece : pieces.subList(0, Math.min(MOST, pieces.size()))) {
            double height = 18 + 2.2 * Math.log(1 + piece.extent().size() / 65536.0);
            svg.rect(x + 82, y, BAR, height, "rx=\"2\" stroke=\"#ffffff\" stroke-width=\"1\" fill=\"" + colour(piece.set()) + "\"", piece.name() + ": " + piece.extent());
            svg.text(x + 92, y + height / 2 + 4, SMALL + " fill=\"#ffffff\" font-weight=\"bold\"", piece.name());
            svg.text(x + 72 + BAR, y + height / 2 + 4, SMALL + " fill=\"#ffffff\" text-anchor=\"end\"", size(piece.extent().size()));
            if (placed) {
                svg.text(x + 76, y + height - 1, MONO + " text-anchor=\"end\"", "+0x" + Long.toHexString(piece.extent().offset()));
            }
            y += height;
        }
        if (pieces.size() > MOST) {
            svg.text(x + 82, y + 13, SMALL, "\u2026 and " + (pieces.size() - MOST) + " further pieces");
            y += 18;
        }
        return y;
    }

    private List<Piece> pieces(Snapshot.Region region) {
        List<Piece> pieces = new ArrayList<>();
        for (int set = 0; set < sets.size(); set++) {
            for (Snapshot.Buffer buffer : snapshot.buffers()) {
                if (sets.get(set).ids().contains(buffer.id())) {
                    for (int object = 0; object < buffer.objects().size(); object++) {
                        String name = "b" + buffer.id().number() + (buffer.objects().size() > 1 ? "." + object : "");
                        int of = set;
                        buffer.objects().get(object).extents().stream().filter(e -> e.region().name().equals(region.name()))
                                .forEach(e -> pieces.add(new Piece(of, name, e)));
                    }
                }
            }
        }
        return pieces;
    }

    private static String size(long bytes) {
        return bytes < 1 << 20 ? bytes / 1024 + " KiB" : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }

    private static String colour(int set) {
        return COLOURS[set % COLOURS.length];
    }
}
