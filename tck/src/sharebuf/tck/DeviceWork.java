package sharebuf.tck;

import java.time.Duration;
import sharebuf.importer.Attached;

/**
 * Lets a device work, as an application does through the interface that the importer implements. For one use; called from one thread, {@link #await} from
 * another.
 */
public interface DeviceWork {
    /**
     * Begins jobs on buffers, one each as far as the device takes as many.
     *
     * @param attached the buffers; nothing works at this time
     * @throws Exception any; the case fails
     */
    void begin(Attached attached) throws Exception;

    /**
     * Gives the device one of the buffers more, as an application does in the middle of a stream. Where all are with the device it does nothing.
     *
     * @param attached the buffers
     * @throws Exception any; the case fails
     */
    void goOn(Attached attached) throws Exception;

    /**
     * Takes back what the device has done. Returns at once.
     *
     * @throws Exception any; the case fails
     */
    void collect() throws Exception;

    /**
     * Waits for what the device does next, as an application waits for a frame.
     *
     * @param limit how long
     * @throws Exception any
     */
    void await(Duration limit) throws Exception;

    /**
     * Ends all of it. The buffers may be attached or not.
     *
     * @throws Exception any; the case fails
     */
    void end() throws Exception;
}
