package sharebuf.placing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Request;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;

/**
 * Finds scattered extents for an object when taking just any pages was not good enough: segment counts are short, boundaries cut,
 * the first byte must be aligned.
 *
 * <p>Immutable. Takes nothing.
 *
 * <h2>Steps</h2>
 * <ol>
 * <li>Bounds, each of which proves that there is no placement: bytes in all, an aligned start, and for each rule alone the bytes that
 * its largest segments hold.
 * <li>The largest stretches first: exact when rules only count.
 * <li>The largest blocks between boundaries first: exact for one rule whose limits are multiples of the granule.
 * <li>{@link ExactSearch} over granules: exact for several rules of any numbers. It has a bound on its steps; beyond it,
 * the answer is {@link Answer#unsure}.
 * </ol>
 */
public final class Scatter {
    /** The most pieces that are sorted for step 3; more of them means memory is not scarce but huge. */
    private static final long PIECES = 1 << 20;

    private final MemoryConstraints constraints;
    private final long base;
    private final long granule;
    private final long size;
    private final long align;
    private final List<Cutter> cutters;

    /**
     * What was found.
     *
     * @param gaps the stretches in the order of the object's bytes; empty when none was found
     * @param unsure true when none was found, yet one may exist: the search was too large
     */
    public record Answer(List<Gap> gaps, boolean unsure) {
        static final Answer NONE = new Answer(List.of(), false);
        static final Answer UNSURE = new Answer(List.of(), true);

        /**
         * Whether there is a placement.
         *
         * @return true when so
         */
        public boolean found() {
            return !gaps.isEmpty();
        }
    }

    /**
     * A search for a request.
     *
     * @param request the object
     * @param region where
     */
    public Scatter(Request request, MemoryRegion region) {
        constraints = request.constraints();
        base = region.base();
        granule = region.granule();
        size = request.sizeIn(granule);
        align = constraints.align().value();
        cutters = constraints.rules().stream().map(Cutter::new).toList();
    }

    /**
     * Searches.
     *
     * @param free what is free inside the reach of all devices, in ascending order
     * @return the answer
     */
    public Answer search(List<Gap> free) {
        List<Gap> gaps = reachable(free);
        if (impossible(gaps)) {
            return Answer.NONE;
        }
        Optional<List<Gap>> greedy = largestFirst(gaps).or(() -> largestFirst(blocks(gaps)));
        if (greedy.isPresent()) {
            return new Answer(greedy.get(), false);
        }
        return new ExactSearch(cutters, base, granule, align, size / granule).search(gaps);
    }

    /** Whether a list of stretches suits, as the broker will judge it. */
    boolean suits(List<Gap> gaps) {
        return constraints.judge(gaps.stream().map(g -> new sharebuf.memory.Span(base + g.offset(), g.size())).toList()).isEmpty();
    }

    /** Without granules that some rule cannot reach; reach windows have usually seen to that. */
    private List<Gap> reachable(List<Gap> free) {
        List<Gap> gaps = free;
        for (Cutter cutter : cutters) {
            if (gaps.stream().allMatch(g -> cutter.reaches(base + g.offset(), g.size()))) {
                continue;
            }
            List<Gap> rest = new ArrayList<>();
            for (Gap gap : gaps) {
                long from = gap.offset();
                for (long at = gap.offset(); at < gap.end(); at += granule) {
                    if (!cutter.reaches(base + at, granule)) {
                        if (at > from) {
                            rest.add(new Gap(from, at - from));
                        }
                        from = at + granule;
                    }
                }
                if (gap.end() > from) {
                    rest.add(new Gap(from, gap.end() - from));
                }
            }
            gaps = rest;
        }
        return gaps;
    }

    private boolean impossible(List<Gap> gaps) {
        if (gaps.stream().mapToLong(Gap::size).sum() < size || gaps.stream().noneMatch(g -> alignedIn(g) < g.end())) {
            return true;
        }
        return cutters.stream().anyMatch(c -> new SegmentBound(c, base).most(gaps) < size);
    }

    private long alignedIn(Gap gap) {
        return gap.offset() + (-(base + gap.offset()) & align - 1);
    }

    /** Takes the largest pieces; the last one is the smallest that holds the rest. */
    private Optional<List<Gap>> largestFirst(List<Gap> pieces) {
        List<Gap> sorted = new ArrayList<>(pieces);
        List<Gap> chosen = new ArrayList<>();
        long left = size;
        if (align > granule) {
            Gap first = cutAligned(sorted);
            chosen.add(first);
            left -= first.size();
        }
        sorted.sort(Comparator.comparingLong(Gap::size).thenComparingLong(Gap::offset).reversed());
        for (int i = 0; i < sorted.size() && left > 0; i++) {
            Gap piece = sorted.get(i);
            if (piece.size() >= left) {
                int fit = i;
                while (fit + 1 < sorted.size() && sorted.get(fit + 1).size() >= left) {
                    fit++;
                }
                piece = new Gap(sorted.get(fit).offset(), left);
            }
            chosen.add(piece);
            left -= piece.size();
        }
        if (left > 0) {
            return Optional.empty();
        }
        List<Gap> joined = firstAligned(joined(chosen), base, align);
        if (!suits(joined)) {
            // What was joined to the aligned piece may hide its start.
            joined = joined(chosen.subList(1, chosen.size()));
            joined.addFirst(chosen.getFirst());
        }
        return suits(joined) ? Optional.of(joined) : Optional.empty();
    }

    /** Cuts the largest piece with an aligned start out of a list that has one. */
    private Gap cutAligned(List<Gap> pieces) {
        Gap from = pieces.stream().max(Comparator.comparingLong(p -> p.end() - alignedIn(p))).orElseThrow();
        long at = alignedIn(from);
        Gap first = new Gap(at, Math.min(size, from.end() - at));
        pieces.remove(from);
        if (at > from.offset()) {
            pieces.add(new Gap(from.offset(), at - from.offset()));
        }
        if (first.end() < from.end()) {
            pieces.add(new Gap(first.end(), from.end() - first.end()));
        }
        return first;
    }

    /** Cuts stretches where some rule has a boundary. */
    private List<Gap> blocks(List<Gap> gaps) {
        long narrowest = cutters.stream().mapToLong(c -> c.rule().limits().boundary()).filter(b -> b != 0).min().orElse(0);
        if (narrowest == 0 || gaps.stream().mapToLong(Gap::size).sum() / Math.max(narrowest, granule) > PIECES) {
            return gaps;
        }
        List<Gap> blocks = new ArrayList<>();
        for (Gap gap : gaps) {
            for (long at = gap.offset(); at < gap.end();) {
                long next = gap.end() - at;
                for (Cutter cutter : cutters) {
                    next = Math.min(next, cutter.toBoundary(base + at));
                }
                long here = Math.max(granule, next & -granule);
                blocks.add(new Gap(at, here));
                at += here;
            }
        }
        return blocks;
    }

    /**
     * Puts a stretch with an aligned start first.
     *
     * @param gaps stretches
     * @param base CPU address of offset 0
     * @param align a power of two
     * @return the same stretches in another order; unchanged when none is aligned
     */
    public static List<Gap> firstAligned(List<Gap> gaps, long base, long align) {
        for (int i = 0; i < gaps.size(); i++) {
            if ((base + gaps.get(i).offset() & align - 1) == 0) {
                List<Gap> turned = new ArrayList<>(gaps);
                turned.addFirst(turned.remove(i));
                return turned;
            }
        }
        return gaps;
    }

    /**
     * Sorts and joins neighbours: fewer extents, fewer segments.
     *
     * @param gaps disjoint stretches
     * @return ascending
     */
    public static List<Gap> joined(List<Gap> gaps) {
        List<Gap> sorted = new ArrayList<>(gaps);
        sorted.sort(Comparator.comparingLong(Gap::offset));
        List<Gap> out = new ArrayList<>(sorted.size());
        for (Gap gap : sorted) {
            if (!out.isEmpty() && out.getLast().end() == gap.offset()) {
                out.set(out.size() - 1, new Gap(out.getLast().offset(), out.getLast().size() + gap.size()));
            } else {
                out.add(gap);
            }
        }
        return out;
    }
}
