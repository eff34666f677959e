package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Ranges of memfds, in order, as one new dma-buf: {@code UDMABUF_CREATE_LIST}, which returns its descriptor. The head; {@code count} times
 * {@link UdmabufCreateItem} follow it at once.
 *
 * <p>Layout of {@code struct udmabuf_create_list} in {@code linux/udmabuf.h}.
 */
public final class UdmabufCreateList extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("udmabuf_create_list", u32("flags"), u32("count"));

    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long COUNT = offset(LAYOUT, "count");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public UdmabufCreateList(MemorySegment at) {
        super(LAYOUT, at);
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
    public UdmabufCreateList flags(int value) {
        int32(FLAGS, value);
        return this;
    }

    /**
     * Number of ranges.
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
    public UdmabufCreateList count(int value) {
        int32(COUNT, value);
        return this;
    }
}
