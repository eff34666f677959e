package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * What fences a sync_file waits for: {@code SYNC_IOC_FILE_INFO}.
 *
 * <p>Layout of {@code struct sync_file_info} in {@code linux/sync_file.h}.
 */
public final class SyncFileInfo extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("sync_file_info", u8("name", 32), s32("status"), u32("flags"), u32("num_fences"), u32("pad"), u64("sync_fence_info"));

    private static final long NAME = offset(LAYOUT, "name");
    private static final long STATUS = offset(LAYOUT, "status");
    private static final long FLAGS = offset(LAYOUT, "flags");
    private static final long NUM_FENCES = offset(LAYOUT, "num_fences");
    private static final long FENCES = offset(LAYOUT, "sync_fence_info");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public SyncFileInfo(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Its name; the kernel makes one of driver, timeline and number, cut to its room.
     *
     * @return the value
     */
    public String name() {
        return text(NAME, 32);
    }

    /**
     * Sets {@link #name()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFileInfo name(String value) {
        text(NAME, 32, value);
        return this;
    }

    /**
     * 0 while a fence is active, 1 when all are signalled, negative after an error.
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
    public SyncFileInfo status(int value) {
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
     * How many fences; before the call, how many there is room for.
     *
     * @return the value
     */
    public int numFences() {
        return int32(NUM_FENCES);
    }

    /**
     * Sets {@link #numFences()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFileInfo numFences(int value) {
        int32(NUM_FENCES, value);
        return this;
    }

    /**
     * Address of an array of {@link SyncFenceInfo}; with room for none the kernel only counts.
     *
     * @return the value
     */
    public long fences() {
        return int64(FENCES);
    }

    /**
     * Sets {@link #fences()}.
     *
     * @param value the value
     * @return this
     */
    public SyncFileInfo fences(long value) {
        int64(FENCES, value);
        return this;
    }
}
