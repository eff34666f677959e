package sharebuf.uapi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The driver: {@code DRM_IOCTL_VERSION}. Lengths are in bytes: the size of the array, then that of the text.
 *
 * <p>Layout of {@code struct drm_version} in {@code drm/drm.h}.
 */
public final class DrmVersion extends Struct {
    /** The fields. */
    public static final StructLayout LAYOUT = layout("drm_version", s32("version_major"), s32("version_minor"),
        s32("version_patchlevel"), u64("name_len"), u64("name"), u64("date_len"), u64("date"), u64("desc_len"), u64("desc"));

    private static final long VERSION_MAJOR = offset(LAYOUT, "version_major");
    private static final long VERSION_MINOR = offset(LAYOUT, "version_minor");
    private static final long VERSION_PATCHLEVEL = offset(LAYOUT, "version_patchlevel");
    private static final long NAME_LEN = offset(LAYOUT, "name_len");
    private static final long NAME = offset(LAYOUT, "name");
    private static final long DATE_LEN = offset(LAYOUT, "date_len");
    private static final long DATE = offset(LAYOUT, "date");
    private static final long DESC_LEN = offset(LAYOUT, "desc_len");
    private static final long DESC = offset(LAYOUT, "desc");

    /**
     * A view.
     *
     * @param at native memory of at least the size of the layout
     */
    public DrmVersion(MemorySegment at) {
        super(LAYOUT, at);
    }

    /**
     * Version, first part.
     *
     * @return the value
     */
    public int major() {
        return int32(VERSION_MAJOR);
    }

    /**
     * Sets {@link #major()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion major(int value) {
        int32(VERSION_MAJOR, value);
        return this;
    }

    /**
     * Version, second part.
     *
     * @return the value
     */
    public int minor() {
        return int32(VERSION_MINOR);
    }

    /**
     * Sets {@link #minor()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion minor(int value) {
        int32(VERSION_MINOR, value);
        return this;
    }

    /**
     * Version, third part.
     *
     * @return the value
     */
    public int patchLevel() {
        return int32(VERSION_PATCHLEVEL);
    }

    /**
     * Sets {@link #patchLevel()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion patchLevel(int value) {
        int32(VERSION_PATCHLEVEL, value);
        return this;
    }

    /**
     * Length of the name.
     *
     * @return the value
     */
    public long nameLength() {
        return int64(NAME_LEN);
    }

    /**
     * Sets {@link #nameLength()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion nameLength(long value) {
        int64(NAME_LEN, value);
        return this;
    }

    /**
     * Address of the name.
     *
     * @return the value
     */
    public long name() {
        return int64(NAME);
    }

    /**
     * Sets {@link #name()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion name(long value) {
        int64(NAME, value);
        return this;
    }

    /**
     * Length of the date.
     *
     * @return the value
     */
    public long dateLength() {
        return int64(DATE_LEN);
    }

    /**
     * Sets {@link #dateLength()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion dateLength(long value) {
        int64(DATE_LEN, value);
        return this;
    }

    /**
     * Address of the date.
     *
     * @return the value
     */
    public long date() {
        return int64(DATE);
    }

    /**
     * Sets {@link #date()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion date(long value) {
        int64(DATE, value);
        return this;
    }

    /**
     * Length of the description.
     *
     * @return the value
     */
    public long descriptionLength() {
        return int64(DESC_LEN);
    }

    /**
     * Sets {@link #descriptionLength()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion descriptionLength(long value) {
        int64(DESC_LEN, value);
        return this;
    }

    /**
     * Address of the description.
     *
     * @return the value
     */
    public long description() {
        return int64(DESC);
    }

    /**
     * Sets {@link #description()}.
     *
     * @param value the value
     * @return this
     */
    public DrmVersion description(long value) {
        int64(DESC, value);
        return this;
    }
}
