package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.FilePiece;
import sharebuf.linux.KernelMessages;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.node.DeviceException;
import sharebuf.platform.KernelLog;
import sharebuf.platform.Platform;
import sharebuf.uapi.DmaBuf;

/**
 * A running kernel: memory in files and dma-bufs, devices behind nodes. Addresses are the kernel's, so no entry can be made. Without OSGi.
 *
 * <p>Thread-safe. {@link #close} closes every descriptor; views last as long as their arenas.
 */
class LinuxPlatform implements Platform, AutoCloseable {
    private final Libc libc;
    private final Machine machine;
    private final Descriptors descriptors;
    private final DmaBufs dmaBufs;
    private final Outside outside;
    private final SyncFiles syncFiles;
    private final Map<RegionId, LinuxRegion> regions = new ConcurrentSkipListMap<>();
    private final Map<String, LinuxNode> devices = new ConcurrentSkipListMap<>();

    LinuxPlatform(Libc libc, Machine machine) {
        this.libc = libc;
        this.machine = machine;
        descriptors = new Descriptors(libc);
        dmaBufs = new DmaBufs(descriptors, machine);
        outside = new Outside(libc, machine, descriptors, dmaBufs);
        syncFiles = new SyncFiles(libc);
    }

    Libc libc() {
        return libc;
    }

    Machine machine() {
        return machine;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    DmaBufs dmaBufs() {
        return dmaBufs;
    }

    /** A pool that keeps no udmabuf and lends dma-bufs. */
    PoolRegion addPool(String name, long size) throws CallFailed {
        return addPool(name, size, false, 0);
    }

    /** A pool whose memfd itself is lent, when it is shared. */
    PoolRegion addPool(String name, long size, boolean shared, long recycle) throws CallFailed {
        return add(new PoolRegion(new RegionId(name), size, shared, recycle, descriptors, dmaBufs, machine));
    }

    /** A heap that keeps no grant. */
    HeapRegion addHeap(String name, String path, long limit, boolean contiguous) throws CallFailed {
        return addHeap(name, path, limit, Optional.of(contiguous), 0);
    }

    HeapRegion addHeap(String name, String path, long limit, Optional<Boolean> contiguous, long recycle) throws CallFailed {
        return add(new HeapRegion(new RegionId(name), path, limit, contiguous, recycle, descriptors, dmaBufs, machine));
    }

    DriverRegion addDriver(String name, String device, long limit, boolean contiguous) {
        return add(new DriverRegion(new RegionId(name), device, limit, contiguous, dmaBufs, libc, machine));
    }

    private <T extends LinuxRegion> T add(T region) {
        if (regions.putIfAbsent(region.id(), region) != null) {
            region.close();
            throw new IllegalArgumentException("sharebuf.region = " + region.id() + ": there is such a region already");
        }
        return region;
    }

    void removeRegion(LinuxRegion region) {
        regions.remove(region.id(), region);
        region.close();
    }

    LinuxNode addDevice(DeviceSpec spec) throws CallFailed {
        LinuxNode node = new LinuxNode(this, spec);
        if (devices.putIfAbsent(node.device().name(), node) != null) {
            node.close();
            throw new IllegalArgumentException("sharebuf.device = " + node.device().name() + ": there is such a device already");
        }
        return node;
    }

    void removeDevice(LinuxNode node) {
        devices.remove(node.device().name(), node);
        node.close();
    }

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public List<String> simulated() {
        return List.of();
    }

    @Override
    public List<String> real() {
        List<String> all = new ArrayList<>();
        regions.values().stream().filter(r -> !r.foreign()).forEach(r -> all.add("memory " + r.id()));
        all.addAll(devices.keySet());
        return all;
    }

    @Override
    public MemorySegment view(List<Extent> extents, Arena arena) {
        try {
            List<FilePiece> pieces = DmaBufs.joined(pieces(extents));
            return pieces.size() == 1 ? dmaBufs.mappings().view(pieces.getFirst(), arena) : FilePiece.map(libc, pieces, arena);
        } catch (CallFailed e) {
            throw Failures.unexpected(e);
        }
    }

    @Override
    public void zero(List<Extent> extents) {
        try {
            for (Extent extent : extents) {
                LinuxRegion region = region(extent);
                if (!region.untouched(extent)) {
                    Optional<Descriptor> dmaBuf = region.dmaBuf(extent);
                    dmaBuf.ifPresent(d -> DmaBufs.sync(d, Access.WRITE, DmaBuf.DMA_BUF_SYNC_START));
                    dmaBufs.mappings().zero(region.whole(extent));
                    dmaBuf.ifPresent(d -> DmaBufs.sync(d, Access.WRITE, DmaBuf.DMA_BUF_SYNC_END));
                }
            }
        } catch (CallFailed e) {
            throw Failures.unexpected(e);
        }
    }

    @Override
    public void copy(List<Extent> from, List<Extent> to, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = view(from, arena);
            MemorySegment target = view(to, arena);
            if (size < 0 || size > source.byteSize() || size > target.byteSize()) {
                throw new IllegalArgumentException("copy of " + size + " bytes from " + source.byteSize() + " to " + target.byteSize());
            }
            MemorySegment.copy(source, 0, target, 0, size);
        }
    }

    @Override
    public void export(ObjectId object, List<Extent> extents, long size) {
        Optional<Descriptor> granted = Optional.empty();
        List<FilePiece> pieces = new ArrayList<>(extents.size());
        boolean shared = true;
        for (Extent extent : extents) {
            LinuxRegion region = region(extent);
            granted = granted.or(() -> region.dmaBuf(extent));
            pieces.add(region.piece(extent));
            shared &= region.shared();
        }
        if (granted.isPresent() && extents.size() > 1) {
            throw new IllegalArgumentException(object + " of " + extents + ": one grant of the kernel is one dma-buf, several cannot become one");
        }
        dmaBufs.add(object, pieces, size, shared, granted, region(extents.getFirst()).udmabufs());
    }

    @Override
    public void name(ObjectId object, String name) {
        dmaBufs.name(object, name);
    }

    @Override
    public Outcome<DmaBufFacts> inspect(int descriptor) {
        return outside.inspect(descriptor);
    }

    @Override
    public Outcome<Lent.Handle> lend(ObjectId object) {
        return outside.lend(object);
    }

    @Override
    public void takeBack(int descriptor) {
        outside.takeBack(descriptor);
    }

    @Override
    public boolean outside(ObjectId object) {
        return outside.outside(object);
    }

    @Override
    public Optional<String> awaitFences(ObjectId object, Access access, Duration limit) throws InterruptedException {
        Optional<Descriptor> dmaBuf = dmaBufs.existing(object);
        return dmaBuf.isEmpty() ? Optional.empty() : syncFiles.await(dmaBuf.get(), access, limit);
    }

    @Override
    public Outcome<Integer> fences(ObjectId object, Access access) {
        Outcome<Descriptor> dmaBuf = dmaBuf(object);
        return dmaBuf.then(d -> {
            int done = syncFiles.export(d, access);
            return done < 0 ? Outcome.no(Refusal.of(Errno.of(-done), "fences", "DMA_BUF_IOCTL_EXPORT_SYNC_FILE said errno " + -done, "a sync_file of " + object))
                    : Outcome.ok(outside.given(descriptors.adopt(done, "sync_file of " + object), Optional.empty()));
        });
    }

    @Override
    public Outcome<Outcome.Done> addFence(ObjectId object, int syncFile, Access access) {
        return dmaBuf(object).then(d -> {
            int done = syncFiles.add(d, syncFile, access);
            return done < 0 ? Outcome.no(Refusal.of(Errno.of(-done), "fence", "DMA_BUF_IOCTL_IMPORT_SYNC_FILE of descriptor " + syncFile + " said errno " + -done, "a sync_file"))
                    : Outcome.ok();
        });
    }

    /** Makes one when there is none yet: fences hang on dma-bufs. */
    private Outcome<Descriptor> dmaBuf(ObjectId object) {
        try {
            return Outcome.ok(dmaBufs.handle(object, "outside"));
        } catch (DeviceException e) {
            return Outcome.no(Refusal.of(e.errno(), "dma-buf", e.getMessage(), "a dma-buf of " + object));
        }
    }

    @Override
    public void exchange(ObjectId a, ObjectId b) {
        dmaBufs.exchange(a, b);
    }

    @Override
    public void withdraw(ObjectId object) {
        dmaBufs.remove(object);
    }

    @Override
    public void enter(String device, ObjectId object, long objectOffset, long dma, Extent extent, long offset, long size, Access access) {
        throw new IllegalArgumentException(device + ": DMA address 0x" + Long.toHexString(dma) + " for " + extent
                + ": the kernel makes the mapping when the device imports; serve the address space with mapops.kernel");
    }

    @Override
    public void enterAll(String device, ObjectId object, long objectOffset, long dma, List<Extent> extents, Access access) {
        enter(device, object, objectOffset, dma, extents.getFirst(), 0, extents.getFirst().size(), access);
    }

    @Override
    public void remove(String device, ObjectId object, long dma, long size) {
        // There is no entry.
    }

    @Override
    public void flush(String device) {
        // There is no entry.
    }

    @Override
    public void beginCpuAccess(ObjectId object, Access access) {
        dmaBufs.begin(object, access);
    }

    @Override
    public void endCpuAccess(ObjectId object, Access access) {
        dmaBufs.end(object, access);
    }

    private List<FilePiece> pieces(List<Extent> extents) {
        return extents.stream().map(e -> region(e).piece(e)).toList();
    }

    private LinuxRegion region(Extent extent) {
        LinuxRegion region = regions.get(extent.region());
        if (region == null) {
            throw new IllegalArgumentException(extent + ": there is no such region; there are " + regions.keySet());
        }
        return region;
    }

    @Override
    public void close() {
        List.copyOf(devices.values()).forEach(this::removeDevice);
        dmaBufs.close();
        List.copyOf(regions.values()).forEach(this::removeRegion);
        descriptors.close();
    }

    @Override
    public String toString() {
        return "Linux: " + devices.values() + ", " + regions.values() + ", " + dmaBufs.count() + " objects, " + descriptors.count() + " descriptors"
                + (descriptors.stolen().isEmpty() ? "" : ", closed by somebody else: " + descriptors.stolen());
    }

    @Override
    public KernelLog listen() {
        return KernelMessages.fromNow(descriptors, machine).<KernelLog>map(LinuxLog::new).orElse(KernelLog.SILENT);
    }
}
