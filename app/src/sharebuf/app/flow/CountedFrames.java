package sharebuf.app.flow;

import sharebuf.video.VideoDevice.Dequeued;

/**
 * Frames of a camera that nobody feeds: the driver's sequence numbers count them, a gap is what was lost.
 *
 * <p>Thread-safe.
 */
public final class CountedFrames implements Frames {
    private final long frames;
    private volatile long first = -1;
    private volatile long next;
    private volatile boolean stopped;

    /**
     * So many frames.
     *
     * @param frames at least 1
     */
    public CountedFrames(long frames) {
        this.frames = frames;
    }

    @Override
    public String checked() {
        return "sequence and checksum";
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public long total() {
        return next;
    }

    @Override
    public boolean ended() {
        return stopped || next >= frames;
    }

    @Override
    public long number(Dequeued frame) {
        if (stopped) {
            return -1;
        }
        if (first < 0) {
            first = frame.sequence(); // not every driver begins with 0
        }
        long number = frame.sequence() - first;
        if (number < next) {
            number = next; // a driver that does not count: each frame is the next one
            first = frame.sequence() - number;
        }
        next = Math.min(frames, number + 1);
        return number < frames ? number : -1;
    }

    @Override
    public boolean isLast(long number) {
        return number == frames - 1;
    }
}
