package sharebuf.platform.sim;

import java.util.List;
import java.util.Optional;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;

/**
 * The formats that one queue of a device takes, and what becomes of a wish: as V4L2 drivers do, it is changed to the nearest that the
 * device can do, not refused.
 *
 * <p>Immutable.
 *
 * @param spec the device
 * @param bitstream whether the queue carries a bitstream
 */
record VideoFormats(DeviceSpec spec, boolean bitstream) {
    private static final int DEFAULT_WIDTH = 640;
    private static final int DEFAULT_HEIGHT = 480;
    /** A wished pitch is honoured up to this many times the least one. */
    private static final int WIDEST = 8;

    int count() {
        return bitstream ? 1 : spec.formats().size();
    }

    int fourcc(int index) {
        return bitstream ? Bitstream.FOURCC : spec.formats().get(index).v4l2Fourcc();
    }

    String name(int index) {
        return bitstream ? Bitstream.NAME : spec.formats().get(index).name();
    }

    /** Whether the queue lists a fourcc. */
    boolean has(int fourcc) {
        return bitstream ? fourcc == Bitstream.FOURCC : listed(fourcc).isPresent();
    }

    VideoFormat initial() {
        return nearest(0, DEFAULT_WIDTH, DEFAULT_HEIGHT, 0, 0);
    }

    /**
     * The nearest format.
     *
     * @param fourcc wished; the first of the list when it is not there
     * @param width wished
     * @param height wished
     * @param pitch wished for the first plane; rounded up, 0 for the least
     * @param size wished for a bitstream's buffers
     * @return what the device takes
     */
    VideoFormat nearest(int fourcc, int width, int height, long pitch, long size) {
        SizeRange sizes = spec.sizes();
        int w = step(width, sizes.minWidth(), sizes.maxWidth(), sizes.stepWidth());
        int h = step(height, sizes.minHeight(), sizes.maxHeight(), sizes.stepHeight());
        if (bitstream) {
            return new VideoFormat(Bitstream.FOURCC, Optional.empty(), w, h, Layout.ofBytes(Math.max(size, Bitstream.LEAST_BYTES)));
        }
        PixelFormat format = listed(fourcc).orElse(spec.formats().getFirst());
        long least = Packed.rowBytes(format, 0, w);
        long wished = Math.clamp(pitch, least, least * WIDEST);
        long rounded = Math.ceilDiv(wished, spec.pitchAlign()) * spec.pitchAlign();
        return new VideoFormat(format.v4l2Fourcc(), Optional.of(format), w, h, Layout.withPitch(format, h, rounded, spec.heightAlign()));
    }

    private Optional<PixelFormat> listed(int fourcc) {
        return spec.formats().stream().filter(f -> f.v4l2Fourcc() == fourcc).findFirst();
    }

    private static int step(int wished, int min, int max, int step) {
        int inside = Math.clamp(wished, min, max);
        return inside - (inside - min) % step;
    }
}
