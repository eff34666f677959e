package sharebuf.app.flow;

import sharebuf.device.UseId;

/**
 * Who fills the buffers of a set.
 *
 * <p>Thread-safe.
 */
interface Writer {
    UseId use();

    /** Frames that it handed out. */
    long filled();

    /** Begins to fill. */
    void start() throws FlowFailure;

    /** Nothing more than so many frames will come: ends when they were handed out. */
    void expectOnly(long frames);

    /** Waits until it handed out its last frame, as long as frames come. */
    void join() throws FlowFailure;

    /** The same, and then stops the device. Idempotent. */
    void finish() throws FlowFailure;
}
