package sharebuf.importer;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.Outcome;
import sharebuf.device.Use;
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
     * The buffers are about to be unmapped. The device must not touch them after the return.
     *
     * @param attached the buffers
     */
    default void detached(Attached attached) {
    }

    /**
     * Buffers are being moved.
     *
     * @param attached the buffers
     * @param phase before: let go; after: they are mapped at other addresses, take them again
     */
    default void moveNotify(Attached attached, Phase phase) {
    }

    /** When a move calls. */
    enum Phase {
        /** Let go of the buffers. */
        BEFORE,
        /** They are mapped again. */
        AFTER
    }
}
