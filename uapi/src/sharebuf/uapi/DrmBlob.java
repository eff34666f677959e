package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The bytes of a property: {@code DRM_IOCTL_MODE_GETPROPBLOB}.
 *
 * <p>Layout of {@code struct drm_mode_get_blob} in {@code drm/drm_mode.h}.
 */
public final class DrmBlob extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_mode_get_blob", u32("blob_id"), u32("length"), u64("data"));

    private static final long BLOB_ID = offset(LAYOUT, "blob_id");
    private static final long LENGTH = offset(LAYOUT, "length");
    private static final long DATA = offset(LAYOUT, "data");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmBlob(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * The blob.
     *
     * @return the value
     */
    public int blobId() {
        return int32(BLOB_ID);
    }

    /**
     * Sets {@link #blobId()}.
     *
     * @param value the value
     * @return this
     */
    public DrmBlob blobId(int value) {
        int32(BLOB_ID, value);
        return this;
    }

    /**
     * How many bytes there are; how many there is room for.
     *
     * @return the value
     */
    public int length() {
        return int32(LENGTH);
    }

    /**
     * Sets {@link #length()}.
     *
     * @param value the value
     * @return this
     */
    public DrmBlob length(int value) {
        int32(LENGTH, value);
        return this;
    }

    /**
     * Address of the room.
     *
     * @return the value
     */
    public long data() {
        return int64(DATA);
    }

    /**
     * Sets {@link #data()}.
     *
     * @param value the value
     * @return this
     */
    public DrmBlob data(long value) {
        int64(DATA, value);
        return this;
    }
}
