package sharebuf.mapops.direct;

import java.util.Map;
import java.util.TreeMap;
import sharebuf.device.Access;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;

/** The entries of one device and object, as the broker keeps them. */
final class FakeTable implements Table {
    record Entry(long dma, Extent extent, long offset, long size, Access access) {
    }

    final TreeMap<Long, Entry> entries = new TreeMap<>(Long::compareUnsigned);
    int flushes;

    @Override
    public void enter(long dma, Extent extent, long offset, long size, Access access) {
        if (offset < 0 || size < 1 || offset + size > extent.size()) {
            throw new IllegalArgumentException(offset + "+" + size + " leaves " + extent);
        }
        Map.Entry<Long, Entry> below = entries.floorEntry(dma + size - 1);
        if (below != null && Long.compareUnsigned(below.getValue().dma + below.getValue().size - 1, dma) >= 0) {
            throw new IllegalArgumentException("0x" + Long.toHexString(dma) + "+" + size + " overlaps " + below.getValue());
        }
        entries.put(dma, new Entry(dma, extent, offset, size, access));
    }

    @Override
    public void remove(long dma, long size) {
        for (long at = dma; at != dma + size;) {
            Entry entry = entries.remove(at);
            if (entry == null || Long.compareUnsigned(entry.size, dma + size - at) > 0) {
                throw new IllegalArgumentException("no whole entry at 0x" + Long.toHexString(at));
            }
            at += entry.size;
        }
    }

    @Override
    public void opaque(String by) {
        throw new AssertionError("a mapping without IOMMU has addresses");
    }

    @Override
    public void flush() {
        flushes++;
    }
}
