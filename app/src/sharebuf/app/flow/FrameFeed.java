package sharebuf.app.flow;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import sharebuf.app.media.MediaException;
import sharebuf.app.media.Picture;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.format.PixelFormat;
import sharebuf.sim.FrameSource;
import sharebuf.video.VideoDevice.Dequeued;

/**
 * What a simulated camera sees: pictures, each with its number and checksum stamped into it.
 *
 * <p>Thread-safe. Drawing is the camera's thread; everybody else reads what has become of it.
 */
public final class FrameFeed implements FrameSource, Frames {
    /** So many checksums are remembered: more than frames can be under way. */
    private static final int REMEMBERED = 1024;

    private final Picture picture;
    private final AtomicIntegerArray checksums = new AtomicIntegerArray(REMEMBERED);
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
        // Of every frame, whoever reads now: one that reads a digest may join while frames are under way.
        checksums.set((int) (sequence % REMEMBERED), Bitstream.checksum(into));
        next = sequence + 1;
        return true;
    }

    /** The CRC-32C of all bytes of one of the newest pictures. */
    int checksum(long number) {
        return checksums.get((int) (number % REMEMBERED));
    }

    @Override
    public String checked() {
        return "stamp";
    }

    /** The sequence numbers are those of the pictures that were drawn. */
    @Override
    public long number(Dequeued frame) {
        return frame.sequence();
    }

    /** The camera says itself when there is nothing more to see. */
    @Override
    public boolean isLast(long number) {
        return false;
    }

    @Override
    public void stop() {
        stopped = true;
    }

    /** A picture was refused because there are no more. */
    @Override
    public boolean ended() {
        return ended;
    }

    @Override
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
