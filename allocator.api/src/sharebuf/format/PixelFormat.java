package sharebuf.format;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A pixel format: its name, its fourcc codes and the shape of its planes.
 *
 * <p>Immutable. Codes are those of the kernel's {@code drm_fourcc.h} and {@code videodev2.h}; where DRM knows no format of
 * its own (NV12M is NV12 in two objects), {@link #drmFourcc()} is that of {@link #base()}.
 *
 * @param name the name on the command line and in messages, such as {@code NV12}
 * @param drmFourcc the DRM code
 * @param v4l2Fourcc the V4L2 code
 * @param objectPerPlane true when each plane lies in an object of its own (V4L2's M formats)
 * @param planes the planes in order, at least one
 */
public record PixelFormat(String name, int drmFourcc, int v4l2Fourcc, boolean objectPerPlane, List<Plane> planes) {

    /**
     * The shape of one plane.
     *
     * @param horizontal pixels per sample horizontally, at least 1
     * @param vertical lines per row vertically, at least 1
     * @param bytes bytes per sample, at least 1
     */
    public record Plane(int horizontal, int vertical, int bytes) {
        /** Checks that all three are at least 1. */
        public Plane {
            if (horizontal < 1 || vertical < 1 || bytes < 1) {
                throw new IllegalArgumentException("plane " + horizontal + "x" + vertical + "x" + bytes + ": each must be at least 1");
            }
        }
    }

    private static final Plane FULL = new Plane(1, 1, 1);
    private static final Plane CHROMA_PAIR = new Plane(2, 2, 2);

    /** 8-bit luma, then interleaved CbCr at half size, in one object. */
    public static final PixelFormat NV12 = of("NV12", "NV12", "NV12", false, FULL, CHROMA_PAIR);
    /** NV12 with luma and chroma in an object each. */
    public static final PixelFormat NV12M = of("NV12M", "NV12", "NM12", true, FULL, CHROMA_PAIR);
    /** 8-bit luma, then interleaved CrCb at half size, in one object. */
    public static final PixelFormat NV21 = of("NV21", "NV21", "NV21", false, FULL, CHROMA_PAIR);
    /** Three planes: luma, Cb, Cr, the last two at half size. */
    public static final PixelFormat YUV420 = of("YUV420", "YU12", "YU12", false, FULL, new Plane(2, 2, 1), new Plane(2, 2, 1));
    /** Packed 4:2:2, Y Cb Y Cr. */
    public static final PixelFormat YUYV = of("YUYV", "YUYV", "YUYV", false, new Plane(1, 1, 2));
    /** 32 bits a pixel, bytes B G R X in memory. */
    public static final PixelFormat XRGB8888 = of("XRGB8888", "XR24", "XR24", false, new Plane(1, 1, 4));
    /** 32 bits a pixel, bytes B G R A in memory. */
    public static final PixelFormat ARGB8888 = of("ARGB8888", "AR24", "AR24", false, new Plane(1, 1, 4));

    private static final List<PixelFormat> KNOWN = List.of(NV12, NV12M, NV21, YUV420, YUYV, XRGB8888, ARGB8888);

    /** Checks the name and that there is a plane; copies the list. */
    public PixelFormat {
        Objects.requireNonNull(name, "name");
        planes = List.copyOf(planes);
        if (name.isBlank() || planes.isEmpty()) {
            throw new IllegalArgumentException("a pixel format needs a name and at least one plane, got '" + name + "' with " + planes.size());
        }
    }

    /**
     * A format that this class knows.
     *
     * @param name as on the command line, case ignored
     * @return the format, or empty when the name is unknown
     */
    public static Optional<PixelFormat> named(String name) {
        return KNOWN.stream().filter(f -> f.name.equalsIgnoreCase(name)).findFirst();
    }

    /**
     * The format with a V4L2 code.
     *
     * @param fourcc the code as in {@code v4l2_pix_format.pixelformat}
     * @return the format, or empty when the code is unknown
     */
    public static Optional<PixelFormat> ofV4l2(int fourcc) {
        return KNOWN.stream().filter(f -> f.v4l2Fourcc == fourcc).findFirst();
    }

    /**
     * The one-object format with a DRM code.
     *
     * @param fourcc the code as in {@code drm_mode_fb_cmd2.pixel_format}
     * @return the format, or empty when the code is unknown
     */
    public static Optional<PixelFormat> ofDrm(int fourcc) {
        return KNOWN.stream().filter(f -> f.drmFourcc == fourcc && !f.objectPerPlane).findFirst();
    }

    /**
     * All formats that this class knows, in a fixed order.
     *
     * @return an unmodifiable list
     */
    public static List<PixelFormat> known() {
        return KNOWN;
    }

    /**
     * The format of the same pixels in one object.
     *
     * @return this, or NV12 for NV12M
     */
    public PixelFormat base() {
        return objectPerPlane ? ofDrm(drmFourcc).orElse(this) : this;
    }

    /**
     * How many objects a buffer of this format has.
     *
     * @return 1, or the number of planes
     */
    public int objects() {
        return objectPerPlane ? planes.size() : 1;
    }

    /**
     * The object in which a plane lies.
     *
     * @param plane index of the plane, from 0
     * @return index of the object, from 0
     */
    public int objectOf(int plane) {
        Objects.checkIndex(plane, planes.size());
        return objectPerPlane ? plane : 0;
    }

    /**
     * The code of four characters, first one lowest.
     *
     * @param code four ASCII characters
     * @return the code
     */
    public static int fourcc(String code) {
        if (code.length() != 4) {
            throw new IllegalArgumentException("fourcc '" + code + "': exactly 4 characters");
        }
        return code.charAt(0) | code.charAt(1) << 8 | code.charAt(2) << 16 | code.charAt(3) << 24;
    }

    @Override
    public String toString() {
        return name;
    }

    private static PixelFormat of(String name, String drm, String v4l2, boolean objectPerPlane, Plane... planes) {
        return new PixelFormat(name, fourcc(drm), fourcc(v4l2), objectPerPlane, List.of(planes));
    }
}
