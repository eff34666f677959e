package sharebuf.app.flow;

import sharebuf.video.VideoDevice.Dequeued;

/**
 * The frames of a stream: how many there are, which number each has, and where they end.
 *
 * <p>Thread-safe. Numbers are given on the camera's thread.
 */
public sealed interface Frames permits FrameFeed, CountedFrames {
    /**
     * How frames are told to be whole.
     *
     * @return for people and JSON
     */
    String checked();

    /** No more frames from now on. */
    void stop();

    /**
     * How many frames there were, those included that the camera lost.
     *
     * @return the number behind the last frame
     */
    long total();

    /**
     * Whether a camera whose queue runs dry is at its end.
     *
     * @return true when nothing more comes
     */
    boolean ended();

    /**
     * The number of a frame that a camera filled.
     *
     * @param frame as it came back
     * @return from 0; negative for one behind the end of the stream
     */
    long number(Dequeued frame);

    /**
     * Whether the stream ends with a frame.
     *
     * @param number of the frame
     * @return true when no other is wanted
     */
    boolean isLast(long number);
}
