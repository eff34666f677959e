package sharebuf.buffer;

import java.util.List;
import java.util.Objects;
import sharebuf.format.Layout;

/**
 * Buffers of somebody else, to be imported: dma-bufs that came from another process, or from a library that allocates itself.
 *
 * <p>Immutable. The descriptors stay whose they are.
 *
 * @param giver who gave them, shown in reports
 * @param spec what is in them; its count is the number of buffers
 * @param layout where, the same in each buffer; planes of one dma-buf are one object with several planes
 * @param descriptors of each buffer one an object, in order
 */
public record Foreign(String giver, BufferSpec spec, Layout layout, List<List<Integer>> descriptors) {
    /** Checks that there are as many as spec and layout say; copies the lists. */
    public Foreign {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(layout, "layout");
        if (giver.isBlank()) {
            throw new IllegalArgumentException("the giver's name is blank");
        }
        descriptors = descriptors.stream().map(List::copyOf).toList();
        if (descriptors.size() != spec.count()) {
            throw new IllegalArgumentException(descriptors.size() + " buffers where the spec says " + spec.count());
        }
        for (List<Integer> each : descriptors) {
            if (each.size() != layout.objects().size()) {
                throw new IllegalArgumentException(each.size() + " descriptors of a buffer where the layout has " + layout.objects().size() + " objects");
            }
        }
    }
}
