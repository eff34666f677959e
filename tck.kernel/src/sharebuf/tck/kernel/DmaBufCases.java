package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sharebuf.buffer.ObjectId;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DmaBuf;

/** What every dma-buf does, whoever exported it: {@code drivers/dma-buf/dma-buf.c}. Stateless. */
final class DmaBufCases {
    private static final String SOURCE = "drivers/dma-buf/dma-buf.c ";
    private static final long MIB = 1 << 20;
    private static final int EINVAL = 22;
    private static final int READ = DmaBuf.DMA_BUF_SYNC_READ;
    private static final int WRITE = DmaBuf.DMA_BUF_SYNC_WRITE;
    private static final int END = DmaBuf.DMA_BUF_SYNC_END;

    private DmaBufCases() {
    }

    static List<Case> all() {
        return List.of(new Case("dma-buf/sync", Level.UAPI, SOURCE + "DMA_BUF_IOCTL_SYNC", List.of(Need.BUFFERS), stage -> each(stage, DmaBufCases::sync)),
                new Case("dma-buf/sync_flags", Level.UAPI, SOURCE + "DMA_BUF_SYNC_VALID_FLAGS_MASK", List.of(Need.BUFFERS), stage -> each(stage, DmaBufCases::flags)),
                new Case("dma-buf/mmap_bounds", Level.UAPI, SOURCE + "dma_buf_mmap_internal", List.of(Need.BUFFERS), stage -> each(stage, DmaBufCases::bounds)),
                new Case("dma-buf/name", Level.API, SOURCE + "DMA_BUF_SET_NAME, whose buffer it is", List.of(Need.BUFFERS), stage -> each(stage, DmaBufCases::name)));
    }

    private interface Play {
        void on(Raw raw, int dmaBuf, ObjectId object) throws Exception;
    }

    /** A dma-buf of a heap and one of a pool, each got through the API. */
    private static String each(Stage stage, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        for (String heap : stage.finds().heaps()) {
            try (Stage own = stage.inner()) {
                own.heap(heap, MIB);
                on(own, play);
                seen.add(heap);
            }
        }
        if (!stage.finds().udmabuf().isEmpty()) {
            try (Stage own = stage.inner()) {
                own.pool(MIB);
                on(own, play);
                seen.add("udmabuf");
            }
        }
        return String.join(", ", seen);
    }

    private static void on(Stage stage, Play play) throws Exception {
        DeviceNode handles = stage.handles();
        ObjectId object = stage.buffers(MIB, 1).buffers().getFirst().objects().getFirst();
        play.on(new Raw(stage), handles.handle(object), object);
    }

    private static void sync(Raw raw, int dmaBuf, ObjectId object) throws CaseFailed {
        for (int access : new int[] {READ, WRITE, READ | WRITE}) {
            Raw.done("start of " + access, raw.sync(dmaBuf, access));
            Raw.done("end of " + access, raw.sync(dmaBuf, END | access));
        }
        Raw.done("start of reading twice", raw.sync(dmaBuf, READ) + raw.sync(dmaBuf, READ));
        Raw.done("end of reading twice", raw.sync(dmaBuf, END | READ) + raw.sync(dmaBuf, END | READ));
    }

    private static void flags(Raw raw, int dmaBuf, ObjectId object) throws CaseFailed {
        Raw.refused("start of nothing", raw.sync(dmaBuf, 0), EINVAL);
        Raw.refused("end of nothing", raw.sync(dmaBuf, END), EINVAL);
        Raw.refused("an unknown flag", raw.sync(dmaBuf, READ | 8), EINVAL);
        Raw.done("start of reading", raw.sync(dmaBuf, READ));
        Raw.done("end of reading", raw.sync(dmaBuf, END | READ));
    }

    private static void bounds(Raw raw, int dmaBuf, ObjectId object) throws CaseFailed {
        long page = raw.page();
        Raw.done("all of it", raw.map(dmaBuf, 0, MIB, Libc.MAP_SHARED));
        Raw.done("its last page", raw.map(dmaBuf, MIB - page, page, Libc.MAP_SHARED));
        Raw.refused("a page past its end", raw.map(dmaBuf, MIB, page, Libc.MAP_SHARED), EINVAL);
        Raw.refused("a page more than it has", raw.map(dmaBuf, 0, MIB + page, Libc.MAP_SHARED), EINVAL);
        Raw.refused("a private mapping", raw.map(dmaBuf, 0, MIB, Libc.MAP_PRIVATE), EINVAL);
    }

    /** The kernel shows the object and the session in {@code /proc} and in debugfs, so that a person finds out who holds memory. */
    private static void name(Raw raw, int dmaBuf, ObjectId object) throws CaseFailed, IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/self/fd/" + dmaBuf)).toString();
        CaseFailed.unless(link.equals("/dmabuf:" + object + " dma-buf/name"), object + " of session dma-buf/name is shown as " + link);
    }
}
