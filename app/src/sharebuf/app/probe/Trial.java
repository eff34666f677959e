package sharebuf.app.probe;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import sharebuf.app.probe.Findings.Card;
import sharebuf.app.probe.Findings.Cell;
import sharebuf.app.probe.Findings.Heap;
import sharebuf.app.probe.Findings.Matrix;
import sharebuf.app.probe.Findings.Queue;
import sharebuf.app.probe.Findings.Video;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.UdmabufCreate;

/**
 * Tries every import of every exporter's dma-buf. One dma-buf a row, of a size that suits every queue's present format.
 *
 * <p>Confined to one thread.
 */
final class Trial {
    private static final long LEAST = 640 * 480 * 4;
    /** udmabuf's own default limit; a heap has none, and would take the machine down with it. */
    private static final long MOST = 64L << 20;

    private interface Exporter {
        Descriptor make(long bytes) throws CallFailed;
    }

    private final Libc libc;
    private final Descriptors descriptors;
    private final Machine machine;

    Trial(Libc libc, Descriptors descriptors, Machine machine) {
        this.libc = libc;
        this.descriptors = descriptors;
        this.machine = machine;
    }

    Matrix play(List<Heap> heaps, Findings.Udmabuf udmabuf, List<Video> videos, Map<String, VideoNode> videoNodes, List<Card> cards,
            Map<String, CardNode> cardNodes) {
        Map<String, Exporter> exporters = new LinkedHashMap<>();
        heaps.stream().filter(h -> h.problem().isEmpty()).forEach(h -> exporters.put("heap " + name(h.path()), bytes -> heap(h.path(), bytes)));
        if (udmabuf.present() && udmabuf.problem().isEmpty()) {
            exporters.put("udmabuf", this::udmabuf);
        }
        Map<String, IntFunction<VideoNode.Try>> importers = new LinkedHashMap<>();
        long largest = LEAST;
        for (Card card : cards) {
            CardNode node = cardNodes.get(card.path());
            if (node != null && card.problem().isEmpty()) {
                if (card.dumb().orElse(true)) { // some say no and have them: trying is cheap
                    exporters.put("dumb " + name(card.path()), bytes -> descriptors.adopt(node.exportDumb(bytes), "dumb buffer of " + card.path()));
                }
                importers.put(name(card.path()), fd -> new VideoNode.Try("DRM_IOCTL_PRIME_FD_TO_HANDLE", node.importOf(fd)));
            }
        }
        for (Video video : videos) {
            VideoNode node = videoNodes.get(video.path());
            for (Queue queue : node == null ? List.<Queue>of() : video.queues()) {
                if (!queue.sizes().isEmpty()) {
                    largest = Math.max(largest, queue.sizes().stream().mapToLong(s -> s).max().orElse(0));
                    importers.put(name(video.path()) + ":" + queue.name(), fd -> node.importInto(queue, fd));
                }
            }
        }
        long bytes = Math.min(MOST, largest + libc.page() - 1 & -libc.page());
        List<Cell> cells = new ArrayList<>();
        exporters.forEach((row, exporter) -> cells.addAll(row(row, exporter, bytes, importers)));
        return new Matrix(bytes, List.copyOf(exporters.keySet()), List.copyOf(importers.keySet()), cells);
    }

    private static List<Cell> row(String row, Exporter exporter, long bytes, Map<String, IntFunction<VideoNode.Try>> importers) {
        List<Cell> cells = new ArrayList<>();
        try (Descriptor dmaBuf = exporter.make(bytes)) {
            importers.forEach((column, importer) -> {
                VideoNode.Try tried = importer.apply(dmaBuf.number());
                cells.add(new Cell(row, column, Optional.of(tried.result() < 0 ? Told.errno(-tried.result()) : "ok"), tried.step()));
            });
        } catch (CallFailed e) { // nothing to import: what would be is unknown
            importers.keySet().forEach(column -> cells.add(new Cell(row, column, Optional.empty(), Told.problem(e))));
        }
        return cells;
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    Descriptor heap(String path, long bytes) throws CallFailed {
        try (Descriptor heap = descriptors.open(machine.at(path), Libc.O_RDWR); Arena arena = Arena.ofConfined()) {
            DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(bytes).fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
            CallFailed.check(heap.ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment()), "DMA_HEAP_IOCTL_ALLOC of " + bytes + " bytes");
            return descriptors.adopt(call.fd(), "dma-buf of " + path);
        }
    }

    private Descriptor udmabuf(long bytes) throws CallFailed {
        try (Descriptor memfd = descriptors.adopt(CallFailed.check(libc.memfd("sharebuf-probe", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "memfd"), "memfd");
                Descriptor device = descriptors.open(machine.at(Probe.UDMABUF), Libc.O_RDWR); Arena arena = Arena.ofConfined()) {
            CallFailed.check(libc.truncate(memfd.number(), bytes), "memfd of " + bytes + " bytes");
            CallFailed.check(libc.fcntl(memfd.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK), "seals of a memfd");
            UdmabufCreate call = new UdmabufCreate(arena.allocate(UdmabufCreate.LAYOUT)).memfd(memfd.number()).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).size(bytes);
            return descriptors.adopt(CallFailed.check(device.ioctl(Udmabuf.UDMABUF_CREATE, call.segment()), "UDMABUF_CREATE of " + bytes + " bytes"), "udmabuf");
        }
    }
}
