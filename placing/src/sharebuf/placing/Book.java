package sharebuf.placing;

import java.util.ArrayList;
import java.util.List;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Span;
import sharebuf.memory.Windows;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.range.Placement;
import sharebuf.range.RangeAllocator;

/**
 * What an allocator knows of its region: which parts are free. Speaks in offsets from the region's start.
 *
 * <p>Externally synchronised, as calls to one allocator are. Rebuilt from the ledger by {@link #adopt}; a failed one leaves it as
 * it was.
 *
 * <p>The ranges below are counted from the region's base modulo 2^30 granules, not from 0: so an alignment of CPU addresses is one
 * of book addresses, and a region at the top of 64 bits still fits into the 31 bits that ranges have.
 */
public final class Book {
    /** Where the kernel's zones end that are kept for devices with small masks: ZONE_DMA (30 bits), ZONE_DMA32. */
    private static final long[] ZONES = {1L << 30, 1L << 32};

    private final MemoryRegion region;
    private final long granule;
    private final long phase;
    private RangeAllocator ranges;
    private final Handles handles;

    /**
     * Opens the books with nothing live.
     *
     * @param region the region, a placed one
     * @throws IllegalArgumentException when the kernel places there, or the region is larger than 2^30 granules
     */
    public Book(MemoryRegion region) {
        if (region.kind() != RegionKind.PLACED) {
            throw new IllegalArgumentException("region " + region.id() + " is granted: the kernel chooses where memory lies, so no allocator can serve it");
        }
        this.region = region;
        granule = region.granule();
        int bits = Math.min(62, Long.numberOfTrailingZeros(granule) + 30);
        if (region.size() > 1L << bits) {
            throw new IllegalArgumentException("region " + region.id() + " of " + region.size() + " bytes: at most 2^30 granules of " + granule + " bytes");
        }
        phase = region.base() & (1L << bits) - 1;
        ranges = empty();
        handles = new Handles(ranges);
    }

    /**
     * Begins anew with what is live.
     *
     * @param live the live extents of the region in ascending order
     * @throws IllegalArgumentException when one is of another region, overlaps another or a reserved part
     */
    public void adopt(List<Live.Held> live) {
        RangeAllocator fresh = empty();
        fresh.reserve(live.size() + region.reserved().size());
        int[] taken = new int[live.size()];
        int count = 0;
        for (Live.Held held : live) {
            Extent extent = held.extent();
            own(extent);
            taken[count] = fresh.claim(phase + extent.offset(), extent.size());
            if (taken[count++] < 0) {
                throw new IllegalArgumentException(extent + " overlaps another live extent or a reserved part of " + region.id());
            }
        }
        ranges = fresh;
        handles.clear(fresh);
        for (int handle : taken) {
            handles.add(handle);
        }
    }

    /**
     * Takes over what changed.
     *
     * @param changes since {@link #adopt}, or since this was called last
     * @throws IllegalArgumentException when one is of another region, was not taken or is not free; the books are to be adopted anew then
     */
    public void catchUp(Changes changes) {
        for (Extent extent : changes.released()) {
            own(extent);
            give(extent.offset());
        }
        for (Live.Held held : changes.placed()) {
            own(held.extent());
            if (!take(new Gap(held.extent().offset(), held.extent().size()))) {
                throw new IllegalArgumentException(held.extent() + " overlaps another live extent or a reserved part of " + region.id());
            }
        }
    }

    private void own(Extent extent) {
        if (!extent.region().equals(region.id())) {
            throw new IllegalArgumentException(extent + " is not of region " + region.id());
        }
    }

    /**
     * The region.
     *
     * @return as given
     */
    public MemoryRegion region() {
        return region;
    }

    /**
     * Takes a stretch.
     *
     * @param gap the stretch
     * @return false when some of it is taken
     */
    public boolean take(Gap gap) {
        int handle = ranges.claim(phase + gap.offset(), gap.size());
        if (handle >= 0) {
            handles.add(handle);
        }
        return handle >= 0;
    }

    /**
     * Gives a stretch back.
     *
     * @param offset where it starts, as it was taken
     * @throws IllegalArgumentException when nothing that was taken starts there
     */
    public void give(long offset) {
        int handle = handles.remove(phase + offset);
        if (handle < 0) {
            throw new IllegalArgumentException("nothing was taken at " + offset + " of " + region.id());
        }
        ranges.free(handle);
    }

    /**
     * Takes the best fit inside a window, as high a zone as possible, to look at it: {@link #keep} or {@link #undo} follows.
     *
     * @param size in bytes
     * @param align of the CPU address, a power of two
     * @param window where
     * @return a handle for {@link #taken}, {@link #keep} and {@link #undo}; negative when there is no place
     */
    public int take(long size, long align, Gap window) {
        return ranges.allocate(size, Math.min(align, 1L << 62), phase + window.offset(), phase + window.end(), 0, Placement.BEST_FIT);
    }

    /**
     * What a handle stands for.
     *
     * @param handle of {@link #take(long, long, Gap)}
     * @return the stretch
     */
    public Gap taken(int handle) {
        return new Gap(ranges.offset(handle) - phase, ranges.size(handle));
    }

    /**
     * Keeps a handle's stretch: it is given back by its offset.
     *
     * @param handle of {@link #take(long, long, Gap)}
     */
    public void keep(int handle) {
        handles.add(handle);
    }

    /**
     * Takes a handle's stretch back, one that was not kept.
     *
     * @param handle of {@link #take(long, long, Gap)}
     */
    public void undo(int handle) {
        ranges.free(handle);
    }

    /**
     * Free bytes in all.
     *
     * @return the sum
     */
    public long free() {
        return ranges.totalFree();
    }

    /**
     * The largest free stretch.
     *
     * @return bytes, 0 when nothing is free
     */
    public long largestFree() {
        return ranges.largestFree();
    }

    /**
     * What the books themselves need.
     *
     * @return bytes
     */
    public long metadataBytes() {
        return ranges.metadataBytes() + handles.metadataBytes();
    }

    /**
     * The parts of the region that lie in a set of addresses.
     *
     * @param reach CPU addresses
     * @return whole granules, in ascending order
     */
    public List<Gap> windows(Windows reach) {
        List<Gap> parts = new ArrayList<>(reach.list().size());
        long last = region.base() + (region.size() - 1);
        for (Windows.Window window : reach.list()) {
            if (Long.compareUnsigned(window.last(), region.base()) < 0 || Long.compareUnsigned(window.first(), last) > 0) {
                continue;
            }
            long from = Long.compareUnsigned(window.first(), region.base()) <= 0 ? 0 : up(window.first() - region.base());
            long to = Long.compareUnsigned(window.last(), last) >= 0 ? region.size() : window.last() - region.base() + 1 & -granule;
            if (from < to) {
                parts.add(new Gap(from, to - from));
            }
        }
        return parts;
    }

    /**
     * What is free in windows.
     *
     * @param windows of {@link #windows}
     * @return the free stretches, cut at the windows, in ascending order
     */
    public List<Gap> gaps(List<Gap> windows) {
        List<Gap> gaps = new ArrayList<>();
        int at = 0;
        for (int block = ranges.firstFree(); block != 0; block = ranges.nextFree(block)) {
            long from = ranges.blockOffset(block) - phase;
            long to = from + ranges.blockSize(block);
            while (at < windows.size() && windows.get(at).end() <= from) {
                at++;
            }
            for (int i = at; i < windows.size() && windows.get(i).offset() < to; i++) {
                long low = Math.max(from, windows.get(i).offset());
                gaps.add(new Gap(low, Math.min(to, windows.get(i).end()) - low));
            }
        }
        return gaps;
    }

    /**
     * The CPU addresses of stretches.
     *
     * @param gaps in the order of an object's bytes
     * @return one span each
     */
    public List<Span> spans(List<Gap> gaps) {
        List<Span> spans = new ArrayList<>(gaps.size());
        for (Gap gap : gaps) {
            spans.add(new Span(region.base() + gap.offset(), gap.size()));
        }
        return spans;
    }

    private RangeAllocator empty() {
        List<Long> limits = new ArrayList<>();
        for (long zone : ZONES) {
            long offset = zone - region.base();
            if (Long.compareUnsigned(offset, region.size()) < 0) {
                limits.add(phase + offset);
            }
        }
        RangeAllocator fresh = new RangeAllocator(phase, region.size(), granule, limits.stream().mapToLong(Long::longValue).toArray());
        long done = 0;
        for (Extent reserved : region.reserved()) {
            // Reserved parts need not respect the granule, so two may share one.
            long from = Math.max(done, reserved.offset() & -granule);
            long to = Math.min(region.size(), up(reserved.end()));
            if (from < to) {
                fresh.claim(phase + from, to - from);
                done = to;
            }
        }
        return fresh;
    }

    private long up(long bytes) {
        return bytes + granule - 1 & -granule;
    }
}
