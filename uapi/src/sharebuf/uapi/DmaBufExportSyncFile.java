package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The fences of a dma-buf as a sync_file: {@code DMA_BUF_IOCTL_EXPORT_SYNC_FILE}.
 *
 * <p>Layout of {@code struct dma_buf_export_sync_file} in {@code linux/dma-buf.h}.
 */
public final class DmaBufExportSyncFile extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("dma_buf_export_sync_file", u32("flags"), s32("fd"));

    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long FD = offset(LAYOUT, "fd");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DmaBufExportSyncFile(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Whom the sync_file lets go on: {@code DMA_BUF_SYNC_READ} waits for writers, {@code DMA_BUF_SYNC_WRITE} for everybody.
     *
     * @return the value
     */
    public int flags() {
        return int32(FLAGS);
    }

    /**
     * Sets {@link #flags()}.
     *
     * @param value the value
     * @return this
     */
    public DmaBufExportSyncFile flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Descriptor of the sync_file; the kernel writes it.
     *
     * @return the value
     */
    public int fd() {
        return int32(FD);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public DmaBufExportSyncFile fd(int value) {
        int32(FD, value);
        return this;
    }
}
