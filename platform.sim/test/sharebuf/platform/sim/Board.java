package sharebuf.platform.sim;

import java.lang.annotation.Annotation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.Span;

/** A small board without OSGi: 64 MiB of memory, one region "ram" over it, devices on demand, and a stand-in for the broker. */
final class Board implements AutoCloseable {
    static final long MIB = 1 << 20;
    static final RegionId RAM = new RegionId("ram");

    final Soc soc = new Soc(Backing.create());
    final SimRegion ram;
    private final Arena arena = Arena.ofShared();
    private long next;
    private long nextBuffer = 1;

    Board() {
        soc.dram().add(new Span(0, 64 * MIB));
        ram = soc.addRegion(RegionSpec.parse("test.region~ram", config(RegionConfig.class, Map.of("sharebuf_region", "ram", "size", "64MiB"))));
    }

    /** A configuration as the component runtime would make it. */
    static <T extends Annotation> T config(Class<T> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type},
                (_, method, _) -> values.getOrDefault(method.getName(), method.getDefaultValue())));
    }

    SimNode device(Map<String, Object> values) {
        Map<String, Object> all = new java.util.HashMap<>(Map.of("sharebuf_addressSpace", "soc"));
        all.putAll(values);
        SimNode node = SimNode.of(DeviceSpec.parse("test.device~" + values.get("sharebuf_device"), config(DeviceConfig.class, all)), soc);
        soc.addDevice(node);
        return node;
    }

    /** Takes fresh memory, a page of nobody between any two pieces. */
    List<Extent> take(long... sizes) {
        List<Extent> all = new ArrayList<>();
        for (long size : sizes) {
            all.add(new Extent(RAM, next, size));
            next += size + 4096;
        }
        return all;
    }

    ObjectId export(List<Extent> extents) {
        ObjectId id = new ObjectId(new BufferId(nextBuffer++), 0);
        soc.export(id, extents, extents.stream().mapToLong(Extent::size).sum());
        return id;
    }

    /** Maps an object for a device at its CPU addresses plus what the bus adds. */
    void map(String device, ObjectId id, long bus, Access access) {
        long at = 0;
        for (Extent extent : soc.exports().find(id).orElseThrow().extents()) {
            soc.enter(device, id, at, bus + extent.offset(), extent, 0, extent.size(), access);
            at += extent.size();
        }
    }

    void unmap(String device, ObjectId id, long bus) {
        for (Extent extent : soc.exports().find(id).orElseThrow().extents()) {
            soc.remove(device, id, bus + extent.offset(), extent.size());
        }
    }

    MemorySegment bytes(ObjectId id) {
        return soc.uncachedView(soc.exports().find(id).orElseThrow().extents(), arena);
    }

    @Override
    public void close() {
        soc.close();
        arena.close();
    }
}
