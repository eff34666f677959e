package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_IOCTL_GEM_CLOSE;
import static sharebuf.uapi.Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import sharebuf.buffer.ObjectId;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmPrimeHandle;

/**
 * GEM handles of imported dma-bufs. The kernel gives the same handle for the same dma-buf however often it is imported, and one close
 * ends it for all: so they are counted here, and closed with the last that needs them.
 *
 * <p>Guarded by the lock of its owner.
 */
final class Handles {
    private final DeviceNode node;
    private final DrmPrimeHandle prime;
    private final DrmGemClose close;
    private final Map<Integer, Integer> counts = new HashMap<>();

    Handles(DeviceNode node, Arena arena) {
        this.node = node;
        prime = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT));
        close = new DrmGemClose(arena.allocate(DrmGemClose.LAYOUT));
    }

    /**
     * Imports an object.
     *
     * @param bytes its size, for the message
     */
    int take(ObjectId object, long bytes) throws DeviceException {
        prime.clear();
        prime.fd(node.handle(object));
        try {
            node.ioctl(DRM_IOCTL_PRIME_FD_TO_HANDLE, prime.segment());
        } catch (DeviceException e) {
            throw Imports.told(e, "object " + object + " of " + bytes + " bytes");
        }
        counts.merge(prime.handle(), 1, Integer::sum);
        return prime.handle();
    }

    void release(int handle) throws DeviceException {
        if (counts.merge(handle, -1, Integer::sum) <= 0) {
            counts.remove(handle);
            close.clear();
            node.ioctl(DRM_IOCTL_GEM_CLOSE, close.handle(handle).segment());
        }
    }

    /** Counts a handle that another instance took. */
    void adopt(int handle) {
        counts.merge(handle, 1, Integer::sum);
    }

    void forget() {
        counts.clear();
    }
}
