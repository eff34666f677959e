package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Adds slots to a queue: {@code VIDIOC_CREATE_BUFS}. Of the format, {@code sizeimage} of each plane counts: it may be more than the queue's
 * present format needs. With a count of 0 it makes nothing and says in {@link #index()} how many slots there are.
 *
 * <p>Layout of {@code struct v4l2_create_buffers} in {@code linux/videodev2.h}. Behind the flags are words that newer headers give
 * other names than older ones.
 */
public final class V4l2CreateBuffers extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("v4l2_create_buffers", u32("index"), u32("count"), u32("memory"),
        struct("format", V4l2Format.LAYOUT), u32("capabilities"), u32("flags"), padding(24));

    private static final long INDEX = offset(LAYOUT, "index");
    private static final long COUNT = offset(LAYOUT, "count");
    private static final long MEMORY = offset(LAYOUT, "memory");
    private static final long FORMAT = offset(LAYOUT, "format");
    private static final long CAPABILITIES = offset(LAYOUT, "capabilities");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public V4l2CreateBuffers(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * First of the new slots; the kernel writes it.
     *
     * @return the value
     */
    public int index() {
        return int32(INDEX);
    }

    /**
     * Sets {@link #index()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2CreateBuffers index(int value) {
        int32(INDEX, value);
        return this;
    }

    /**
     * Slots wanted, then slots made.
     *
     * @return the value
     */
    public int count() {
        return int32(COUNT);
    }

    /**
     * Sets {@link #count()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2CreateBuffers count(int value) {
        int32(COUNT, value);
        return this;
    }

    /**
     * {@code V4L2_MEMORY_…}.
     *
     * @return the value
     */
    public int memory() {
        return int32(MEMORY);
    }

    /**
     * Sets {@link #memory()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2CreateBuffers memory(int value) {
        int32(MEMORY, value);
        return this;
    }

    /**
     * Type of the queue and sizes of the slots.
     *
     * @return a view
     */
    public V4l2Format format() {
        return new V4l2Format(part(FORMAT, V4l2Format.LAYOUT));
    }

    /**
     * What the queue can do, {@code V4L2_BUF_CAP_…}; the kernel writes it.
     *
     * @return the value
     */
    public int capabilities() {
        return int32(CAPABILITIES);
    }

    /**
     * Sets {@link #capabilities()}.
     *
     * @param value the value
     * @return this
     */
    public V4l2CreateBuffers capabilities(int value) {
        int32(CAPABILITIES, value);
        return this;
    }
}
