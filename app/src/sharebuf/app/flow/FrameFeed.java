package sharebuf.app.flow;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import sharebuf.app.media.MediaException;
import sharebuf.app.media.Picture;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.format.PixelFormat;
import sharebuf.sim.FrameSource;

/**
 * What a simulated camera sees: pictures, each with its number and checksum stamped into it.
 *
 * <p>Thread-safe. Drawing is the camera's thread; everybody else reads what has become of it.
 */
public final class FrameFeed implements FrameSource {
    private final Picture picture;
    private final long frames;
    private Raster raster;
    private Stamp stamp;
    private volatile long next;
    private volatile boolean stopped;
    private volatile boolean ended;
    private volatile boolean complete;
    private volatile Optional<MediaException> failure = Optional.empty();

    /**
     * A feed.
     *
     * @param picture where pictures come from
     * @param frames how many at most
     */
    public FrameFeed(Picture picture, long frames) {
        this.picture = picture;
        this.frames = frames;
    }

    @Override
    public boolean next(long sequence, PixelFormat format, int width, int height, MemorySegment into) {
        if (stopped || failure.isPresent() || sequence >= frames) {
            complete |= sequence >= frames;
            ended = true;
            return false;
        }
        Raster asked = new Raster(format, width, height);
        if (!asked.equals(raster)) {
            raster = asked;
            stamp = new Stamp(asked);
        }
        try {
            if (!picture.draw(sequence, asked, into)) {
                ended = true;
                return false;
            }
        } catch (MediaException e) {
            failure = Optional.of(e);
            ended = true;
            return false;
        }
        stamp.write(sequence, into);
        next = sequence + 1;
        return true;
    }

    /** No more pictures from now on. */
    public void stop() {
        stopped = true;
    }

    /**
     * Whether a picture was refused because there are no more.
     *
     * @return true at the end of the stream
     */
    public boolean ended() {
        return ended;
    }

    /**
     * How many frames there were, those included that the camera lost.
     *
     * @return the number behind the last frame
     */
    public long total() {
        return complete ? frames : next;
    }

    /**
     * What was wrong with the source.
     *
     * @return empty when nothing was
     */
    public Optional<MediaException> failure() {
        return failure;
    }
}
