package sharebuf.platform.sim;

import java.util.List;
import java.util.Optional;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;

/**
 * The format of a queue.
 *
 * <p>Immutable.
 *
 * @param fourcc as V4L2 has it
 * @param pixels the pixels; empty for a bitstream
 * @param width in pixels
 * @param height in pixels
 * @param layout where the planes lie; a bitstream has none
 */
record VideoFormat(int fourcc, Optional<PixelFormat> pixels, int width, int height, Layout layout) {

    /** Memory planes: one an object. */
    List<Long> objects() {
        return layout.objects();
    }

    long sizeImage(int object) {
        return layout.objects().get(object);
    }

    /** Pitch of the first plane in an object; 0 for a bitstream. */
    long bytesPerLine(int object) {
        return layout.planes().stream().filter(p -> p.object() == object).mapToLong(p -> p.pitch()).findFirst().orElse(0);
    }

    /** The picture without its place in memory: pixels and size. */
    boolean samePicture(VideoFormat other) {
        return width == other.width && height == other.height && pixels.map(PixelFormat::base).equals(other.pixels.map(PixelFormat::base));
    }
}
