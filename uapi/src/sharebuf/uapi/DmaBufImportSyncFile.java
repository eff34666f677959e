package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A fence for a dma-buf: {@code DMA_BUF_IOCTL_IMPORT_SYNC_FILE}.
 *
 * <p>Layout of {@code struct dma_buf_import_sync_file} in {@code linux/dma-buf.h}.
 */
public final class DmaBufImportSyncFile extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("dma_buf_import_sync_file", u32("flags"), s32("fd"));

    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long FD = offset(LAYOUT, "fd");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DmaBufImportSyncFile(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * What its job does: {@code DMA_BUF_SYNC_READ}, {@code DMA_BUF_SYNC_WRITE}, or both.
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
    public DmaBufImportSyncFile flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Descriptor of the sync_file; it stays the caller's.
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
    public DmaBufImportSyncFile fd(int value) {
        int32(FD, value);
        return this;
    }
}
