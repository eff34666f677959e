package sharebuf.platform.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Span;
import sharebuf.memory.Windows;

/**
 * Memory that a simulated driver has for itself, a span of its own: where its dumb buffers and its MMAP buffers lie. What was handed over as
 * a descriptor belongs to the platform, and lives until it is given back, whatever becomes of the driver's handle or slot.
 *
 * <pre>
 *     make     one holder: a GEM handle, a slot of a queue          drop
 *     export   one more: a descriptor                               close
 *     take     the descriptor becomes the platform's                ungrant
 *                                       nobody holds it any more: the memory is free, and not cleared
 * </pre>
 *
 * <p>Thread-safe.
 */
final class DriverRegion implements SimMemory {
    private static final class Made {
        private final SimNode node;
        private final Extent extent;
        private final long dma;
        private int holders = 1;
        private OptionalInt taken = OptionalInt.empty();

        private Made(SimNode node, Extent extent, long dma) {
            this.node = node;
            this.extent = extent;
            this.dma = dma;
        }
    }

    private final RegionSpec spec;
    private final RegionId id;
    private final String device;
    private final boolean contiguous;
    private final Exports exports;
    private final Map<ObjectId, Made> made = new HashMap<>();
    private final TreeMap<Long, ObjectId> places = new TreeMap<>();

    DriverRegion(RegionSpec spec, String device, boolean contiguous, Exports exports) {
        this.spec = spec;
        id = new RegionId(spec.name());
        this.device = device;
        this.contiguous = contiguous;
        this.exports = exports;
    }

    @Override
    public Optional<String> device() {
        return Optional.of(device);
    }

    /**
     * Makes a buffer, in one piece, mapped for its device.
     *
     * @param node the device
     * @param bytes at least 1
     * @return its name, which the broker never uses
     * @throws Refused ENOMEM when there is no room, or none that the device reaches
     */
    synchronized ObjectId make(SimNode node, long bytes) throws Refused {
        long size = (bytes + granule() - 1) & -granule();
        long offset = gap(size);
        long cpu = base() + offset;
        long dma = node.engine().wiring().bus(cpu, size).orElseThrow(() -> new Refused(Errno.ENOMEM, device + " does not reach " + new Span(cpu, size)
                + " of its own memory " + id));
        Extent extent = new Extent(id, offset, size);
        ObjectId object = exports.addDrivers(extent, size);
        node.engine().table().enter(new DmaTable.Entry(dma, size, object, 0, Access.READ_WRITE));
        made.put(object, new Made(node, extent, dma));
        places.put(offset, object);
        return object;
    }

    private long gap(long size) throws Refused {
        long at = 0;
        for (Map.Entry<Long, ObjectId> each : places.entrySet()) {
            if (each.getKey() - at >= size) {
                break;
            }
            at = made.get(each.getValue()).extent.end();
        }
        if (size <= 0 || size > size() - at) {
            throw new Refused(Errno.ENOMEM, size + " bytes of " + id + ", which has " + size() + " in " + made.size() + " buffers and gaps between them");
        }
        return at;
    }

    /** A handle or slot is gone. */
    synchronized void drop(ObjectId object) {
        Made m = made.get(object);
        if (m == null || --m.holders > 0) {
            return;
        }
        made.remove(object);
        places.remove(m.extent.offset());
        if (m.node.engine().table().remove(object, m.dma, m.extent.size())) {
            m.node.engine().settle();
        }
        exports.remove(object);
    }

    /** A descriptor of a buffer; as the kernel's, each time another number. */
    synchronized int export(ObjectId object) throws Refused {
        Made m = made.get(object);
        if (m == null) {
            throw new Refused(Errno.ENOENT, object + " is no buffer of " + id);
        }
        m.holders++;
        return exports.open(object, () -> drop(object));
    }

    @Override
    public Outcome<Long> take(int descriptor, long size) {
        Exports.Exported object = exports.resolve(descriptor).orElse(null);
        if (object == null) {
            return Outcome.no(Refusal.of(Errno.EBADF, "descriptor", descriptor + ", which is not open", "a dma-buf"));
        }
        Outcome<Long> taken = takeOf(object, descriptor, size);
        if (!taken.isOk() && !isTaken(object.id(), descriptor)) {
            exports.close(descriptor);
        }
        return taken;
    }

    private synchronized boolean isTaken(ObjectId object, int descriptor) {
        Made m = made.get(object);
        return m != null && m.taken.isPresent() && m.taken.getAsInt() == descriptor;
    }

    private synchronized Outcome<Long> takeOf(Exports.Exported object, int descriptor, long size) {
        Made m = made.get(object.id());
        if (m == null || m.taken.isPresent()) {
            return Outcome.no(Refusal.of(Errno.EEXIST, "dma-buf", m == null ? object.id() + " is none of " + id : "the platform has it already",
                    "a buffer of " + device + " that is handed over once"));
        }
        if (size < 1 || size % granule() != 0 || size > m.extent.size()) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "size", size + " of the " + m.extent.size() + " bytes of the dma-buf",
                    "a multiple of " + granule() + ", no more than it has"));
        }
        m.taken = OptionalInt.of(descriptor);
        return Outcome.ok(m.extent.offset());
    }

    @Override
    public void ungrant(Extent extent) {
        int descriptor;
        synchronized (this) {
            ObjectId object = places.get(extent.offset());
            Made m = object == null ? null : made.get(object);
            if (m == null || m.taken.isEmpty()) {
                throw new IllegalArgumentException(extent + " was not taken from " + device);
            }
            descriptor = m.taken.getAsInt();
        }
        exports.close(descriptor);
    }

    /** Buffers that there are, taken or not. */
    synchronized int count() {
        return made.size();
    }

    @Override
    public RegionSpec spec() {
        return spec;
    }

    @Override
    public Span span(Extent extent) {
        return spec.span(extent);
    }

    @Override
    public RegionId id() {
        return id;
    }

    @Override
    public RegionKind kind() {
        return RegionKind.GRANTED;
    }

    @Override
    public long base() {
        return spec.span().base();
    }

    @Override
    public long size() {
        return spec.span().size();
    }

    @Override
    public long granule() {
        return spec.granule();
    }

    @Override
    public Windows within() {
        return new Windows(List.of(new Windows.Window(base(), base() + (size() - 1))));
    }

    @Override
    public boolean contiguous() {
        return contiguous;
    }

    @Override
    public boolean reusable() {
        return false;
    }

    @Override
    public boolean mapped() {
        return true;
    }

    @Override
    public List<Extent> reserved() {
        return List.of();
    }

    @Override
    public Outcome<Long> vacate(long offset, long size) {
        return Outcome.ok(0L);
    }

    @Override
    public synchronized String toString() {
        return id + " " + spec.span() + ", memory of " + device + ", " + made.size() + " buffers";
    }
}
