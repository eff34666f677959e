package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A fence: an element of the array of {@link SyncFileInfo}.
 *
 * <p>Layout of {@code struct sync_fence_info} in {@code linux/sync_file.h}.
 */
public final class SyncFenceInfo extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("sync_fence_info", u8("obj_name", 32), u8("driver_name", 32), s32("status"), u32("flags"), u64("timestamp_ns"));

    private static final long TIMELINE = offset(LAYOUT, "obj_name");
    private static final long DRIVER = offset(LAYOUT, "driver_name");
    private static final long STATUS = offset(LAYOUT, "status");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long TIMESTAMP = offset(LAYOUT, "timestamp_ns");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public SyncFenceInfo(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Name of its timeline.
     *
     * @return the value
     */
    public String timeline() {
        return text(TIMELINE, 32);
    }

    /**
     * Sets {@link #timeline()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFenceInfo timeline(String value) {
        text(TIMELINE, 32, value);
        return this;
    }

    /**
     * Name of the driver that will signal it.
     *
     * @return the value
     */
    public String driver() {
        return text(DRIVER, 32);
    }

    /**
     * Sets {@link #driver()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFenceInfo driver(String value) {
        text(DRIVER, 32, value);
        return this;
    }

    /**
     * 0 while active, 1 when signalled, negative after an error.
     *
     * @return the value
     */
    public int status() {
        return int32(STATUS);
    }

    /**
     * Sets {@link #status()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFenceInfo status(int value) {
        int32(STATUS, value);
        return this;
    }

    /**
     * None are known.
     *
     * @return the value
     */
    public int flags() {
        return int32(FLAGS);
    }

    /**
     * When its status changed, in nanoseconds.
     *
     * @return the value
     */
    public long timestamp() {
        return int64(TIMESTAMP);
    }

    /**
     * Sets {@link #timestamp()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFenceInfo timestamp(long value) {
        int64(TIMESTAMP, value);
        return this;
    }
}
