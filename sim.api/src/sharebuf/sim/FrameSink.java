package sharebuf.sim;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.format.PixelFormat;

/**
 * Who looks at what a simulated device read by DMA: the panel of a display, the input side of a codec. A service with the property
 * {@code sharebuf.device}.
 *
 * <p>Called by the device's thread only, one call at a time; the device waits for the return. What it throws is logged.
 */
@ConsumerType
public interface FrameSink {
    /**
     * A picture was read.
     *
     * @param sequence number of the job, from 0
     * @param format its pixels, a base format
     * @param width in pixels
     * @param height in pixels
     * @param pixels planes one after another, rows without padding; valid during the call
     */
    void frame(long sequence, PixelFormat format, int width, int height, MemorySegment pixels);
}
