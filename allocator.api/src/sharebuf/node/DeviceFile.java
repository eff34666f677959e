package sharebuf.node;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Another open file of a device node, as a second {@code open(2)} gives one: with GEM handles of its own, and the kernel keeps the
 * buffers of a V4L2 queue apart by file, so that EBUSY tells when somebody else has them.
 *
 * <p>Thread-safe. Ends with {@link #close} or with the node, whichever comes first; after that every call says ENODEV.
 */
@ProviderType
public interface DeviceFile extends DeviceNode, AutoCloseable {
    /** Closes it: what it held of the device goes. A second time does nothing. */
    @Override
    void close();
}
