package sharebuf.deploy;

import java.util.ArrayList;
import java.util.List;
import sharebuf.memory.Span;

/**
 * Memory and regions of a board. Tells the first thing that cannot be; knows addresses and names, no configuration.
 *
 * <p>Confined to one thread. A region lies inside one memory; two regions share bytes only where one of them keeps its hands off.
 */
final class MemoryMap {
    /** A part that cannot be. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;
        /** Whose it is, as added. */
        final String owner;
        /** {@code size} or {@code reserved}. */
        final String key;
        /** What stands there. */
        final String value;

        Misfit(String owner, String key, String value, String allowed) {
            super(allowed);
            this.owner = owner;
            this.key = key;
            this.value = value;
        }
    }

    private record Part(String owner, Span span, List<Span> holes) {
    }

    private final List<Part> memories = new ArrayList<>();
    private final List<Part> regions = new ArrayList<>();

    /** Adds memory; it may overlap no other memory. */
    void memory(String owner, Span span) throws Misfit {
        for (Part other : memories) {
            if (overlap(span, other.span)) {
                throw new Misfit(owner, "base", span.toString(), "nothing that overlaps " + other.owner + " at " + other.span);
            }
        }
        memories.add(new Part(owner, span, List.of()));
    }

    /** Adds a region; holes are CPU addresses. All memory was added before. */
    void region(String owner, Span span, List<Span> holes) throws Misfit {
        if (memories.stream().noneMatch(m -> inside(span, m.span))) {
            throw new Misfit(owner, "base", span.toString(), "inside the memory " + memories.stream().map(m -> m.span.toString()).toList());
        }
        for (int i = 0; i < holes.size(); i++) {
            Span hole = holes.get(i);
            if (!inside(hole, span)) {
                throw new Misfit(owner, "reserved", hole.toString(), "inside the region " + span);
            }
            for (Span other : holes.subList(0, i)) {
                if (overlap(hole, other)) {
                    throw new Misfit(owner, "reserved", hole.toString(), "nothing that overlaps " + other);
                }
            }
        }
        Part part = new Part(owner, span, List.copyOf(holes));
        for (Part other : regions) {
            if (overlap(span, other.span) && !keepsOff(part, other.span) && !keepsOff(other, span)) {
                throw new Misfit(owner, "base", span.toString(), "nothing that overlaps " + other.owner + " at " + other.span
                        + " outside of what one of the two has reserved");
            }
        }
        regions.add(part);
    }

    /** Whether what a part shares with a span lies in one of the part's holes. */
    private static boolean keepsOff(Part part, Span span) {
        long base = max(part.span.base(), span.base());
        long last = min(part.span.last(), span.last());
        return part.holes.stream().anyMatch(h -> Long.compareUnsigned(h.base(), base) <= 0 && Long.compareUnsigned(last, h.last()) <= 0);
    }

    private static boolean overlap(Span a, Span b) {
        return Long.compareUnsigned(a.base(), b.last()) <= 0 && Long.compareUnsigned(b.base(), a.last()) <= 0;
    }

    private static boolean inside(Span inner, Span outer) {
        return Long.compareUnsigned(outer.base(), inner.base()) <= 0 && Long.compareUnsigned(inner.last(), outer.last()) <= 0;
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) >= 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) <= 0 ? a : b;
    }
}
