package sharebuf.importer.v4l2;

import java.util.Optional;
import java.util.function.LongUnaryOperator;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice.Format;
import sharebuf.video.VideoDevice.Plane;

/**
 * How a driver lays out a picture. V4L2 has no field for that; it is learnt from what {@code VIDIOC_TRY_FMT} rounds to.
 *
 * <p>Pitch: asked for p + 1, a driver that rounds up to multiples of A answers the next multiple, and asked again for one more the
 * one after: A is the difference. One that ignores the wish answers p again; then the pitch is fixed for a fixed width, and follows
 * from the width by an alignment where the width varies. Height: the rows in {@code sizeimage} are padded to the least power of two
 * that explains every sample.
 *
 * @param pitch multiple of the pitch of the first plane, in bytes
 * @param height multiple of the rows of the first plane
 * @param exactPitch the only pitch that the driver takes
 */
record Alignment(int pitch, int height, Optional<Long> exactPitch) {
    private static final int LARGEST = 4096;
    private static final int MOST_ROWS = 256;
    private static final int SAMPLES = 8;

    /** What asks the driver. */
    @FunctionalInterface
    interface Trial {
        Format ask(PixelFormat format, int width, int height, long pitch) throws DeviceException;
    }

    static Alignment learn(Trial trial, PixelFormat format, SizeRange sizes) throws DeviceException {
        int width = sizes.minWidth();
        int height = sizes.minHeight();
        long usual = pitch(trial.ask(format, width, height, 0));
        long next = pitch(trial.ask(format, width, height, usual + 1));
        int rows = rows(trial, format, sizes);
        if (next <= usual) { // the wish is ignored
            return sizes.minWidth() == sizes.maxWidth() ? new Alignment(1, rows, Optional.of(usual))
                : new Alignment(byWidth(trial, format, sizes), rows, Optional.empty());
        }
        long after = pitch(trial.ask(format, width, height, next + 1));
        long step = after > next ? after - next : next - usual;
        return new Alignment((int) Math.min(step, Integer.MAX_VALUE), rows, Optional.empty());
    }

    /** The least alignment that explains the pitches of several widths. */
    private static int byWidth(Trial trial, PixelFormat format, SizeRange sizes) throws DeviceException {
        int align = 1;
        for (int i = 0; i < SAMPLES; i++) {
            long width = sizes.minWidth() + (long) i * sizes.stepWidth();
            if (width > sizes.maxWidth()) {
                break;
            }
            Format got = trial.ask(format, (int) width, sizes.minHeight(), 0);
            long least = Layout.linear(format, got.width(), got.height(), 1, 1).planes().getFirst().pitch();
            align = least(align, LARGEST, a -> Math.ceilDiv(least, a) * a, pitch(got));
        }
        return align;
    }

    private static int rows(Trial trial, PixelFormat format, SizeRange sizes) throws DeviceException {
        int align = 1;
        for (int i = 0; i < SAMPLES; i++) {
            long height = sizes.minHeight() + (long) i * sizes.stepHeight();
            if (height > sizes.maxHeight()) {
                break;
            }
            Format got = trial.ask(format, sizes.minWidth(), (int) height, 0);
            align = least(align, MOST_ROWS, a -> bytes(format, got, a), got.planes().stream().mapToLong(Plane::sizeImage).sum());
        }
        return align;
    }

    /** The least power of two from {@code from} on whose value is the one wanted; {@code from} itself when none is. */
    private static int least(int from, int most, LongUnaryOperator value, long wanted) {
        for (int a = from; a <= most; a *= 2) {
            if (value.applyAsLong(a) == wanted) {
                return a;
            }
        }
        return from;
    }

    /**
     * The layout that a driver means: V4L2 tells pitch and size, and where the further planes of an object begin follows from the
     * rows in it.
     *
     * @param format what was asked for
     * @param got what the driver answered
     * @param heightAlign what is used when no number of rows explains the size
     */
    static Layout layout(PixelFormat format, Format got, int heightAlign) {
        long wanted = got.planes().stream().mapToLong(Plane::sizeImage).sum();
        for (int a = 1; a <= MOST_ROWS; a *= 2) {
            if (bytes(format, got, a) == wanted) {
                return Layout.withPitch(format, got.height(), pitch(got), a);
            }
        }
        return Layout.withPitch(format, got.height(), pitch(got), heightAlign);
    }

    private static long bytes(PixelFormat format, Format got, long heightAlign) {
        return Layout.withPitch(format, got.height(), pitch(got), heightAlign).planes().stream().mapToLong(PlaneLayout::size).sum();
    }

    private static long pitch(Format got) {
        return Math.max(1, got.planes().getFirst().bytesPerLine());
    }
}
