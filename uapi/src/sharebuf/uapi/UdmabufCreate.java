package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A range of a memfd as a new dma-buf: {@code UDMABUF_CREATE}, which returns its descriptor.
 *
 * <p>Layout of {@code struct udmabuf_create} in {@code linux/udmabuf.h}.
 */
public final class UdmabufCreate extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("udmabuf_create", u32("memfd"), u32("flags"), u64("offset"), u64("size"));

    private static final long MEMFD = offset(LAYOUT, "memfd");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long OFFSET = offset(LAYOUT, "offset");
    private static final long SIZE = offset(LAYOUT, "size");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public UdmabufCreate(MemorySegment at) {
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
    public UdmabufCreate memfd(int value) {
        int32(MEMFD, value);
        return this;
    }

    /**
     * {@code UDMABUF_FLAGS_CLOEXEC}.
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
    public UdmabufCreate flags(int value) {
        int32(FLAGS, value);
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
    public UdmabufCreate offset(long value) {
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
    public UdmabufCreate size(long value) {
        int64(SIZE, value);
        return this;
    }
}
