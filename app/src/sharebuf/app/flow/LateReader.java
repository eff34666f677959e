package sharebuf.app.flow;

import java.util.concurrent.CompletableFuture;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;

/**
 * A device that joins a running stream, whose buffers may be moved for it: attached on a thread of its own while frames flow, it gets frames as
 * soon as it is ready.
 *
 * <p>Confined to the camera's thread, but for the questions, which are asked when the stream is over.
 */
public final class LateReader {
    private final String name;
    private final MovePolicy policy;
    private final long at;
    private final FrameClock clock = new FrameClock();
    private CompletableFuture<Outcome<Stream.Joining>> attached = new CompletableFuture<>();
    private long joined = -1;

    /**
     * One that has not joined.
     *
     * @param name a device or a use
     * @param policy whether buffers may be moved for it
     * @param at number of the frame at which the attach begins
     */
    public LateReader(String name, MovePolicy policy, long at) {
        this.name = name;
        this.policy = policy;
        this.at = at;
    }

    /**
     * A frame is about to be handed out.
     *
     * @param stream the stream
     * @param frame its number
     */
    public void reached(Stream stream, long frame) {
        clock.frame(System.nanoTime());
        if (frame == at) {
            attached = CompletableFuture.supplyAsync(() -> {
                try {
                    return stream.attach(name, policy);
                } catch (FlowFailure e) {
                    throw new IllegalStateException(e);
                }
            }, job -> Thread.ofPlatform().daemon().name("attach " + name).start(job));
        } else if (joined < 0 && attached.isDone() && !attached.isCompletedExceptionally() && attached.join().isOk()) {
            joined = frame;
            stream.enter(attached.join().orThrow(), frame);
        }
    }

    /**
     * The first frame that it got.
     *
     * @return its number
     * @throws sharebuf.buffer.RefusedException when it was refused
     * @throws IllegalStateException when the stream ended before
     */
    public long joined() {
        if (!attached.isDone() || attached.join().isOk() && joined < 0) {
            throw new IllegalStateException("the stream ended before " + name + " joined");
        }
        attached.join().orThrow();
        return joined;
    }

    /**
     * When frames came.
     *
     * @return the clock
     */
    public FrameClock clock() {
        return clock;
    }
}
