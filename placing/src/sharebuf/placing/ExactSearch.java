package sharebuf.placing;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds scattered extents under several rules at once, or shows that there are none: dynamic programming over granules.
 *
 * <p>Confined to one search.
 *
 * <h2>Notation</h2>
 * <ul>
 * <li><em>order</em>: the free granules in the order in which chosen ones follow each other in the object, usually ascending.
 * <li><em>path</em>: chosen granules that follow each other in the order without one left out. Paths may stand in the object in any
 * sequence: no segment goes from one to the next.
 * <li><em>label</em>: for each rule the segments begun so far, and the bytes of the open one.
 * <li><em>state</em>: how many granules were chosen, whether some path begins at an aligned address (it will be put first), whether
 * the last granule of the order was chosen. A state has those labels of which none is as good as another for every rule.
 * </ul>
 *
 * <h2>Why it is complete</h2>
 * Choosing a granule next to a chosen one never costs a rule more than choosing it apart, so paths are as long as they can be, except
 * where one must begin for the alignment: there both are tried. Fewer segments are better whatever the open one holds, and of as many
 * segments the emptier open one. Addresses follow each other on a bus where they do not for the CPU only at the edges of DMA ranges
 * (<em>seams</em>); then each order that {@link Seams} makes is tried.
 *
 * <h2>Cost</h2>
 * Granules free times granules wanted times labels a state; {@link #STEPS} at most.
 */
final class ExactSearch {
    /** Labels made before the search gives up: about a second. */
    static final long STEPS = 6_000_000;

    private final Cutter[] cutters;
    private final long base;
    private final long granule;
    private final long align;
    private final int wanted;
    private final boolean tooLarge;
    private long steps;

    private record Label(long[] counts, long[] fills, Label before, int at, boolean begins) {
    }

    ExactSearch(List<Cutter> cutters, long base, long granule, long align, long wanted) {
        this.cutters = cutters.toArray(Cutter[]::new);
        this.base = base;
        this.granule = granule;
        this.align = align;
        this.tooLarge = wanted > STEPS;
        this.wanted = tooLarge ? 0 : (int) wanted;
    }

    Scatter.Answer search(List<Gap> gaps) {
        if (tooLarge || gaps.stream().mapToLong(Gap::size).sum() / granule > STEPS / wanted) {
            return Scatter.Answer.UNSURE;
        }
        try {
            Seams seams = new Seams(cutters, base, granule);
            if (seams.count() == 0) {
                return sequence(gaps);
            }
            for (List<Gap> order : seams.orders(gaps)) {
                Scatter.Answer answer = sequence(order);
                if (answer.found()) {
                    return answer;
                }
            }
            return seams.complete() ? Scatter.Answer.NONE : Scatter.Answer.UNSURE;
        } catch (TooMany e) {
            return Scatter.Answer.UNSURE;
        }
    }

    // ------------------------------------------------------------------ one sequence

    private Scatter.Answer sequence(List<Gap> gaps) {
        long[] order = gaps.stream().flatMapToLong(g -> java.util.stream.LongStream.range(0, g.size() / granule).map(i -> g.offset() + i * granule)).toArray();
        // Looking at a state costs about a quarter of making a label.
        steps += (long) order.length * wanted / 4;
        if (steps > STEPS) {
            throw new TooMany();
        }
        List<List<Label>> states = new ArrayList<>();
        for (int i = 0; i < 4 * (wanted + 1); i++) {
            states.add(new ArrayList<>(1));
        }
        states.get(0).add(new Label(new long[cutters.length], new long[cutters.length], null, -1, true));
        for (int i = 0; i < order.length; i++) {
            boolean aligned = (base + order[i] & align - 1) == 0;
            int least = Math.max(1, wanted - (order.length - i - 1));
            for (int n = Math.min(wanted, i + 1); n >= least; n--) {
                for (int start = 0; start <= 1; start++) {
                    leaveOut(states, n, start);
                }
                choose(states, n, order, i, aligned);
            }
            List<Label> done = states.get(state(wanted, 1, 1));
            if (!done.isEmpty()) {
                return new Scatter.Answer(gapsOf(done.getFirst(), order), false);
            }
        }
        return Scatter.Answer.NONE;
    }

    private static int state(int chosen, int start, int last) {
        return 4 * chosen + 2 * start + last;
    }

    /** The granule is not chosen: what was open is closed. */
    private static void leaveOut(List<List<Label>> states, int n, int start) {
        List<Label> open = states.get(state(n, start, 1));
        List<Label> closed = states.get(state(n, start, 0));
        for (Label label : open) {
            keep(closed, label, false);
        }
        states.set(state(n, start, 1), new ArrayList<>(1));
    }

    private void choose(List<List<Label>> states, int n, long[] order, int i, boolean aligned) {
        for (int start = 0; start <= 1; start++) {
            int begun = aligned ? 1 : start;
            for (Label label : states.get(state(n - 1, start, 0))) {
                add(states.get(state(n, begun, 1)), label, order, i, true);
            }
            for (Label label : states.get(state(n - 1, start, 1))) {
                add(states.get(state(n, start, 1)), label, order, i, false);
                if (begun != start) {
                    add(states.get(state(n, begun, 1)), label, order, i, true);
                }
            }
        }
    }

    private void add(List<Label> labels, Label before, long[] order, int i, boolean begins) {
        if (++steps > STEPS) {
            throw new TooMany();
        }
        long[] counts = new long[cutters.length];
        long[] fills = new long[cutters.length];
        long[] more = new long[1];
        for (int r = 0; r < cutters.length; r++) {
            long cpu = base + order[i];
            boolean goesOn = !begins && cutters[r].busOf(base + order[i - 1] + (granule - 1)) + 1 == cutters[r].busOf(cpu);
            more[0] = 0;
            fills[r] = cutters[r].advance(cpu, granule, goesOn ? before.fills[r] : 0, more);
            counts[r] = before.counts[r] + more[0];
            if (counts[r] > cutters[r].maxCount()) {
                return;
            }
        }
        keep(labels, new Label(counts, fills, before, i, begins), true);
    }

    /** Keeps a label unless another is as good for every rule; drops those that are now beaten. */
    private static void keep(List<Label> labels, Label label, boolean open) {
        for (Label other : labels) {
            if (asGood(other, label, open)) {
                return;
            }
        }
        labels.removeIf(other -> asGood(label, other, open));
        labels.add(label);
    }

    private static boolean asGood(Label a, Label b, boolean open) {
        for (int r = 0; r < a.counts.length; r++) {
            if (a.counts[r] > b.counts[r] || open && a.counts[r] == b.counts[r] && a.fills[r] > b.fills[r]) {
                return false;
            }
        }
        return true;
    }

    private List<Gap> gapsOf(Label last, long[] order) {
        List<List<Gap>> paths = new ArrayList<>();
        List<Gap> path = new ArrayList<>();
        for (Label label = last; label.at >= 0; label = label.before) {
            path.addFirst(new Gap(order[label.at], granule));
            if (label.begins) {
                paths.addFirst(path);
                path = new ArrayList<>();
            }
        }
        for (int i = 0; i < paths.size(); i++) {
            if ((base + paths.get(i).getFirst().offset() & align - 1) == 0) {
                paths.addFirst(paths.remove(i));
                break;
            }
        }
        List<Gap> gaps = new ArrayList<>();
        for (Gap gap : paths.stream().flatMap(List::stream).toList()) {
            if (!gaps.isEmpty() && gaps.getLast().end() == gap.offset()) {
                gaps.set(gaps.size() - 1, new Gap(gaps.getLast().offset(), gaps.getLast().size() + granule));
            } else {
                gaps.add(gap);
            }
        }
        return gaps;
    }

    /** The search is too large. Never leaves this class. */
    private static final class TooMany extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMany() {
            super(null, null, false, false);
        }
    }
}
