package sharebuf.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of CPU addresses: disjoint windows in ascending order, neighbours joined.
 *
 * <p>Immutable. Ends are inclusive and unsigned, so that all 64 bits can be said.
 *
 * @param list the windows, normalised by the constructor
 */
public record Windows(List<Window> list) {
    /** Every address. */
    public static final Windows ALL = new Windows(List.of(new Window(0, -1)));
    /** No address. */
    public static final Windows NONE = new Windows(List.of());

    /**
     * One window.
     *
     * @param first lowest address, unsigned
     * @param last highest address, inclusive, unsigned, not below {@code first}
     */
    public record Window(long first, long last) {
        /** Checks the order. */
        public Window {
            if (Long.compareUnsigned(last, first) < 0) {
                throw new IllegalArgumentException("window 0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last) + ": ends before it starts");
            }
        }

        @Override
        public String toString() {
            return "0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last);
        }
    }

    /** Sorts and joins. */
    public Windows {
        list = joined(list);
    }

    /**
     * The addresses in both.
     *
     * @param other the other set
     * @return the intersection
     */
    public Windows and(Windows other) {
        if (this == ALL || other == ALL) {
            return this == ALL ? other : this;
        }
        List<Window> both = new ArrayList<>();
        for (Window a : list) {
            for (Window b : other.list) {
                long first = Long.compareUnsigned(a.first, b.first) >= 0 ? a.first : b.first;
                long last = Long.compareUnsigned(a.last, b.last) <= 0 ? a.last : b.last;
                if (Long.compareUnsigned(first, last) <= 0) {
                    both.add(new Window(first, last));
                }
            }
        }
        return new Windows(both);
    }

    /**
     * Whether a span lies inside. Neighbouring windows were joined, so one window must hold it.
     *
     * @param span the span
     * @return true when every byte is inside
     */
    public boolean contains(Span span) {
        for (Window w : list) {
            if (Long.compareUnsigned(w.first, span.base()) <= 0 && Long.compareUnsigned(span.last(), w.last) <= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether there is no address.
     *
     * @return true when empty
     */
    public boolean isEmpty() {
        return list.isEmpty();
    }

    @Override
    public String toString() {
        return list.isEmpty() ? "no address" : equals(ALL) ? "any address" : String.join(", ", list.stream().map(Window::toString).toList());
    }

    private static List<Window> joined(List<Window> list) {
        if (list.size() <= 1) {
            return List.copyOf(list);
        }
        List<Window> sorted = new ArrayList<>(list);
        sorted.sort(Comparator.comparing(Window::first, Long::compareUnsigned));
        List<Window> out = new ArrayList<>();
        for (Window w : sorted) {
            Window before = out.isEmpty() ? null : out.getLast();
            if (before != null && (before.last == -1 || Long.compareUnsigned(w.first, before.last + 1) <= 0)) {
                long last = Long.compareUnsigned(w.last, before.last) > 0 ? w.last : before.last;
                out.set(out.size() - 1, new Window(before.first, last));
            } else {
                out.add(w);
            }
        }
        return List.copyOf(out);
    }
}
