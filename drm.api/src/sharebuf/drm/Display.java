package sharebuf.drm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;
import sharebuf.buffer.BufferId;
import sharebuf.node.DeviceException;

/**
 * A display: one connector and CRTC that scan framebuffers out.
 *
 * <p>Thread-safe. Errors are those of DRM. Implemented by importers; applications hold the broker's handle, which outlives a
 * replaced importer.
 */
@ConsumerType
public interface Display {
    /**
     * A display mode.
     *
     * @param width visible, in pixels
     * @param height visible, in pixels
     * @param refresh frames a second; 0 on a simulated panel that takes a frame whenever one comes
     */
    record Mode(int width, int height, int refresh) {
        /** Checks the bounds. */
        public Mode {
            if (width < 1 || height < 1 || refresh < 0) {
                throw new IllegalArgumentException("mode " + width + "x" + height + "@" + refresh + ": sides at least 1, refresh at least 0");
            }
        }
    }

    /**
     * A flip that was done.
     *
     * @param sequence number of the frame on the screen
     * @param userData as given to the flip
     * @param timestampNanos when it was scanned out, in nanoseconds of the monotonic clock
     */
    record Flip(long sequence, long userData, long timestampNanos) {
    }

    /**
     * The modes of the connector.
     *
     * @return the preferred one first
     * @throws DeviceException with the errno
     */
    List<Mode> modes() throws DeviceException;

    /**
     * Makes a framebuffer of a buffer ({@code DRM_IOCTL_PRIME_FD_TO_HANDLE}, {@code DRM_IOCTL_MODE_ADDFB2}).
     *
     * @param buffer a buffer that is attached to the display
     * @return its id
     * @throws DeviceException EINVAL when it is not attached or its layout is none that can be scanned out
     */
    int addFramebuffer(BufferId buffer) throws DeviceException;

    /**
     * Removes a framebuffer ({@code DRM_IOCTL_MODE_RMFB}).
     *
     * @param framebuffer its id
     * @throws DeviceException ENOENT
     */
    void removeFramebuffer(int framebuffer) throws DeviceException;

    /**
     * Sets a mode and shows a framebuffer ({@code DRM_IOCTL_MODE_SETCRTC}).
     *
     * @param mode the mode; the simulator takes any size, a real display one of its modes
     * @param framebuffer what to show
     * @throws DeviceException EINVAL, ENOENT
     */
    void setMode(Mode mode, int framebuffer) throws DeviceException;

    /**
     * Switches the display off.
     *
     * @throws DeviceException with the errno
     */
    void off() throws DeviceException;

    /**
     * Shows another framebuffer from the next frame on ({@code DRM_IOCTL_MODE_PAGE_FLIP} with an event).
     *
     * @param framebuffer what to show
     * @param userData comes back in the event
     * @throws DeviceException EBUSY while a flip is pending and when nothing is on the screen, ENOENT, EINVAL for another format than what
     *         is on the screen, ENOSPC for a framebuffer that is smaller than the mode
     */
    void pageFlip(int framebuffer, long userData) throws DeviceException;

    /**
     * The next flip event.
     *
     * @param limit how long to wait, 0 not at all
     * @return empty when there was none in time
     * @throws DeviceException with the errno
     */
    Optional<Flip> flipEvent(Duration limit) throws DeviceException;

    /**
     * Says that the bytes of a framebuffer on the screen have changed without a flip ({@code DRM_IOCTL_MODE_DIRTYFB}). A display that copies
     * the picture to memory of its own shows the change only then; for one that reads the memory itself it does nothing.
     *
     * @param framebuffer its id
     * @throws DeviceException ENOENT
     */
    default void dirty(int framebuffer) throws DeviceException {
    }
}
