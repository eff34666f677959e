package sharebuf.importer.v4l2;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice.Format;

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
    private static final long PAGE = 4096;

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

    /**
     * The least number of rows that explains every sample to the byte; if none does, the least that explains them with whole pages. Asked at
     * the largest width, where a row is not lost in the rest of a page.
     */
    private static int rows(Trial trial, PixelFormat format, SizeRange sizes) throws DeviceException {
        List<Format> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            long height = sizes.minHeight() + (long) i * sizes.stepHeight();
            if (height > sizes.maxHeight()) {
                break;
            }
            samples.add(trial.ask(format, sizes.maxWidth(), (int) height, 0));
        }
        return rows(a -> samples.stream().allMatch(s -> explains(format, s, a, false)))
            .or(() -> rows(a -> samples.stream().allMatch(s -> explains(format, s, a, true)))).orElse(1);
    }

    private static Optional<Integer> rows(IntPredicate explains) {
        for (int a = 1; a <= MOST_ROWS; a *= 2) {
            if (explains.test(a)) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
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
     * @param heightAlign what the rows are a multiple of, as far as is known; others are looked for when it does not explain the answer
     */
    static Layout layout(PixelFormat format, Format got, int heightAlign) {
        int rows = explains(format, got, heightAlign, true) ? heightAlign : rows(a -> explains(format, got, a, false))
            .or(() -> rows(a -> explains(format, got, a, true))).orElse(heightAlign);
        return Layout.withPitch(format, got.height(), pitch(got), rows);
    }

    /** Whether objects with so many rows are as large as the driver says, to the byte or in whole pages. */
    private static boolean explains(PixelFormat format, Format got, int heightAlign, boolean pages) {
        List<Long> objects = Layout.withPitch(format, got.height(), pitch(got), heightAlign).objects();
        boolean same = objects.size() == got.planes().size();
        for (int i = 0; same && i < objects.size(); i++) {
            long wanted = got.planes().get(i).sizeImage();
            same = objects.get(i) == wanted || pages && wholePages(objects.get(i)) == wanted;
        }
        return same;
    }

    /** The bytes of a dma-buf for an object: the kernel has whole pages. */
    static long wholePages(long bytes) {
        return Math.ceilDiv(bytes, PAGE) * PAGE;
    }

    private static long pitch(Format got) {
        return Math.max(1, got.planes().getFirst().bytesPerLine());
    }
}
