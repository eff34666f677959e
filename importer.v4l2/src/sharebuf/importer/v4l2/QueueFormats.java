package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_FMT_FLAG_COMPRESSED;
import static sharebuf.uapi.V4l2.V4L2_FRMSIZE_TYPE_DISCRETE;
import static sharebuf.uapi.V4l2.V4L2_FRMSIZE_TYPE_STEPWISE;
import static sharebuf.uapi.V4l2.VIDIOC_ENUM_FMT;
import static sharebuf.uapi.V4l2.VIDIOC_ENUM_FRAMESIZES;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2FormatDescription;
import sharebuf.uapi.V4l2FrameSize;
import sharebuf.video.VideoDevice.Format;

/**
 * What a queue takes.
 *
 * <p>Immutable.
 *
 * @param pictures the formats of pixels that Sharebuf knows
 * @param bitstreams fourccs of the compressed formats, in the driver's order
 */
record QueueFormats(List<FormatRange> pictures, List<Integer> bitstreams) {
    private static final int MOST = 256; // a driver that never says EINVAL is not asked for ever
    private static final int LARGEST_SIDE = 65_535;

    QueueFormats {
        pictures = List.copyOf(pictures);
        bitstreams = List.copyOf(bitstreams);
    }

    /**
     * Asks the driver.
     *
     * @param node the node
     * @param type the queue
     * @param trial asks for a format without setting it
     * @param pitchAlign what counts in place of what is learnt; 0 to learn
     * @param heightAlign the same
     */
    static QueueFormats ask(Ioctls node, int type, Alignment.Trial trial, int pitchAlign, int heightAlign) throws DeviceException {
        List<FormatRange> pictures = new ArrayList<>();
        List<Integer> bitstreams = new ArrayList<>();
        for (int fourcc : fourccs(node, type, bitstreams)) {
            PixelFormat format = PixelFormat.ofV4l2(fourcc).orElseThrow();
            for (SizeRange sizes : sizes(node, trial, format)) {
                Alignment learnt = Alignment.learn(trial, format, sizes);
                int pitch = pitchAlign != 0 ? pitchAlign : learnt.pitch();
                FormatRange range = FormatRange.linear(format.base(), rule(format), sizes)
                    .aligned(pitch, heightAlign != 0 ? heightAlign : learnt.height());
                pictures.add(pitchAlign != 0 ? range : exact(range, learnt.exactPitch()));
            }
        }
        return new QueueFormats(eitherWherePossible(pictures), bitstreams);
    }

    /** What the rows of pictures of this size are a multiple of; 1 where the queue takes none. */
    int heightAlign(PixelFormat format, int width, int height) {
        return pictures.stream().filter(r -> r.format().equals(format.base()) && r.sizes().contains(width, height)).mapToInt(FormatRange::heightAlign)
            .findFirst().orElse(1);
    }

    private static ObjectRule rule(PixelFormat format) {
        return format.planes().size() == 1 ? ObjectRule.EITHER : format.objectPerPlane() ? ObjectRule.PER_PLANE : ObjectRule.ONE;
    }

    private static FormatRange exact(FormatRange r, Optional<Long> pitch) {
        return new FormatRange(r.format(), r.objects(), r.modifiers(), r.sizes(), r.pitchAlign(), r.heightAlign(), pitch);
    }

    private static FormatRange with(FormatRange r, ObjectRule rule) {
        return new FormatRange(r.format(), rule, r.modifiers(), r.sizes(), r.pitchAlign(), r.heightAlign(), r.exactPitch());
    }

    /** A format listed with one object and with one per plane, and equal otherwise, is one line. */
    private static List<FormatRange> eitherWherePossible(List<FormatRange> all) {
        List<FormatRange> merged = new ArrayList<>();
        for (FormatRange range : all) {
            ObjectRule other = range.objects() == ObjectRule.ONE ? ObjectRule.PER_PLANE : ObjectRule.ONE;
            int twin = range.objects() == ObjectRule.EITHER ? -1 : merged.indexOf(with(range, other));
            if (twin >= 0) {
                merged.set(twin, with(range, ObjectRule.EITHER));
            } else if (!merged.contains(range)) {
                merged.add(range);
            }
        }
        return merged;
    }

    /** The pictures that Sharebuf knows; compressed formats go to {@code bitstreams}, pictures of other formats nowhere. */
    private static List<Integer> fourccs(Ioctls node, int type, List<Integer> bitstreams) throws DeviceException {
        List<Integer> fourccs = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            V4l2FormatDescription arg = new V4l2FormatDescription(arena.allocate(V4l2FormatDescription.LAYOUT));
            for (int i = 0; i < MOST && node.enumerate(VIDIOC_ENUM_FMT, arg.index(i).type(type)); i++) {
                if (PixelFormat.ofV4l2(arg.pixelFormat()).isPresent()) {
                    fourccs.add(arg.pixelFormat());
                } else if ((arg.flags() & V4L2_FMT_FLAG_COMPRESSED) != 0) {
                    bitstreams.add(arg.pixelFormat());
                }
                arg.clear();
            }
        }
        return fourccs;
    }

    private static List<SizeRange> sizes(Ioctls node, Alignment.Trial trial, PixelFormat format) throws DeviceException {
        List<SizeRange> sizes = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            V4l2FrameSize arg = new V4l2FrameSize(arena.allocate(V4l2FrameSize.LAYOUT));
            for (int i = 0; i < MOST && node.enumerate(VIDIOC_ENUM_FRAMESIZES, arg.index(i).pixelFormat(format.v4l2Fourcc())); i++) {
                boolean discrete = arg.type() == V4L2_FRMSIZE_TYPE_DISCRETE;
                sizes.add(discrete ? discrete(arg) : stepwise(arg));
                if (!discrete) { // a range is the only answer of its format
                    break;
                }
                arg.clear();
            }
        }
        return sizes.isEmpty() ? List.of(tried(trial, format)) : sizes;
    }

    private static SizeRange discrete(V4l2FrameSize s) {
        return new SizeRange(s.minWidth(), s.minWidth(), 1, s.discreteHeight(), s.discreteHeight(), 1);
    }

    private static SizeRange stepwise(V4l2FrameSize s) {
        boolean steps = s.type() == V4L2_FRMSIZE_TYPE_STEPWISE;
        return new SizeRange(s.minWidth(), s.maxWidth(), steps ? Math.max(1, s.stepWidth()) : 1,
            s.minHeight(), s.maxHeight(), steps ? Math.max(1, s.stepHeight()) : 1);
    }

    /** For a driver that enumerates no sizes: the least and the largest that it makes of too small and too large a wish. */
    private static SizeRange tried(Alignment.Trial trial, PixelFormat format) throws DeviceException {
        Format least = trial.ask(format, 1, 1, 0);
        Format most = trial.ask(format, LARGEST_SIDE, LARGEST_SIDE, 0);
        int stepWidth = 1;
        while (stepWidth < 64 && trial.ask(format, least.width() + stepWidth, least.height(), 0).width() != least.width() + stepWidth) {
            stepWidth *= 2;
        }
        int stepHeight = 1;
        while (stepHeight < 64 && trial.ask(format, least.width(), least.height() + stepHeight, 0).height() != least.height() + stepHeight) {
            stepHeight *= 2;
        }
        return new SizeRange(least.width(), Math.max(least.width(), most.width()), stepWidth,
            least.height(), Math.max(least.height(), most.height()), stepHeight);
    }
}
