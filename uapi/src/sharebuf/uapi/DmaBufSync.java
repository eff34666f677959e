package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Begin or end of CPU access: {@code DMA_BUF_IOCTL_SYNC}.
 *
 * <p>Layout of {@code struct dma_buf_sync} in {@code linux/dma-buf.h}.
 */
public final class DmaBufSync extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("dma_buf_sync", u64("flags"));

    private static final long FLAGS = offset(LAYOUT, "flags");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DmaBufSync(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * {@code DMA_BUF_SYNC_…}, or-ed.
     *
     * @return the value
     */
    public long flags() {
        return int64(FLAGS);
    }

    /**
     * Sets {@link #flags()}.
     *
     * @param value the value
     * @return this
     */
    public DmaBufSync flags(long value) {
        int64(FLAGS, value);
        return this;
    }
}
