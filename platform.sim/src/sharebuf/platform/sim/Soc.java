package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Device;
import sharebuf.inventory.Violation;
import sharebuf.mapping.Lines;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;
import sharebuf.platform.Platform;
import sharebuf.sim.Faults;

/**
 * The simulated SoC: memory, regions, devices, and what the broker enters into their tables. Without OSGi.
 *
 * <p>Thread-safe. {@link #close} ends every device thread, every mapping and the file behind the memory.
 */
class Soc implements Platform, Faults, AutoCloseable {
    private final Dram dram;
    private final Coherency coherency;
    private final Bounces bounces;
    private final FaultState faults = new FaultState();
    private final Exports exports = new Exports();
    private final Map<RegionId, SimMemory> regions = new ConcurrentSkipListMap<>();
    private final Map<String, SimNode> devices = new ConcurrentSkipListMap<>();
    private final Map<String, Iommu> domains = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicReference<Views>> views = new ConcurrentSkipListMap<>();

    Soc(Backing backing) {
        dram = new Dram(backing);
        coherency = new Coherency(dram, faults, () -> devices.values().stream().anyMatch(n -> !n.device().dma().coherent()), this::what);
        bounces = new Bounces(dram, coherency);
    }

    /** Adds bounce buffers. */
    void addPools(List<BouncePool> pools) {
        bounces.pools().addAll(pools);
    }

    void removePools(List<BouncePool> pools) {
        bounces.pools().removeAll(pools);
    }

    /** The object at a CPU address, for reports. */
    private String what(long cpu) {
        return exports.all().stream().filter(o -> spans(o.extents()).stream().anyMatch(s -> Long.compareUnsigned(cpu - s.base(), s.size()) < 0)).findFirst()
                .map(o -> o.id().toString()).orElse("memory at 0x" + Long.toHexString(cpu));
    }

    Coherency coherency() {
        return coherency;
    }

    Dram dram() {
        return dram;
    }

    FaultState faults() {
        return faults;
    }

    Exports exports() {
        return exports;
    }

    /**
     * Adds a region.
     *
     * @throws IllegalArgumentException naming PID, key, value and what is allowed, when it lies outside of memory or on another region
     */
    synchronized SimRegion addRegion(RegionSpec spec) {
        checkPlace(spec);
        SimRegion region = new SimRegion(spec, dram);
        regions.put(region.id(), region);
        return region;
    }

    /**
     * Adds memory that a driver has for itself.
     *
     * @throws IllegalArgumentException as {@link #addRegion}, and when the driver has some already
     */
    synchronized DriverRegion addDriverRegion(RegionSpec spec, String device, boolean contiguous) {
        checkPlace(spec);
        driverRegion(device).ifPresent(other -> {
            throw RegionSpec.wrong(spec.pid(), "sharebuf.device", device, "another device, " + other.spec().pid() + " is its memory");
        });
        DriverRegion region = new DriverRegion(spec, device, contiguous, exports);
        regions.put(region.id(), region);
        return region;
    }

    /** The memory that the driver of a device has for itself. */
    Optional<DriverRegion> driverRegion(String device) {
        return regions.values().stream().filter(r -> r instanceof DriverRegion && r.device().equals(Optional.of(device))).map(DriverRegion.class::cast).findFirst();
    }

    private void checkPlace(RegionSpec spec) {
        String place = spec.span().toString();
        if (!dram.contains(spec.span())) {
            throw RegionSpec.wrong(spec.pid(), "base and size", place, "inside one range of memory: " + dram.describe());
        }
        for (SimMemory other : regions.values()) {
            if (other.spec().name().equals(spec.name())) {
                throw RegionSpec.wrong(spec.pid(), "sharebuf.region", spec.name(), "another name, " + other.spec().pid() + " has it");
            }
            if (Dram.overlap(spec.span(), other.spec().span()) && !within(spec.span(), other.spec().reserved())
                    && !within(other.spec().span(), spec.reserved())) {
                throw RegionSpec.wrong(spec.pid(), "base and size", place, "outside of region " + other.spec().name() + " at " + other.spec().span()
                        + " (" + other.spec().pid() + "), or inside its reserved parts " + other.spec().reserved());
            }
        }
    }

    private static boolean within(Span inner, List<Span> outer) {
        return outer.stream().anyMatch(o -> Long.compareUnsigned(o.base(), inner.base()) <= 0 && Long.compareUnsigned(inner.last(), o.last()) <= 0);
    }

    void removeRegion(SimMemory region) {
        regions.remove(region.id(), region);
    }

    /**
     * Adds a device and starts it.
     *
     * @throws IllegalArgumentException when another device has the name
     */
    void addDevice(SimNode node) {
        SimNode other = devices.putIfAbsent(node.device().name(), node);
        if (other != null) {
            throw RegionSpec.wrong(node.spec().pid(), "sharebuf.device", node.device().name(), "another name, " + other.spec().pid() + " has it");
        }
        node.start();
    }

    /**
     * Adds a table of pages in front of memory.
     *
     * @throws IllegalStateException when the address space has one
     */
    void addViews(Views table) {
        if (!viewsOf(table.space()).compareAndSet(null, table)) {
            throw new IllegalStateException("the address space " + table.space() + " has views already");
        }
    }

    void removeViews(Views table) {
        viewsOf(table.space()).compareAndSet(table, null);
    }

    /** The table in front of memory for devices of an address space; null inside as long as there is none. */
    AtomicReference<Views> viewsOf(String space) {
        return views.computeIfAbsent(space, _ -> new AtomicReference<>());
    }

    private Optional<Views> views(Device device, long dma) {
        return Optional.ofNullable(viewsOf(device.addressSpace()).get()).filter(v -> v.contains(dma));
    }

    /** Stops a device and forgets it. */
    void removeDevice(SimNode node) {
        node.close();
        devices.remove(node.device().name(), node);
        // Whoever takes its mappings away afterwards finds no device to take them from.
        node.engine().table().all().forEach(e -> views(node.device(), e.dma()).ifPresent(v -> v.remove(e.dma(), e.size())));
        String space = node.device().addressSpace();
        if (devices.values().stream().noneMatch(n -> n.device().addressSpace().equals(space))) {
            domains.remove(space);
        }
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public List<String> simulated() {
        List<String> all = new ArrayList<>();
        dram.spans().forEach(s -> all.add("memory " + s));
        devices.values().forEach(d -> all.add(d.device().name()));
        return all;
    }

    @Override
    public List<String> real() {
        return List.of();
    }

    @Override
    public MemorySegment view(List<Extent> extents, Arena arena) {
        return coherency.view(spans(extents), arena);
    }

    @Override
    public MemorySegment uncachedView(List<Extent> extents, Arena arena) {
        return dram.view(spans(extents), arena);
    }

    @Override
    public void zero(List<Extent> extents) {
        List<Span> all = spans(extents);
        all.forEach(dram::zero);
        coherency.forget(all);
    }

    @Override
    public void copy(List<Extent> from, List<Extent> to, long size) {
        List<Span> sources = spans(from);
        List<Span> targets = spans(to);
        if (size < 0 || size > bytes(sources) || size > bytes(targets)) {
            throw new IllegalArgumentException("copy of " + size + " bytes from " + bytes(sources) + " to " + bytes(targets));
        }
        coherency.clean(sources);
        coherency.forget(targets);
        int t = 0;
        long filled = 0;
        long left = size;
        for (Span source : sources) {
            long done = 0;
            while (done < source.size() && left > 0) {
                Span target = targets.get(t);
                long n = Math.min(left, Math.min(source.size() - done, target.size() - filled));
                dram.copy(source.base() + done, target.base() + filled, n);
                done += n;
                left -= n;
                filled += n;
                if (filled == target.size()) {
                    t++;
                    filled = 0;
                }
            }
        }
    }

    private static long bytes(List<Span> spans) {
        return spans.stream().mapToLong(Span::size).sum();
    }

    @Override
    public void export(ObjectId object, List<Extent> extents, long size) {
        spans(extents); // unknown memory is refused here, not at the first access
        exports.add(object, extents, size);
    }

    @Override
    public void exchange(ObjectId a, ObjectId b) {
        exports.exchange(a, b);
        bounces.exchange(a, b);
        devices.values().forEach(node -> node.engine().table().exchange(a, b));
    }

    @Override
    public void withdraw(ObjectId object) {
        exports.remove(object);
    }

    @Override
    public void enter(String device, ObjectId object, long objectOffset, long dma, Extent extent, long offset, long size, Access access) {
        SimNode node = need(device);
        if (offset < 0 || size < 1 || size > extent.size() - offset) {
            throw new IllegalArgumentException(device + ": " + size + " bytes from " + offset + " leave " + extent);
        }
        DmaEngine engine = node.engine();
        long cpu = span(extent).base() + offset;
        Optional<Iommu> domain = domain(node.device());
        if (domain.isPresent()) {
            if (Long.compareUnsigned(dma + (size - 1), node.device().dma().mask()) > 0) {
                throw elsewhere(device, dma, cpu, extent, size, "beyond its mask 0x" + Long.toHexString(node.device().dma().mask()));
            }
            domain.get().map(dma, cpu, size, access);
            engine.table().enter(new DmaTable.Entry(dma, size, object, objectOffset, access));
            if (node.isGone()) {
                remove(device, object, dma, size);
                throw gone(device);
            }
            return;
        }
        Optional<Views> behind = views(node.device(), dma);
        if (behind.isPresent()) {
            behind.get().enter(dma, cpu, size);
            engine.table().enter(new DmaTable.Entry(dma, size, object, objectOffset, access));
            if (node.isGone()) {
                remove(device, object, dma, size);
                throw gone(device);
            }
            return;
        }
        if (!engine.wiring().leads(dma, size)) {
            throw elsewhere(device, dma, cpu, extent, size, "leads nowhere, " + engine.wiring().why(dma, size));
        }
        long leads = engine.wiring().cpu(dma, size);
        if (leads != cpu) {
            throw elsewhere(device, dma, cpu, extent, size, "the device's wiring leads to CPU address 0x" + Long.toHexString(leads));
        }
        engine.table().enter(new DmaTable.Entry(dma, size, object, objectOffset, access));
        if (node.isGone()) { // unplugged meanwhile: the caller learns it now, as it would a moment later
            engine.table().remove(object, dma, size);
            throw gone(device);
        }
    }

    @Override
    public void enterAll(String device, ObjectId object, long objectOffset, long dma, List<Extent> extents, Access access) {
        SimNode node = need(device);
        Optional<Iommu> domain = domain(node.device());
        if (domain.isEmpty()) {
            long done = 0;
            try {
                for (Extent extent : extents) {
                    enter(device, object, objectOffset + done, dma + done, extent, 0, extent.size(), access);
                    done += extent.size();
                }
            } catch (RuntimeException e) {
                if (done > 0) {
                    remove(device, object, dma, done);
                }
                throw e;
            }
            return;
        }
        long size = extents.stream().mapToLong(Extent::size).sum();
        long[] pieces = new long[2 * extents.size()];
        for (int i = 0; i < extents.size(); i++) {
            Span span = span(extents.get(i));
            pieces[2 * i] = span.base();
            pieces[2 * i + 1] = span.size();
        }
        if (Long.compareUnsigned(dma + (size - 1), node.device().dma().mask()) > 0) {
            throw elsewhere(device, dma, pieces[0], extents.getFirst(), size, "beyond its mask 0x" + Long.toHexString(node.device().dma().mask()));
        }
        domain.get().map(dma, pieces, access);
        node.engine().table().enter(new DmaTable.Entry(dma, size, object, objectOffset, access));
        if (node.isGone()) {
            remove(device, object, dma, size);
            throw gone(device);
        }
    }

    @Override
    public void show(String device, ObjectId object, List<Lines> lines) {
        SimNode node = need(device);
        Views behind = viewsOf(node.device().addressSpace()).get();
        List<SegmentRule.Segment> each = lines.stream().flatMap(l -> l.segments().stream()).toList();
        if (behind == null || !each.stream().allMatch(s -> behind.contains(s.dma()))) {
            throw new IllegalArgumentException(device + ": " + lines.getFirst() + " of " + object + ": " + (behind == null ? "there are no views in front of memory" : "not in the " + behind));
        }
        DmaTable table = node.engine().table();
        long[] dma = new long[each.size()];
        long[] start = new long[each.size()];
        long total = 0;
        BitSet own = new BitSet();
        Views.Walk walk = behind.new Walk();
        for (int i = 0; i < dma.length; i++) {
            dma[i] = each.get(i).dma();
            start[i] = total;
            total += each.get(i).size();
            for (long done = 0; done < each.get(i).size(); done += (long) walk.count() * walk.element()) {
                long at = dma[i] + done;
                boolean there = walk.at(at, each.get(i).size() - done);
                DmaTable.Entry entry = !there || own.get(walk.page()) ? null : table.find(behind.entry(at, walk.page()), false);
                if (!there || !own.get(walk.page()) && (entry == null || !entry.object().equals(object))) {
                    throw new IllegalArgumentException(device + ": 0x" + Long.toHexString(at) + " leads to page " + behind.page(at) + " of the table in front of memory, which is not entered for "
                            + object);
                }
                own.set(walk.page());
            }
        }
        table.show(object, new ScatterList(dma, start, total));
    }

    private static IllegalArgumentException elsewhere(String device, long dma, long cpu, Extent extent, long size, String why) {
        return new IllegalArgumentException(device + ": DMA address 0x" + Long.toHexString(dma) + " for CPU address 0x" + Long.toHexString(cpu)
                + " (" + extent + "), " + size + " bytes: " + why);
    }

    @Override
    public void remove(String device, ObjectId object, long dma, long size) {
        SimNode node = devices.get(device);
        if (node != null && node.engine().table().remove(object, dma, size)) {
            domain(node.device()).ifPresent(d -> d.unmap(dma, size));
            views(node.device(), dma).ifPresent(v -> v.remove(dma, size));
            node.engine().settle();
            bounces.give(device, object, dma);
        }
    }

    /** The domain of a device: one an address space, shared by all devices in it that have an IOMMU. */
    Optional<Iommu> domain(Device device) {
        return device.dma().iommu() ? Optional.of(domains.computeIfAbsent(device.addressSpace(), _ -> new Iommu())) : Optional.empty();
    }

    @Override
    public void flush(String device) {
        SimNode node = devices.get(device);
        if (node != null) {
            node.engine().settle();
            if (node.device().dma().iommu()) { // a domain may have an IOMMU for each of its devices
                devices.values().stream().filter(n -> n.device().addressSpace().equals(node.device().addressSpace())).forEach(n -> n.engine().invalidate());
            }
        }
    }

    @Override
    public void beginCpuAccess(ObjectId object, Access access) {
        beginCpuAccess(object, access, "unknown");
    }

    @Override
    public void endCpuAccess(ObjectId object, Access access) {
        endCpuAccess(object, access, "unknown");
    }

    @Override
    public void beginCpuAccess(ObjectId object, Access access, String by) {
        memory(object).ifPresent(m -> coherency.begin(m, access, by));
    }

    @Override
    public void endCpuAccess(ObjectId object, Access access, String by) {
        memory(object).ifPresent(m -> coherency.end(m, access, by));
    }

    /** Where an object lies; empty when nobody knows it, or its memory is gone and no cache holds any of it: a board that is taken down. */
    private Optional<List<Span>> memory(ObjectId object) {
        return exports.find(object).filter(o -> o.extents().stream().allMatch(e -> regions.containsKey(e.region()))).map(o -> spans(o.extents()));
    }

    @Override
    public void beginDma(String device, ObjectId object, Access access, String by) {
        SimNode node = devices.get(device);
        if (node != null) {
            memory(object).ifPresent(m -> {
                coherency.beginDma(device, node.device().dma().coherent(), m);
                if (access.reads()) {
                    bounces.sync(device, object, m, 0, Long.MAX_VALUE, true);
                }
            });
        }
    }

    @Override
    public void endDma(String device, ObjectId object, Access access, String by) {
        if (access.writes()) {
            memory(object).ifPresent(m -> bounces.sync(device, object, m, 0, Long.MAX_VALUE, false));
        }
    }

    @Override
    public Outcome<Long> bounce(String device, ObjectId object, long size, DmaConstraints own, Access access) {
        SimNode node = need(device);
        if (node.device().dma().iommu()) {
            return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "bounce", device + " is behind an IOMMU", "a mapping that reaches the memory"));
        }
        List<Span> spans = memory(object).orElseThrow(() -> new IllegalArgumentException(object + " is not exported"));
        return bounces.take(node, object, spans, size, own, access);
    }

    @Override
    public void syncForDevice(String device, ObjectId object, long offset, long size, Access access, String by) {
        SimNode node = devices.get(device);
        if (node != null && !node.device().dma().coherent()) {
            memory(object).ifPresent(m -> coherency.syncForDevice(part(m, offset, size)));
        }
        if (node != null && access.reads()) {
            memory(object).ifPresent(m -> bounces.sync(device, object, m, offset, size, true));
        }
    }

    @Override
    public void syncForCpu(String device, ObjectId object, long offset, long size, Access access, String by) {
        if (access.writes()) {
            memory(object).ifPresent(m -> bounces.sync(device, object, m, offset, size, false));
        }
    }

    private static List<Span> part(List<Span> spans, long offset, long size) {
        List<Span> part = new ArrayList<>();
        long at = 0;
        for (Span s : spans) {
            long from = Math.max(offset, at);
            long end = Math.min(offset + size, at + s.size());
            if (from < end) {
                part.add(new Span(s.base() + (from - at), end - from));
            }
            at += s.size();
        }
        return part;
    }

    @Override
    public List<Violation> violations() {
        return coherency.violations();
    }

    @Override
    public void inject(Fault fault, long n) {
        faults.inject(fault, n);
    }

    @Override
    public void clear() {
        faults.clear();
    }

    @Override
    public List<Stopped> stopped() {
        return faults.stopped();
    }

    @Override
    public Optional<Stopped> send(String device, long dma, int size, boolean write) {
        if (size < 1) {
            throw new IllegalArgumentException("an access of " + size + " bytes: at least 1");
        }
        SimNode node = need(device);
        List<Stopped> seen = new ArrayList<>();
        DmaEngine probe = node.engine().reportingTo(s -> {
            seen.add(s);
            faults.record(s);
        });
        try (Arena arena = Arena.ofConfined()) {
            probe.send(dma, arena.allocate(size), 0, size, write);
        }
        return seen.stream().findFirst();
    }

    @Override
    public void unplug(String device) {
        need(device).unplug();
    }

    @Override
    public void close() {
        List.copyOf(devices.values()).forEach(this::removeDevice);
        dram.close();
    }

    /** Where a region lies; empty when there is no such region. */
    Optional<Span> place(String region) {
        return Optional.ofNullable(regions.get(new RegionId(region))).map(r -> r.spec().span());
    }

    List<Span> spans(List<Extent> extents) {
        return extents.stream().map(this::span).toList();
    }

    private Span span(Extent extent) {
        SimMemory region = regions.get(extent.region());
        if (region == null) {
            throw new IllegalArgumentException(extent + ": there is no such region; there are " + regions.keySet());
        }
        return region.span(extent);
    }

    private SimNode need(String device) {
        SimNode node = devices.get(device);
        if (node == null || node.isGone()) {
            throw gone(device);
        }
        return node;
    }

    private IllegalStateException gone(String device) {
        return new IllegalStateException("ENODEV: there is no device " + device + (devices.containsKey(device) ? " any more" : "; there are "
                + devices.keySet()));
    }

    @Override
    public String toString() {
        return "simulated SoC (" + dram.backing() + "): " + simulated() + ", regions " + regions.values() + ", " + exports.openCount() + " descriptors";
    }
}
