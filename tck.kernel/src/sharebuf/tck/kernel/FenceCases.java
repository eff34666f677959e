package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.FenceFile;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/**
 * Fences that somebody else hangs on a dma-buf: vgem's, which are signalled when one says so ({@code drm/vgem_drm.h},
 * {@code drivers/gpu/drm/vgem/vgem_fence.c}). Stateless.
 */
final class FenceCases {
    private static final long ATTACH = 0xc010_6441L; // struct drm_vgem_fence_attach: handle, flags, out_fence, pad
    private static final long SIGNAL = 0x4008_6442L; // struct drm_vgem_fence_signal: fence, flags
    private static final int WRITE = 1;
    private static final long BYTES = 64 << 10;
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(5);

    private FenceCases() {
    }

    static List<Case> all() {
        return List.of(new Case("fences/write", Level.API, "whoever comes after a writer waits, with a limit, and is told for whom", List.of(Need.BUFFERS, Need.CARD), FenceCases::write),
                new Case("fences/read", Level.API, "readers go beside a reader, a writer waits", List.of(Need.BUFFERS, Need.CARD), FenceCases::read),
                new Case("fences/sync_file", Level.API, "DMA_BUF_IOCTL_EXPORT_SYNC_FILE, DMA_BUF_IOCTL_IMPORT_SYNC_FILE", List.of(Need.BUFFERS, Need.CARD), FenceCases::syncFile));
    }

    /** A job of vgem's on a buffer. */
    private static final class Job implements AutoCloseable {
        private final DeviceNode node;
        private final int handle;
        private final int fence;
        private boolean over;

        Job(DeviceNode node, SharedBuffer buffer, int flags) throws DeviceException {
            this.node = node;
            handle = Prime.handle(node, node.handle(buffer.objects().getFirst()));
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment call = arena.allocate(16, 8);
                call.setAtIndex(ValueLayout.JAVA_INT, 0, handle);
                call.setAtIndex(ValueLayout.JAVA_INT, 1, flags);
                node.ioctl(ATTACH, call);
                fence = call.getAtIndex(ValueLayout.JAVA_INT, 2);
            }
        }

        void signal() throws DeviceException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment call = arena.allocate(8, 8);
                call.set(ValueLayout.JAVA_INT, 0, fence);
                over = true;
                node.ioctl(SIGNAL, call);
            }
        }

        @Override
        public void close() throws DeviceException {
            if (!over) {
                signal();
            }
            Prime.close(node, handle);
        }
    }

    private static DeviceNode vgem(Stage stage) throws Exception {
        for (String path : stage.finds().cards()) {
            DeviceNode node = stage.devices().node(path);
            if (Prime.driver(node).equals("vgem")) {
                return node;
            }
        }
        throw new Skipped("no vgem (modprobe vgem)");
    }

    /** One of a heap, else of a pool. */
    private static SharedBuffer buffer(Stage stage) throws Exception {
        if (stage.finds().heaps().isEmpty()) {
            stage.pool(4 * BYTES);
        } else {
            stage.heap(stage.finds().heaps().getFirst(), 4 * BYTES);
        }
        return stage.buffers(BYTES, 1).buffers().getFirst();
    }

    private static void held(String what, Outcome<?> outcome) throws CaseFailed {
        Refusal why = outcome.why().orElseThrow(() -> new CaseFailed(what + " does not wait"));
        CaseFailed.unless(why.errno() == Errno.ETIMEDOUT && why.found().contains("vgem unbound"), what + ": expected ETIMEDOUT and vgem's name, got " + why.message());
    }

    private static void open(String what, SharedBuffer buffer, Access access) throws CaseFailed {
        Outcome<CpuAccess> outcome = buffer.beginCpuAccess(access, LONG);
        CaseFailed.unless(outcome.isOk(), what + ": " + outcome.why().map(Refusal::message).orElse(""));
        outcome.orThrow().close();
    }

    private static String write(Stage stage) throws Exception {
        DeviceNode vgem = vgem(stage);
        SharedBuffer buffer = buffer(stage);
        long began = System.nanoTime();
        try (Job job = new Job(vgem, buffer, WRITE)) {
            held("a wait before reading", buffer.await(Access.READ, SHORT));
            held("a wait before writing", buffer.await(Access.WRITE, SHORT));
            held("the CPU that reads", buffer.beginCpuAccess(Access.READ, SHORT));
            long millis = (System.nanoTime() - began) / 1_000_000;
            CaseFailed.unless(millis >= 3 * SHORT.toMillis() && millis < 3_000, "three waits of " + SHORT.toMillis() + " ms took " + millis + " ms");
            job.signal();
            CaseFailed.unless(buffer.await(Access.WRITE, LONG).isOk(), "the fence is signalled, and awaited still");
            open("the CPU after the job", buffer, Access.READ_WRITE);
        }
        return "held up by vgem's writer for as long as was allowed, and named: vgem unbound";
    }

    private static String read(Stage stage) throws Exception {
        DeviceNode vgem = vgem(stage);
        SharedBuffer buffer = buffer(stage);
        try (Job job = new Job(vgem, buffer, 0)) {
            open("the CPU that reads beside vgem", buffer, Access.READ);
            held("the CPU that writes", buffer.beginCpuAccess(Access.WRITE, SHORT));
            job.signal();
            open("the CPU after the job", buffer, Access.WRITE);
        }
        return "vgem reads: the CPU reads too, and writes afterwards";
    }

    private static String syncFile(Stage stage) throws Exception {
        DeviceNode vgem = vgem(stage);
        SharedBuffer buffer = buffer(stage);
        SharedBuffer other = stage.buffers(BYTES, 1).buffers().getFirst();
        Libc libc = stage.libc();
        try (Job job = new Job(vgem, buffer, WRITE); FenceFile fences = buffer.fences(0, Access.READ).orThrow()) {
            CaseFailed.unless(libc.poll(fences.descriptor(), Libc.POLLIN, 0) == 0, "the sync_file is signalled before the job's end");
            CaseFailed.unless(other.await(Access.WRITE, Duration.ZERO).isOk(), "another buffer has a fence of its own");
            CaseFailed.unless(other.addFence(fences.descriptor(), Access.WRITE).isOk(), "the fence cannot be hung on another buffer");
            held("a wait for the other buffer", other.await(Access.READ, SHORT));
            CaseFailed.unless(!other.addFence(memfd(stage), Access.WRITE).isOk(), "a memfd was taken for a sync_file");
            job.signal();
            CaseFailed.unless(libc.poll(fences.descriptor(), Libc.POLLIN, 1000) == Libc.POLLIN, "the sync_file is not signalled after the job's end");
            CaseFailed.unless(other.await(Access.WRITE, LONG).isOk(), "the other buffer's fence is not signalled");
        }
        return "taken from one buffer, hung on another, signalled on both";
    }

    private static int memfd(Stage stage) throws Exception {
        return new Raw(stage).memfd(4096, 0).number();
    }
}
