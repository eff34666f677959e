package sharebuf.allocator;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.format.Layout;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.RegionId;

/**
 * Asks for the memory of one object.
 *
 * <p>Immutable.
 *
 * @param owner name of the session, for reports
 * @param spec what the buffer is
 * @param object index of the object, from 0
 * @param size in bytes, 1 to {@link BufferSpec#MAX_BYTES}
 * @param constraints what the memory must be
 * @param attributes the DMA attributes
 * @param layout how the whole buffer will be laid out; empty when that is not decided or nothing to the one who asks
 */
public record Request(String owner, BufferSpec spec, int object, long size, MemoryConstraints constraints, Set<DmaAttribute> attributes, Optional<Layout> layout) {
    /** Checks and copies. */
    public Request {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(constraints, "constraints");
        Objects.requireNonNull(layout, "layout");
        if (object < 0 || size < 1 || size > BufferSpec.MAX_BYTES) {
            throw new IllegalArgumentException("object " + object + " of " + size + " bytes: index >= 0, size 1 to " + BufferSpec.MAX_BYTES);
        }
        EnumSet<DmaAttribute> copy = EnumSet.noneOf(DmaAttribute.class);
        copy.addAll(attributes);
        attributes = Collections.unmodifiableSet(copy);
    }

    /**
     * A request for an object of a buffer whose layout is not told.
     *
     * @param owner name of the session, for reports
     * @param spec what the buffer is
     * @param object index of the object, from 0
     * @param size in bytes, 1 to {@link BufferSpec#MAX_BYTES}
     * @param constraints what the memory must be
     * @param attributes the DMA attributes
     */
    public Request(String owner, BufferSpec spec, int object, long size, MemoryConstraints constraints, Set<DmaAttribute> attributes) {
        this(owner, spec, object, size, constraints, attributes, Optional.empty());
    }

    /**
     * The bytes to claim from a region.
     *
     * @param granule of the region, a power of two
     * @return the size rounded up to the granule
     */
    public long sizeIn(long granule) {
        return (size + granule - 1) & -granule;
    }

    /**
     * Whether one extent must hold it: a device takes one segment, or the caller wants it so.
     *
     * @return true when contiguous
     */
    public boolean contiguous() {
        return constraints.contiguous() || attributes.contains(DmaAttribute.CONTIGUOUS);
    }

    /**
     * Whether the object may lie in a region.
     *
     * @param region the region
     * @return false when some use permits only others
     */
    public boolean permits(RegionId region) {
        var names = constraints.regions().get(object);
        return names == null || names.value().contains(region.name());
    }
}
