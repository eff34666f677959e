package sharebuf.device;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one use of one device demands of memory, in the device's own terms: bus addresses, before any mapping is looked through.
 *
 * <p>Immutable; made by {@link #builder()}.
 */
public final class DmaConstraints {
    private final List<DmaRange> ranges;
    private final boolean iommu;
    private final long mask;
    private final long align;
    private final SegmentLimits segments;
    private final boolean coherent;
    private final SortedMap<Integer, SortedSet<String>> regions;
    private final List<VendorConstraint> vendor;

    private DmaConstraints(Builder b) {
        ranges = List.copyOf(b.ranges);
        iommu = b.iommu;
        mask = b.mask;
        align = b.align;
        segments = b.segments;
        coherent = b.coherent;
        TreeMap<Integer, SortedSet<String>> copy = new TreeMap<>();
        b.regions.forEach((plane, names) -> copy.put(plane, Collections.unmodifiableSortedSet(new TreeSet<>(names))));
        regions = Collections.unmodifiableSortedMap(copy);
        vendor = List.copyOf(b.vendor);
    }

    /**
     * Begins with no constraint at all.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins with these values.
     *
     * @return a builder
     */
    public Builder with() {
        Builder b = new Builder();
        b.ranges.addAll(ranges);
        b.iommu = iommu;
        b.mask = mask;
        b.align = align;
        b.segments = segments;
        b.coherent = coherent;
        b.regions.putAll(regions);
        b.vendor.addAll(vendor);
        return b;
    }

    /**
     * The windows of the device's bus.
     *
     * @return in order; empty means that bus and CPU addresses are the same
     */
    public List<DmaRange> ranges() {
        return ranges;
    }

    /**
     * Whether an IOMMU translates for the device.
     *
     * @return true when addresses are IOVAs
     */
    public boolean iommu() {
        return iommu;
    }

    /**
     * The DMA mask: the highest bus address the device can send.
     *
     * @return inclusive, unsigned; -1 for all 64 bits
     */
    public long mask() {
        return mask;
    }

    /**
     * Alignment of the first byte of each object.
     *
     * @return power of two, in bytes, at least 1
     */
    public long align() {
        return align;
    }

    /**
     * What the device does with scatter lists.
     *
     * @return the limits
     */
    public SegmentLimits segments() {
        return segments;
    }

    /**
     * Whether the device sees the CPU's caches.
     *
     * @return true when it snoops
     */
    public boolean coherent() {
        return coherent;
    }

    /**
     * Permitted regions by plane.
     *
     * @return a plane that is absent may lie anywhere
     */
    public SortedMap<Integer, SortedSet<String>> regions() {
        return regions;
    }

    /**
     * Kinds of constraint that the core does not know.
     *
     * @return at most one a name
     */
    public List<VendorConstraint> vendor() {
        return vendor;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof DmaConstraints c && ranges.equals(c.ranges) && iommu == c.iommu && mask == c.mask && align == c.align
                && segments.equals(c.segments) && coherent == c.coherent && regions.equals(c.regions) && vendor.equals(c.vendor);
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(ranges, iommu, mask, align, segments, coherent, regions, vendor);
    }

    @Override
    public String toString() {
        return "ranges " + ranges + ", iommu " + iommu + ", mask 0x" + Long.toHexString(mask) + ", align " + align + ", " + segments
                + ", coherent " + coherent + ", regions " + regions + ", vendor " + vendor;
    }

    /** Collects the values. Confined to one thread; each method checks what it is given. */
    public static final class Builder {
        private final List<DmaRange> ranges = new ArrayList<>();
        private boolean iommu;
        private long mask = -1;
        private long align = 1;
        private SegmentLimits segments = SegmentLimits.NONE;
        private boolean coherent;
        private final TreeMap<Integer, SortedSet<String>> regions = new TreeMap<>();
        private final List<VendorConstraint> vendor = new ArrayList<>();

        private Builder() {
        }

        /**
         * Adds a window of the bus.
         *
         * @param range must overlap no other on the bus side
         * @return this
         */
        public Builder range(DmaRange range) {
            for (DmaRange other : ranges) {
                if (other.containsBus(range.bus()) || range.containsBus(other.bus())) {
                    throw new IllegalArgumentException(range + " overlaps " + other);
                }
            }
            ranges.add(range);
            return this;
        }

        /**
         * Sets whether an IOMMU translates.
         *
         * @param on true for IOVAs
         * @return this
         */
        public Builder iommu(boolean on) {
            iommu = on;
            return this;
        }

        /**
         * Sets the highest bus address.
         *
         * @param highest inclusive, unsigned, not 0
         * @return this
         */
        public Builder mask(long highest) {
            if (highest == 0) {
                throw new IllegalArgumentException("DMA mask 0 reaches nothing");
            }
            mask = highest;
            return this;
        }

        /**
         * Sets the alignment.
         *
         * @param bytes a power of two, at least 1
         * @return this
         */
        public Builder align(long bytes) {
            if (bytes < 1 || Long.bitCount(bytes) != 1) {
                throw new IllegalArgumentException("alignment " + bytes + ": a power of two, at least 1");
            }
            align = bytes;
            return this;
        }

        /**
         * Sets the limits of scatter lists.
         *
         * @param limits the limits
         * @return this
         */
        public Builder segments(SegmentLimits limits) {
            segments = java.util.Objects.requireNonNull(limits);
            return this;
        }

        /**
         * Sets whether the device snoops.
         *
         * @param on true when it sees the CPU's caches
         * @return this
         */
        public Builder coherent(boolean on) {
            coherent = on;
            return this;
        }

        /**
         * Permits only these regions for a plane.
         *
         * @param plane index, from 0
         * @param names at least one
         * @return this
         */
        public Builder regions(int plane, java.util.Collection<String> names) {
            if (plane < 0 || names.isEmpty()) {
                throw new IllegalArgumentException("regions of plane " + plane + ": " + names + ", at least one name and plane >= 0");
            }
            regions.put(plane, new TreeSet<>(names));
            return this;
        }

        /**
         * Adds a vendor's constraint.
         *
         * @param constraint of a name not yet there
         * @return this
         */
        public Builder vendor(VendorConstraint constraint) {
            if (vendor.stream().anyMatch(v -> v.name().equals(constraint.name()))) {
                throw new IllegalArgumentException("vendor constraint " + constraint.name() + " twice");
            }
            vendor.add(constraint);
            return this;
        }

        /**
         * The constraints.
         *
         * @return immutable
         */
        public DmaConstraints build() {
            return new DmaConstraints(this);
        }
    }
}
