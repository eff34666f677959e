package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_FIELD_NONE;
import static sharebuf.uapi.V4l2.VIDIOC_G_FMT;
import static sharebuf.uapi.V4l2.VIDIOC_S_FMT;
import static sharebuf.uapi.V4l2.VIDIOC_S_PARM;
import static sharebuf.uapi.V4l2.VIDIOC_TRY_FMT;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2PixFormat;
import sharebuf.uapi.V4l2PixFormatMplane;
import sharebuf.uapi.V4l2StreamParm;
import sharebuf.video.VideoDevice.Format;
import sharebuf.video.VideoDevice.Plane;

/**
 * Formats and frame intervals of one queue. Hides whether the queue is single- or multi-planar.
 *
 * <p>Thread-safe: every call has structures of its own; none of them is made per frame.
 */
final class FormatIo {
    private static final long NANOS = 1_000_000_000;

    private final Ioctls node;
    private final int type;

    FormatIo(Ioctls node, int type) {
        this.node = node;
        this.type = type;
    }

    /** What the driver would make of a format; a pitch of 0 leaves it to the driver. */
    Format tryFormat(PixelFormat format, int width, int height, long pitch) throws DeviceException {
        return picture(VIDIOC_TRY_FMT, format, width, height, pitch);
    }

    Format setFormat(PixelFormat format, int width, int height, long pitch) throws DeviceException {
        return picture(VIDIOC_S_FMT, format, width, height, pitch);
    }

    private Format picture(long request, PixelFormat format, int width, int height, long pitch) throws DeviceException {
        if (width < 1 || height < 1 || pitch < 0 || pitch >>> 32 != 0) {
            throw node.invalid(request, width + "x" + height + ", " + pitch + " bytes a line: sides at least 1, pitch from 0 to 2^32 - 1");
        }
        try (Arena arena = Arena.ofConfined()) {
            V4l2Format arg = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
            if (node.multiplanar()) {
                V4l2PixFormatMplane pix = arg.pixMp().width(width).height(height).pixelFormat(format.v4l2Fourcc()).field(V4L2_FIELD_NONE)
                    .numPlanes(format.objects());
                if (pitch != 0) {
                    Layout layout = Layout.withPitch(format, height, pitch, 1);
                    for (int i = 0; i < format.objects(); i++) {
                        pix.plane(i).bytesPerLine(layout.planes().get(i).pitch());
                    }
                }
            } else {
                arg.pix().width(width).height(height).pixelFormat(format.v4l2Fourcc()).field(V4L2_FIELD_NONE).bytesPerLine(pitch);
            }
            node.call(request, arg);
            return read(arg);
        }
    }

    /** Sets a bitstream; the size of the picture in it stays. */
    Format setBitstream(int fourcc, long sizeImage) throws DeviceException {
        if (sizeImage < 0 || sizeImage >>> 32 != 0) {
            throw node.invalid(VIDIOC_S_FMT, "units of " + sizeImage + " bytes: from 0 to 2^32 - 1");
        }
        try (Arena arena = Arena.ofConfined()) {
            V4l2Format arg = current(arena);
            if (node.multiplanar()) {
                V4l2PixFormatMplane pix = arg.pixMp().pixelFormat(fourcc).numPlanes(1);
                pix.plane(0).sizeImage(sizeImage).bytesPerLine(0);
            } else {
                arg.pix().pixelFormat(fourcc).sizeImage(sizeImage).bytesPerLine(0);
            }
            node.call(VIDIOC_S_FMT, arg);
            return read(arg);
        }
    }

    /** The format that is set, as the driver tells it. */
    V4l2Format current(Arena arena) throws DeviceException {
        V4l2Format arg = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
        node.call(VIDIOC_G_FMT, arg);
        return arg;
    }

    /** Sets what {@link #current} told. */
    void set(V4l2Format format) throws DeviceException {
        node.call(VIDIOC_S_FMT, format);
    }

    /** Least sizes of the memory planes of a format. */
    List<Long> sizes(V4l2Format format) {
        return read(format).planes().stream().map(Plane::sizeImage).toList();
    }

    private Format read(V4l2Format arg) {
        if (!node.multiplanar()) {
            V4l2PixFormat pix = arg.pix();
            return new Format(PixelFormat.ofV4l2(pix.pixelFormat()), pix.width(), pix.height(),
                List.of(new Plane(pix.bytesPerLine(), pix.sizeImage())));
        }
        V4l2PixFormatMplane pix = arg.pixMp();
        List<Plane> planes = new ArrayList<>();
        for (int i = 0; i < pix.numPlanes(); i++) {
            planes.add(new Plane(pix.plane(i).bytesPerLine(), pix.plane(i).sizeImage()));
        }
        return new Format(PixelFormat.ofV4l2(pix.pixelFormat()), pix.width(), pix.height(), planes);
    }

    /** Sets the time from frame to frame, as a fraction whose parts fit 32 bits. */
    void setInterval(Duration interval) throws DeviceException {
        if (interval.isNegative() || interval.compareTo(Duration.ofDays(1)) > 0) {
            throw node.invalid(VIDIOC_S_PARM, "interval " + interval + ": from 0 to one day");
        }
        long step = gcd(interval.toNanos(), NANOS);
        long numerator = interval.toNanos() / step;
        long denominator = NANOS / step;
        while (numerator >>> 32 != 0) {
            numerator /= 2;
            denominator = Math.max(1, denominator / 2);
        }
        try (Arena arena = Arena.ofConfined()) {
            V4l2StreamParm arg = new V4l2StreamParm(arena.allocate(V4l2StreamParm.LAYOUT)).type(type).numerator((int) numerator)
                .denominator((int) denominator);
            node.call(VIDIOC_S_PARM, arg);
        }
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
