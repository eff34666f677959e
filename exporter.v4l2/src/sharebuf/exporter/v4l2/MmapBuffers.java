package sharebuf.exporter.v4l2;

import java.lang.foreign.Arena;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;

/**
 * One MMAP buffer an object: the driver makes it in a queue of a file of its own, it is exported and handed to the platform, and the queue is
 * freed again. The dma-buf alone keeps the memory (the kernel calls it orphaned), so nothing here has to be kept, closed or handed to a
 * successor. Everybody imports the dma-buf, the device as well.
 *
 * <p>The file of its own keeps it apart from whoever streams: the kernel says EBUSY instead of mixing both sides' buffers.
 *
 * <p>Externally synchronised by the seat.
 */
final class MmapBuffers {
    private final MemoryRegion region;
    private final DeviceNode node;
    private final QueueType queue;
    private long used;

    /**
     * Serves a region.
     *
     * @throws IllegalArgumentException when the region is placed
     */
    MmapBuffers(MemoryRegion region, DeviceNode node, QueueType queue) {
        if (region.kind() != RegionKind.GRANTED) {
            throw new IllegalArgumentException("region " + region.id() + " is placed: serve it with an allocator that places");
        }
        this.region = region;
        this.node = node;
        this.queue = queue;
    }

    void adopt(Live live) {
        used = live.extents().stream().mapToLong(h -> h.extent().size()).sum();
    }

    Outcome<Offer> offer(Request request) {
        long size = request.sizeIn(region.granule());
        if (size > region.size() - used) {
            return Outcome.no(Refusal.of(Errno.ENOMEM, "space", used + " of at most " + region.size() + " bytes are taken", size + " bytes")
                    .fixedBy("a larger 'size' in the configuration of region " + region.id()));
        }
        if (size >>> 32 != 0) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "size", size + " bytes", "less than 2^32: sizeimage has 32 bits"));
        }
        return Outcome.ok(new Offer(Offer.DRIVER, "a buffer of " + node.device().name() + "'s driver" + (region.contiguous() ? ", in one piece" : ", pages unknown")));
    }

    Outcome<Outcome.Done> place(Request request, Claims claims) {
        if (offer(request) instanceof Outcome.No<Offer>(Refusal why)) {
            return Outcome.no(why);
        }
        long size = request.sizeIn(region.granule());
        Outcome<Outcome.Done> taken;
        try (Arena arena = Arena.ofConfined(); DeviceFile file = node.open()) {
            DriverQueue driver = new DriverQueue(file, queue, arena);
            try {
                int plane = driver.make(request, size);
                taken = claims.take(driver.export(plane), size);
            } finally {
                driver.restore();
            }
        } catch (DeviceException e) { // what was taken before is undone with the claims
            String said = e.detail().isEmpty() ? e.errno().toString() : e.errno() + ", " + e.detail();
            return Outcome.no(Refusal.of(e.errno(), e.operation(), said, e.errno() == Errno.EBUSY ? "a " + queue + " queue that nobody uses meanwhile"
                    : "a buffer of " + size + " bytes").about(node.device().name(), ""));
        }
        if (taken.isOk()) {
            used += size;
        }
        return taken;
    }

    void released(long size) {
        used -= size;
    }
}
