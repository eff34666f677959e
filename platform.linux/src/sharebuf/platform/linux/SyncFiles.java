package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.device.Access;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.uapi.DmaBuf;
import sharebuf.uapi.DmaBufExportSyncFile;
import sharebuf.uapi.DmaBufImportSyncFile;
import sharebuf.uapi.SyncFenceInfo;
import sharebuf.uapi.SyncFile;
import sharebuf.uapi.SyncFileInfo;

/**
 * The fences that drivers hang on dma-bufs: waited for by {@code poll(2)}, taken out and put in as sync_files.
 *
 * <p>Stateless. Results as of {@link Libc}: at least 0, or the errno with a minus.
 */
final class SyncFiles {
    /** How long a poll stays in the kernel before it looks for an interrupt. A fence that is signalled ends it at once. */
    private static final int SLICE_MILLIS = 50;
    private static final int MOST_FENCES = 16;

    private final Libc libc;

    SyncFiles(Libc libc) {
        this.libc = libc;
    }

    /** Whom somebody waits for who is going to do this: a reader for writers, a writer for everybody. */
    private static int waits(Access access) {
        return access.writes() ? DmaBuf.DMA_BUF_SYNC_WRITE : DmaBuf.DMA_BUF_SYNC_READ;
    }

    private static int does(Access access) {
        return (access.reads() ? DmaBuf.DMA_BUF_SYNC_READ : 0) | (access.writes() ? DmaBuf.DMA_BUF_SYNC_WRITE : 0);
    }

    /**
     * Waits for the fences of a dma-buf.
     *
     * @return the unsignalled ones when the time is over; empty when there is none
     * @throws InterruptedException when the thread was interrupted
     */
    Optional<String> await(Descriptor dmaBuf, Access access, Duration limit) throws InterruptedException {
        int event = access.writes() ? Libc.POLLOUT : Libc.POLLIN;
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = Math.max(0, end - System.nanoTime());
            int fd = dmaBuf.enter();
            if (fd < 0) {
                return Optional.empty(); // closed: there is nothing to wait for
            }
            int found;
            try {
                found = libc.poll(fd, event, (int) Math.min(SLICE_MILLIS, (left + 999_999) / 1_000_000));
            } finally {
                dmaBuf.leave();
            }
            // An exporter that knows no poll, or another error, is nothing that one could wait for.
            if (found != 0 && found != -Libc.EINTR) {
                return Optional.empty();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("waiting for fences of " + dmaBuf.what());
            }
            if (left == 0) {
                return Optional.of(unsignalled(dmaBuf, access));
            }
        }
    }

    private String unsignalled(Descriptor dmaBuf, Access access) {
        int syncFile = export(dmaBuf, access);
        if (syncFile < 0) {
            return "a fence of somebody else (DMA_BUF_IOCTL_EXPORT_SYNC_FILE said errno " + -syncFile + ")";
        }
        try {
            List<String> names = active(syncFile);
            return names.isEmpty() ? "a fence of somebody else" : "fence of " + String.join(", ", names);
        } finally {
            libc.close(syncFile);
        }
    }

    /** A sync_file of the fences that somebody waits for who is going to do this. */
    int export(Descriptor dmaBuf, Access access) {
        try (Arena arena = Arena.ofConfined()) {
            DmaBufExportSyncFile call = new DmaBufExportSyncFile(arena.allocate(DmaBufExportSyncFile.LAYOUT)).flags(waits(access)).fd(-1);
            int done = dmaBuf.ioctl(DmaBuf.DMA_BUF_IOCTL_EXPORT_SYNC_FILE, call.segment());
            return done < 0 ? done : call.fd(); // the kernel opens it with O_CLOEXEC
        }
    }

    /** Hangs a sync_file's fence on a dma-buf. */
    int add(Descriptor dmaBuf, int syncFile, Access access) {
        try (Arena arena = Arena.ofConfined()) {
            DmaBufImportSyncFile call = new DmaBufImportSyncFile(arena.allocate(DmaBufImportSyncFile.LAYOUT)).flags(does(access)).fd(syncFile);
            return dmaBuf.ioctl(DmaBuf.DMA_BUF_IOCTL_IMPORT_SYNC_FILE, call.segment());
        }
    }

    /** Driver and timeline of the fences of a sync_file that are not signalled. */
    private List<String> active(int syncFile) {
        try (Arena arena = Arena.ofConfined()) {
            long each = SyncFenceInfo.LAYOUT.byteSize();
            MemorySegment fences = arena.allocate(each * MOST_FENCES, SyncFenceInfo.LAYOUT.byteAlignment());
            SyncFileInfo info = new SyncFileInfo(arena.allocate(SyncFileInfo.LAYOUT)).numFences(MOST_FENCES).fences(fences.address());
            int done = libc.ioctl(syncFile, SyncFile.SYNC_IOC_FILE_INFO, info.segment());
            if (done == -22) { // more than there is room for
                info.numFences(0).fences(0);
                libc.ioctl(syncFile, SyncFile.SYNC_IOC_FILE_INFO, info.segment());
                return List.of(info.numFences() + " jobs");
            }
            List<String> names = new ArrayList<>();
            for (int i = 0; done >= 0 && i < Math.min(MOST_FENCES, info.numFences()); i++) {
                SyncFenceInfo fence = new SyncFenceInfo(fences.asSlice(i * each, each));
                if (fence.status() == 0) {
                    names.add(fence.driver() + " " + fence.timeline());
                }
            }
            return names;
        }
    }
}
