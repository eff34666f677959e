package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One range of {@link UdmabufCreateList}.
 *
 * <p>Layout of {@code struct udmabuf_create_item} in {@code linux/udmabuf.h}.
 */
public final class UdmabufCreateItem extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("udmabuf_create_item", u32("memfd"), u32("__pad"), u64("offset"), u64("size"));

    private static final long MEMFD = offset(LAYOUT, "memfd");
    private static final long OFFSET = offset(LAYOUT, "offset");
    private static final long SIZE = offset(LAYOUT, "size");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public UdmabufCreateItem(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Descriptor of a memfd, sealed against shrinking and not against writing.
     *
     * @return the value
     */
    public int memfd() {
        return int32(MEMFD);
    }

    /**
     * Sets {@link #memfd()}.
     *
     * @param value the value
     * @return this
     */
    public UdmabufCreateItem memfd(int value) {
        int32(MEMFD, value);
        return this;
    }

    /**
     * First byte, a multiple of the page.
     *
     * @return the value
     */
    public long offset() {
        return int64(OFFSET);
    }

    /**
     * Sets {@link #offset()}.
     *
     * @param value the value
     * @return this
     */
    public UdmabufCreateItem offset(long value) {
        int64(OFFSET, value);
        return this;
    }

    /**
     * Bytes, a multiple of the page.
     *
     * @return the value
     */
    public long size() {
        return int64(SIZE);
    }

    /**
     * Sets {@link #size()}.
     *
     * @param value the value
     * @return this
     */
    public UdmabufCreateItem size(long value) {
        int64(SIZE, value);
        return this;
    }
}
