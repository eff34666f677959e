package sharebuf.importer;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.Outcome;
import sharebuf.device.Use;
import sharebuf.plugin.Live;
import sharebuf.plugin.Plugin;

/**
 * Takes buffers into a device: an OSGi service with the property {@value #DEVICE}, in the seat of that device. The service may
 * also implement application interfaces of {@code *.api} bundles; the broker hands those out as handles of its own.
 *
 * <p>Must be thread-safe. Every call is made without any lock of the core, on the thread of whoever attaches or detaches, bounded
 * by the seat's time limit and interrupted at the bound. Calling back into the broker is allowed.
 */
@ConsumerType
public interface Importer extends Plugin {
    /** Service property: name of the device, a String. Set by the importer and by the platform's node. */
    String DEVICE = "sharebuf.device";

    /**
     * Prepares at a swap for the adoption that follows, while the predecessor drives the device. What runs for the first time takes long, for classes
     * are loaded and code is linked: whatever is done here is not done while frames wait. Look at what is live, and change nothing, neither at the device
     * nor by fences or notes ({@link Rehearsal}). It may do less than it could; by default it adopts nothing.
     *
     * @param live what is live now, complete
     * @throws Exception any; then there is no swap
     */
    default void rehearse(Live live) throws Exception {
        adopt(Live.NOTHING);
    }

    /**
     * What the device can do with buffers. Asked when the service takes its seat; the answer is copied.
     *
     * @return at least one use of this device
     */
    List<Use> uses();

    /**
     * Whether this device can be driven through an application interface. A service that implements several says here which of them
     * its device is good for: a card without outputs is no display. Asked whenever an application wants a handle.
     *
     * @param api an interface that the service implements
     * @return true when it can
     */
    default boolean offers(Class<?> api) {
        return api.isInstance(this);
    }

    /**
     * A set of buffers was mapped for one of the device's uses.
     *
     * @param attached the buffers
     * @return ok; or why the device cannot take them, then the attach is undone
     */
    default Outcome<Outcome.Done> attached(Attached attached) {
        return Outcome.ok();
    }

    /**
     * The buffers are about to be unmapped. The device must not touch them after the return, and jobs on them that ended so are told
     * ({@link Fences#complete}). What is not attached, or was detached before, is left alone.
     *
     * @param attached the buffers
     */
    default void detached(Attached attached) {
    }

    /**
     * Buffers are being moved to other memory, under the same names. A move calls up to three times:
     *
     * <ol>
     * <li>{@link Phase#BEFORE}: jobs that write are held back from now on ({@link Fences#tryBegin} says false), those that run are waited for,
     * and so nothing need be stopped for them. What the device does outside of jobs and fences has to end before the return. Jobs that read may
     * run on and may begin.
     * <li>{@link Phase#AFTER}: the objects have other descriptors ({@code DeviceNode.handle}) and lie at other addresses. What was made of the
     * old ones, framebuffers for example, is to be replaced before the return. Others wait for that, so it should wait for nothing. The use that
     * writes hears it last, when jobs can begin again: it begins what it held back. Jobs that run finish on the old memory, which is freed when
     * their fences are complete. It also comes when the move was given up: then the descriptors are those of before.
     * <li>{@link Phase#RELEASE}, only when fences from before AFTER stay: everybody works again, and the old memory is to be freed. What would go on
     * reading it as long as nothing else comes, such as a screen that shows the same picture, has to end; it may take its time.
     * </ol>
     *
     * A call that throws or hangs in BEFORE ends the move, and nothing has changed; in AFTER the buffers are detached from the use. A plug-in
     * that took the seat between two calls has adopted the attachment and hears the later ones alone.
     *
     * @param attached the buffers
     * @param phase which of the three
     */
    default void moveNotify(Attached attached, Phase phase) {
    }

    /** When a move calls. */
    enum Phase {
        /** The buffers are about to be moved. */
        BEFORE,
        /** They were moved, or stay where they are. */
        AFTER,
        /** The memory that they were moved away from is to be freed. */
        RELEASE
    }
}
