package sharebuf.sim;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.format.PixelFormat;

/**
 * What a simulated camera sees: a service with the property {@code sharebuf.device}. Without one a camera sees colour bars.
 *
 * <p>Called by the camera's thread only, one call at a time; the camera waits for the return. What it throws is logged, and the frame
 * comes back marked as damaged.
 */
@ConsumerType
public interface FrameSource {
    /**
     * The next picture. At the end of the stream the camera gives back one empty buffer that is marked as the last.
     *
     * @param sequence number of the frame, from 0; starts again when the camera's queue does
     * @param format its pixels, a base format
     * @param width in pixels
     * @param height in pixels
     * @param into where to write it: planes one after another, rows without padding
     * @return false at the end of the stream
     */
    boolean next(long sequence, PixelFormat format, int width, int height, MemorySegment into);
}
