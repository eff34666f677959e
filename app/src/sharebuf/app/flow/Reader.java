package sharebuf.app.flow;

import sharebuf.device.UseId;

/**
 * Somebody who reads the buffers of a set, on a thread of its own.
 *
 * <p>Thread-safe. Order of calls: {@link #start}, {@link #accept} any number of times, {@link #finish}.
 */
interface Reader {
    /** Its use. */
    UseId use();

    /** Prepares the device and starts the thread. */
    void start() throws FlowFailure;

    /**
     * Gives it a filled buffer; it gives it back by {@link Flow#released}. Called by the writer's thread, does not wait.
     *
     * @param index of the buffer
     * @param number of the frame, as the writer counts
     */
    void accept(int index, long number);

    /** Waits until it gave everything back, then stops the device. Idempotent. */
    void finish() throws FlowFailure;
}
