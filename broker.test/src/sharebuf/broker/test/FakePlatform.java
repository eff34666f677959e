package sharebuf.broker.test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.platform.Platform;

/** A platform of one heap segment a region, which remembers what was entered and exported. */
public final class FakePlatform implements Platform {
    public record Entered(String device, ObjectId object, long dma, Extent extent, long offset, long size) {
    }

    public final Map<String, MemorySegment> bytes = new TreeMap<>();
    public final List<Entered> entries = new ArrayList<>();
    public final List<ObjectId> exported = new ArrayList<>();
    /** How many bytes were made to read zero. */
    public volatile long zeroed;
    public volatile boolean unplugged;
    public volatile int mostExports = Integer.MAX_VALUE;

    public void region(String name, long size) {
        bytes.put(name, MemorySegment.ofArray(new byte[(int) size]));
    }

    private MemorySegment at(Extent e) {
        return bytes.get(e.region().name()).asSlice(e.offset(), e.size());
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<String> simulated() {
        return List.of("everything");
    }

    @Override
    public List<String> real() {
        return List.of();
    }

    @Override
    public MemorySegment view(List<Extent> extents, Arena arena) {
        if (extents.size() == 1) {
            return at(extents.getFirst());
        }
        throw new IllegalArgumentException("the fake shows one extent only");
    }

    @Override
    public void zero(List<Extent> extents) {
        extents.forEach(e -> at(e).fill((byte) 0));
        zeroed += extents.stream().mapToLong(Extent::size).sum();
    }

    @Override
    public void copy(List<Extent> from, List<Extent> to) {
        throw new UnsupportedOperationException("no test moves");
    }

    @Override
    public synchronized void export(ObjectId object, List<Extent> extents, long size) {
        if (exported.size() >= mostExports) {
            throw new IllegalStateException("EMFILE: no more descriptors");
        }
        exported.add(object);
    }

    @Override
    public synchronized void withdraw(ObjectId object) {
        exported.remove(object);
    }

    @Override
    public synchronized void enter(String device, ObjectId object, long objectOffset, long dma, Extent extent, long offset, long size, Access access) {
        if (unplugged) {
            throw new IllegalStateException("ENODEV: " + device + " is gone");
        }
        entries.add(new Entered(device, object, dma, extent, offset, size));
    }

    @Override
    public synchronized void remove(String device, ObjectId object, long dma, long size) {
        if (!entries.removeIf(e -> e.device.equals(device) && e.object.equals(object) && e.dma == dma && e.size == size)) {
            throw new IllegalArgumentException("nothing entered at 0x" + Long.toHexString(dma));
        }
    }

    @Override
    public void flush(String device) {
    }

    @Override
    public void beginCpuAccess(ObjectId object, Access access) {
    }

    @Override
    public void endCpuAccess(ObjectId object, Access access) {
    }
}
