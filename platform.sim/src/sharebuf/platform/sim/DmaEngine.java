package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import sharebuf.pagetables.PageTables;
import sharebuf.sim.Faults.Stopped;

/**
 * The DMA engine of one device: moves bytes between the device and memory, only by addresses that stand in the device's table.
 * Anything else is stopped before it touches a byte, and told.
 *
 * <p>Thread-safe. Allocates nothing as long as nothing is stopped.
 */
final class DmaEngine {
    private final String device;
    private final Wiring wiring;
    private final DmaTable table;
    private final Bus bus;
    private final Consumer<Stopped> stopped;
    /** Held while bytes move, so that who removes an entry can wait until nothing moves through it any more. */
    private final ReentrantLock moving;
    /** Null where no IOMMU translates: looked at for every line of a picture. */
    private final Iotlb iotlb;
    /** The table between the device and memory that shows pages in two dimensions, once there is one. */
    private final AtomicReference<Views> views;
    private Views.Walk walk;
    private Views walked;

    DmaEngine(String device, Wiring wiring, Bus bus, Consumer<Stopped> stopped) {
        this(device, wiring, Optional.empty(), new AtomicReference<>(), bus, stopped);
    }

    /** An engine whose addresses an IOMMU translates, when there is a domain, or views, when there are some. */
    DmaEngine(String device, Wiring wiring, Optional<Iommu> domain, AtomicReference<Views> views, Bus bus, Consumer<Stopped> stopped) {
        this(device, wiring, new DmaTable(), new ReentrantLock(), domain.map(Iotlb::new).orElse(null), views, bus, stopped);
    }

    private DmaEngine(String device, Wiring wiring, DmaTable table, ReentrantLock moving, Iotlb iotlb, AtomicReference<Views> views, Bus bus, Consumer<Stopped> stopped) {
        this.views = views;
        this.table = table;
        this.moving = moving;
        this.iotlb = iotlb;
        this.device = device;
        this.wiring = wiring;
        this.bus = bus;
        this.stopped = stopped;
    }

    /** The same engine, telling of stopped accesses elsewhere. */
    DmaEngine reportingTo(Consumer<Stopped> other) {
        return new DmaEngine(device, wiring, table, moving, iotlb, views, bus, other);
    }

    DmaTable table() {
        return table;
    }

    Wiring wiring() {
        return wiring;
    }

    /**
     * Moves bytes of an object.
     *
     * @param list the object's segments, as programmed when the job was queued; each address is checked again now
     * @param offset first byte in the object
     * @param local the device's side
     * @param localOffset first byte there
     * @param size in bytes
     * @param write true to write memory, false to read it
     * @return false when an access was stopped; the rest was not tried
     */
    boolean move(ScatterList list, long offset, MemorySegment local, long localOffset, long size, boolean write) {
        if (size > list.total() - offset) {
            stopped.accept(new Stopped(device, 0, device + ": " + verb(write) + " of " + size + " bytes at byte " + offset + " of a scatter list of "
                    + list.total() + " bytes stopped; real hardware would have gone on at whatever address comes next"));
            return false;
        }
        int i = list.segmentOf(offset);
        long done = 0;
        while (done < size) {
            long at = offset + done;
            long n = Math.min(size - done, list.end(i) - at);
            if (!send(list.dma()[i] + (at - list.start()[i]), local, localOffset + done, n, write)) {
                return false;
            }
            done += n;
            i++;
        }
        return true;
    }

    /**
     * Sends one address.
     *
     * @return false when it was stopped
     */
    boolean send(long dma, MemorySegment local, long localOffset, long size, boolean write) {
        moving.lock();
        try {
            return sent(dma, local, localOffset, size, write);
        } finally {
            moving.unlock();
        }
    }

    /** Returns when no access is under way that began before the call. */
    void settle() {
        moving.lock();
        moving.unlock();
    }

    /** Forgets what the device remembers of its page tables. */
    void invalidate() {
        moving.lock();
        try {
            if (iotlb != null) {
                iotlb.invalidate();
            }
        } finally {
            moving.unlock();
        }
    }

    /** As {@link #sent}, page by page through the IOMMU. */
    private boolean translated(long dma, MemorySegment local, long localOffset, long size, boolean write) {
        long done = 0;
        while (done < size) {
            long at = dma + done;
            long entry = iotlb.look(at);
            long n = Math.min(size - done, page(entry) - (at & page(entry) - 1));
            if (iotlb.stale() || entry == PageTables.NONE || !PageTables.permits(entry, write)) {
                fault(at, size - done, write, entry);
                return false;
            }
            long cpu = PageTables.cpu(entry, at);
            if (!(write ? bus.write(cpu, local, localOffset + done, n) : bus.read(cpu, local, localOffset + done, n))) {
                stop(at, size - done, write, "translated to CPU address 0x" + Long.toHexString(cpu) + ", whose memory is gone");
                return false;
            }
            done += n;
        }
        return true;
    }

    /** Bytes that an entry is good for; where there is none, those of a small page. */
    private static long page(long entry) {
        return entry == PageTables.NONE ? PageTables.PAGE : PageTables.size(entry);
    }

    private void fault(long iova, long size, boolean write, long entry) {
        String what = device + ": " + verb(write) + " of " + size + " bytes at IOVA 0x" + Long.toHexString(iova) + " stopped, ";
        String why = iotlb.stale() ? "the IOTLB still leads to CPU address 0x" + Long.toHexString(PageTables.cpu(entry, iova))
                + ", the page tables do not: an invalidation is missing; real hardware would have " + (write ? "written" : "read") + " there"
                : entry == PageTables.NONE ? "IOMMU fault: no translation; real hardware would have reported the same"
                : "IOMMU fault: no right to " + verb(write) + "; real hardware would have reported the same";
        stopped.accept(new Stopped(device, iova, what + why));
    }

    private boolean sent(long dma, MemorySegment local, long localOffset, long size, boolean write) {
        if (iotlb != null) {
            return translated(dma, local, localOffset, size, write);
        }
        Views behind = views.get();
        if (behind != null && behind.contains(dma)) {
            return seen(behind, dma, local, localOffset, size, write);
        }
        long done = 0;
        while (done < size) {
            long at = dma + done;
            DmaTable.Entry entry = table.find(at, write);
            if (entry == null || !entry.permits(write)) {
                stop(at, size - done, write, entry == null ? "not given to it" : "mapped " + entry.access() + " for " + entry.object());
                return false;
            }
            long n = Math.min(size - done, entry.size() - (at - entry.dma()));
            long cpu = wiring.cpu(at, n); // was checked when the entry was made
            boolean answered = write ? bus.write(cpu, local, localOffset + done, n) : bus.read(cpu, local, localOffset + done, n);
            if (!answered) {
                stop(at, size - done, write, "mapped for " + entry.object() + ", whose memory is gone");
                return false;
            }
            done += n;
        }
        return true;
    }

    /** As {@link #sent}, through a table of pages that shows them in two dimensions; each page must be one that was entered for the device. */
    private boolean seen(Views behind, long dma, MemorySegment local, long localOffset, long size, boolean write) {
        if (walked != behind) {
            walk = behind.new Walk();
            walked = behind;
        }
        long done = 0;
        while (done < size) {
            long at = dma + done;
            if (!behind.contains(at) || !walk.at(at, size - done)) {
                stop(at, size - done, write, "no page is entered there, or it is the middle of an element");
                return false;
            }
            DmaTable.Entry entry = table.find(behind.entry(at, walk.page()), write);
            if (entry == null || !entry.permits(write)) {
                stop(at, size - done, write, "page " + walk.page() + " of the table in front of memory is " + (entry == null ? "not given to it" : "mapped " + entry.access() + " for " + entry.object()));
                return false;
            }
            long cpu = walk.cpu();
            for (int i = 0; i < walk.count(); i++, cpu += walk.step(), done += walk.element()) {
                if (!(write ? bus.write(cpu, local, localOffset + done, walk.element()) : bus.read(cpu, local, localOffset + done, walk.element()))) {
                    stop(dma + done, size - done, write, "mapped for " + entry.object() + ", whose memory is gone");
                    return false;
                }
            }
        }
        return true;
    }

    private void stop(long dma, long size, boolean write, String why) {
        stopped.accept(new Stopped(device, dma, device + ": " + verb(write) + " of " + size + " bytes at DMA address 0x" + Long.toHexString(dma)
                + " stopped, " + why + "; real hardware would have " + would(dma, size, write)));
    }

    private String would(long dma, long size, boolean write) {
        Views behind = views.get();
        if (behind != null && behind.contains(dma)) {
            return (write ? "written" : "read") + " whatever page the table has there";
        }
        if (!wiring.leads(dma, size)) {
            return "sent it, and nothing answers: " + wiring.why(dma, size);
        }
        long cpu = wiring.cpu(dma, size);
        String place = " " + size + " bytes at CPU address 0x" + Long.toHexString(cpu);
        return bus.answers(cpu, size) ? (write ? "written" : "read") + place
                : (write ? "written" : "read") + place + ", where nothing answers";
    }

    private static String verb(boolean write) {
        return write ? "write" : "read";
    }
}
