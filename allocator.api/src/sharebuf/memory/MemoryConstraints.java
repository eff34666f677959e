package sharebuf.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.format.Layout;

/**
 * What memory must be, seen through the mappings of all uses: CPU addresses, with those who asked for each value.
 *
 * <p>Immutable. {@link #merge} is commutative, associative, idempotent and never loosens anything.
 *
 * @param reach the addresses that every device can send
 * @param align alignment of the first byte of an object, a power of two in bytes
 * @param rules how each use cuts an object into segments; uses that take any segments have none
 * @param regions permitted regions by plane, after {@link #perObject} by object; what is absent may lie anywhere, an empty set is a conflict
 * @param declared constraints that the core does not know, by name, as each use declared them: a contradiction has no merged value,
 *        so that what was declared is kept and {@link #vendor} and {@link #conflicts} follow from it
 */
public record MemoryConstraints(Asked<Windows> reach, Asked<Long> align, SortedSet<SegmentRule> rules,
        SortedMap<Integer, Asked<SortedSet<String>>> regions, SortedMap<String, SortedMap<UseId, VendorConstraint>> declared) {

    /** No constraint at all: the neutral element of the merge. */
    public static final MemoryConstraints NONE = new MemoryConstraints(Asked.byNobody(Windows.ALL), Asked.byNobody(1L), new TreeSet<>(),
            new TreeMap<>(), new TreeMap<>());

    /** Copies. */
    public MemoryConstraints {
        rules = rules.isEmpty() ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(new TreeSet<>(rules));
        regions = regions.isEmpty() ? Collections.emptySortedMap() : Collections.unmodifiableSortedMap(new TreeMap<>(regions));
        if (declared.isEmpty()) {
            declared = Collections.emptySortedMap();
        } else {
            TreeMap<String, SortedMap<UseId, VendorConstraint>> copy = new TreeMap<>();
            declared.forEach((name, byUse) -> copy.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(byUse))));
            declared = Collections.unmodifiableSortedMap(copy);
        }
    }

    /**
     * A use without an IOMMU: its windows, cut at the mask, are translated to CPU addresses.
     *
     * @param use the use
     * @param dma what it declares
     * @return what memory must be for it
     */
    public static MemoryConstraints direct(UseId use, DmaConstraints dma) {
        List<DmaRange> ranges = new ArrayList<>();
        List<Windows.Window> windows = new ArrayList<>();
        if (dma.ranges().isEmpty()) {
            windows.add(new Windows.Window(0, dma.mask()));
        }
        for (DmaRange range : dma.ranges()) {
            if (Long.compareUnsigned(range.bus(), dma.mask()) <= 0) {
                long last = Long.compareUnsigned(range.lastBus(), dma.mask()) <= 0 ? range.lastBus() : dma.mask();
                long size = last - range.bus() + 1;
                ranges.add(new DmaRange(range.bus(), range.cpu(), size));
                windows.add(new Windows.Window(range.cpu(), range.cpu() + (size - 1)));
            }
        }
        Windows reach = new Windows(windows);
        SegmentLimits limits = dma.segments();
        boolean matters = !limits.equals(SegmentLimits.NONE);
        return of(use, dma, reach, matters ? List.of(new SegmentRule(use, limits, ranges)) : List.of());
    }

    /**
     * A use behind an IOMMU that can map any pages to one range: memory may lie anywhere.
     *
     * @param use the use
     * @param dma what it declares
     * @return what memory must be for it
     */
    public static MemoryConstraints translated(UseId use, DmaConstraints dma) {
        return of(use, dma, Windows.ALL, List.of());
    }

    private static MemoryConstraints of(UseId use, DmaConstraints dma, Windows reach, List<SegmentRule> rules) {
        TreeSet<UseId> by = new TreeSet<>(List.of(use));
        TreeMap<Integer, Asked<SortedSet<String>>> regions = new TreeMap<>();
        dma.regions().forEach((plane, names) -> regions.put(plane, new Asked<>(names, by)));
        TreeMap<String, SortedMap<UseId, VendorConstraint>> declared = new TreeMap<>();
        dma.vendor().forEach(v -> declared.put(v.name(), new TreeMap<>(Map.of(use, v))));
        return new MemoryConstraints(reach.equals(Windows.ALL) ? Asked.byNobody(reach) : new Asked<>(reach, by),
                dma.align() == 1 ? Asked.byNobody(1L) : new Asked<>(dma.align(), by), new TreeSet<>(rules), regions, declared);
    }

    /**
     * What memory must be for both.
     *
     * @param other the other side
     * @return the merged constraints; contradictions are kept in {@link #reach} (no address), {@link #regions} (no name) and
     *         {@link #declared}
     */
    public MemoryConstraints merge(MemoryConstraints other) {
        return merged(List.of(this, other));
    }

    /**
     * What memory must be for all: the same as merging them one after another, in whatever order.
     *
     * @param all constraints of any number of uses
     * @return the merged constraints, {@link #NONE} of none
     */
    public static MemoryConstraints merged(Collection<MemoryConstraints> all) {
        Windows windows = Windows.ALL;
        TreeSet<UseId> reachBy = new TreeSet<>();
        long largest = 1;
        TreeSet<UseId> alignBy = new TreeSet<>();
        TreeSet<SegmentRule> rules = new TreeSet<>();
        TreeMap<Integer, Asked<SortedSet<String>>> regions = new TreeMap<>();
        TreeMap<String, SortedMap<UseId, VendorConstraint>> declared = new TreeMap<>();
        for (MemoryConstraints each : all) {
            windows = windows.and(each.reach.value());
            reachBy.addAll(each.reach.by());
            if (each.align.value() > largest) {
                largest = each.align.value();
                alignBy.clear();
            }
            if (each.align.value() == largest) {
                alignBy.addAll(each.align.by());
            }
            rules.addAll(each.rules);
            each.regions.forEach((plane, names) -> regions.merge(plane, names, MemoryConstraints::intersect));
            each.declared.forEach((name, byUse) -> declared.computeIfAbsent(name, n -> new TreeMap<>()).putAll(byUse));
        }
        return new MemoryConstraints(new Asked<>(windows, reachBy), new Asked<>(largest, alignBy), rules, regions, declared);
    }

    /**
     * The same for a buffer that is laid out so: regions by object, each what all planes of the object permit. Allocators see constraints
     * in this form only, since they place objects.
     *
     * @param layout objects and planes
     * @return constraints whose {@link #regions} are by object; planes that the layout has not are dropped, an empty set is an object whose
     *         planes may not lie together
     */
    public MemoryConstraints perObject(Layout layout) {
        if (regions.isEmpty()) {
            return this;
        }
        TreeMap<Integer, Asked<SortedSet<String>>> objects = new TreeMap<>();
        regions.forEach((plane, names) -> {
            boolean whole = layout.planes().isEmpty() && plane == 0;
            if (whole || plane < layout.planes().size()) {
                objects.merge(whole ? 0 : layout.planes().get(plane).object(), names, MemoryConstraints::intersect);
            }
        });
        return new MemoryConstraints(reach, align, rules, objects, declared);
    }

    /**
     * The merged constraints that the core does not know.
     *
     * @return by name, without those that contradict each other
     */
    public SortedMap<String, Asked<VendorConstraint>> vendor() {
        if (declared.isEmpty()) {
            return Collections.emptySortedMap();
        }
        TreeMap<String, Asked<VendorConstraint>> merged = new TreeMap<>();
        declared.forEach((name, byUse) -> VendorMerge.merge(byUse).ifPresent(v -> merged.put(name, v)));
        return merged;
    }

    /**
     * Constraints that the core does not know and that contradict each other.
     *
     * @return as text: the name, then each value with who declared it
     */
    public SortedSet<String> conflicts() {
        if (declared.isEmpty()) {
            return Collections.emptySortedSet();
        }
        TreeSet<String> texts = new TreeSet<>();
        declared.forEach((name, byUse) -> {
            if (VendorMerge.merge(byUse).isEmpty()) {
                texts.add(name + ": nothing in common of " + String.join(", ",
                        byUse.entrySet().stream().map(e -> e.getValue().rule() + " " + e.getValue().value() + " for " + e.getKey()).toList()));
            }
        });
        return texts;
    }

    /**
     * Whether an object may lie there, as far as addresses go.
     *
     * @param spans the object's memory in order
     * @return empty when it may; else the first thing that is wrong
     */
    public Optional<Violation> judge(List<Span> spans) {
        for (Span span : spans) {
            if (!reach.value().contains(span)) {
                return Optional.of(new Violation("reach", span.toString(), reach.value().toString(), reach.by()));
            }
        }
        if (Long.remainderUnsigned(spans.getFirst().base(), align.value()) != 0) {
            return Optional.of(new Violation("align", spans.getFirst().toString(), "a multiple of 0x" + Long.toHexString(align.value()), align.by()));
        }
        for (SegmentRule rule : rules) {
            int count = rule.segments(spans).size();
            if (count == 0 || count > rule.limits().maxCount()) {
                return Optional.of(new Violation("segments", count + " segments", rule.limits().toString(), new TreeSet<>(List.of(rule.by()))));
            }
        }
        return Optional.empty();
    }

    /**
     * Whether some use takes one segment only.
     *
     * @return true when memory must be contiguous
     */
    public boolean contiguous() {
        for (SegmentRule rule : rules) {
            if (rule.limits().maxCount() == 1) {
                return true;
            }
        }
        return false;
    }

    /**
     * A broken constraint.
     *
     * @param constraint its name: {@code reach}, {@code align}, {@code segments}
     * @param found what there is
     * @param needed what is asked for
     * @param by who asks
     */
    public record Violation(String constraint, String found, String needed, SortedSet<UseId> by) {
        /** Copies the set. */
        public Violation {
            by = Collections.unmodifiableSortedSet(new TreeSet<>(by));
        }
    }

    private static Asked<SortedSet<String>> intersect(Asked<SortedSet<String>> a, Asked<SortedSet<String>> b) {
        TreeSet<String> both = new TreeSet<>(a.value());
        both.retainAll(b.value());
        return a.and(b.by(), Collections.unmodifiableSortedSet(both));
    }
}
