package sharebuf.placing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import sharebuf.device.DmaRange;

/**
 * Where addresses follow each other on some bus though not for the CPU, and the orders of granules that this makes worth trying.
 *
 * <p>Confined to one search.
 *
 * <pre>
 *   CPU   ├────── L ──────┼────── U ──────┤        bus   ├────── U ──────┼────── L ──────┤
 * </pre>
 *
 * A seam leads from the end of U to the start of L, a plain step from the end of L to the start of U: a ring. A path may go round it,
 * from within L through U back to below where it began, so a stretch (<em>zone</em>) is also tried in two parts. One ring is cut by one
 * such parting; with several seams there may be several rings, and then the orders are not all there are.
 */
final class Seams {
    /** More zones than these are not permuted: 6! orders. */
    private static final int ZONES = 6;

    private final long base;
    private final long granule;
    private final TreeSet<Long> edges = new TreeSet<>(Long::compareUnsigned);
    private final Set<List<Long>> seams = new HashSet<>();
    private boolean complete = true;

    Seams(Cutter[] cutters, long base, long granule) {
        this.base = base;
        this.granule = granule;
        for (Cutter cutter : cutters) {
            for (DmaRange a : cutter.rule().ranges()) {
                addEdge(a.cpu());
                addEdge(a.cpu() + a.size());
                for (DmaRange b : cutter.rule().ranges()) {
                    if (a.bus() + a.size() == b.bus() && a.cpu() + a.size() != b.cpu()) {
                        seams.add(List.of(a.cpu() + a.size(), b.cpu()));
                    }
                }
            }
        }
    }

    /** A granule that an edge cuts is a zone of its own. */
    private void addEdge(long cpu) {
        long before = base + (cpu - base & -granule);
        edges.add(before);
        if (before != cpu) {
            edges.add(before + granule);
        }
    }

    int count() {
        return seams.size();
    }

    /** Whether the orders made so far are all that matter. */
    boolean complete() {
        return complete && seams.size() <= 1;
    }

    /** Made one by one, because the first ones usually do. */
    Iterable<List<Gap>> orders(List<Gap> gaps) {
        List<List<Gap>> whole = zones(gaps);
        if (whole.size() > ZONES) {
            complete = false;
            return List.of(gaps);
        }
        List<List<List<Gap>>> parted = new ArrayList<>(List.of(whole));
        if (whole.size() == ZONES) {
            complete = false;
        } else {
            for (int z = 0; z < whole.size(); z++) {
                for (int cut = 1; cut < whole.get(z).size(); cut++) {
                    List<List<Gap>> zones = new ArrayList<>(whole);
                    List<Gap> zone = zones.remove(z);
                    zones.add(z, zone.subList(cut, zone.size()));
                    zones.add(z + 1, zone.subList(0, cut));
                    parted.add(zones);
                }
            }
        }
        return () -> parted.stream().flatMap(zones -> permutations(zones).stream()).iterator();
    }

    private List<List<Gap>> zones(List<Gap> gaps) {
        List<List<Gap>> zones = new ArrayList<>();
        Long zone = null;
        for (Gap gap : gaps) {
            for (long at = gap.offset(); at < gap.end(); at += granule) {
                Long here = edges.floor(base + at);
                if (zones.isEmpty() || !Objects.equals(here, zone)) {
                    zones.add(new ArrayList<>());
                    zone = here;
                }
                zones.getLast().add(new Gap(at, granule));
            }
        }
        return zones;
    }

    private static List<List<Gap>> permutations(List<List<Gap>> zones) {
        if (zones.size() <= 1) {
            return List.of(zones.isEmpty() ? List.of() : zones.getFirst());
        }
        List<List<Gap>> all = new ArrayList<>();
        for (int first = 0; first < zones.size(); first++) {
            List<List<Gap>> rest = new ArrayList<>(zones);
            List<Gap> head = rest.remove(first);
            for (List<Gap> tail : permutations(rest)) {
                List<Gap> order = new ArrayList<>(head);
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
