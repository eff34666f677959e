package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A memory plane of a slot of a multi-planar queue.
 *
 * <p>Layout of {@code struct v4l2_plane} in {@code linux/videodev2.h}.
 */
public final class V4l2Plane extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_plane", u32("bytesused"), u32("length"), u64("m"), u32("data_offset"),
        u32("reserved", 11));

    private static final long BYTESUSED = offset(LAYOUT, "bytesused");
    private static final long LENGTH = offset(LAYOUT, "length");
    private static final long M = offset(LAYOUT, "m");
    private static final long DATA_OFFSET = offset(LAYOUT, "data_offset");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2Plane(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Bytes of payload, {@link #dataOffset()} included.
     *
     * @return the value
     */
    public long bytesUsed() {
        return uint32(BYTESUSED);
    }

    /**
     * Sets {@link #bytesUsed()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Plane bytesUsed(long value) {
        uint32(BYTESUSED, value);
        return this;
    }

    /**
     * Bytes of the plane.
     *
     * @return the value
     */
    public long length() {
        return uint32(LENGTH);
    }

    /**
     * Sets {@link #length()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Plane length(long value) {
        uint32(LENGTH, value);
        return this;
    }

    /**
     * {@code m.mem_offset}: for {@code mmap}; memory MMAP.
     *
     * @return the value
     */
    public int memOffset() {
        return int32(M);
    }

    /**
     * Sets {@link #memOffset()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Plane memOffset(int value) {
        int32(M, value);
        return this;
    }

    /**
     * {@code m.fd}: descriptor of a dma-buf; memory DMABUF.
     *
     * @return the value
     */
    public int fd() {
        return int32(M);
    }

    /**
     * Sets {@link #fd()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Plane fd(int value) {
        int32(M, value);
        return this;
    }

    /**
     * Bytes before the payload.
     *
     * @return the value
     */
    public long dataOffset() {
        return uint32(DATA_OFFSET);
    }

    /**
     * Sets {@link #dataOffset()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2Plane dataOffset(long value) {
        uint32(DATA_OFFSET, value);
        return this;
    }
}
