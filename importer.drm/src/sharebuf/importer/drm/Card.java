package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_IOCTL_SET_MASTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/**
 * A card's node, and the right to use its displays. Modes, flips and dirty rectangles are for the <em>master</em>: the first file that
 * was opened while there was none, or who asked since. Somebody else may have become it meanwhile (a compositor, on a switch of the
 * virtual terminal); then those calls say EACCES, and this asks for the right once more.
 *
 * <p>Immutable, as thread-safe as the node.
 *
 * @param node the node
 */
record Card(DeviceNode node) {
    String name() {
        return node.device().name();
    }

    int ioctl(long request, MemorySegment arg) throws DeviceException {
        return node.ioctl(request, arg);
    }

    /**
     * An ioctl for the master.
     *
     * @throws DeviceException of the ioctl; EACCES when another file is the master
     */
    int asMaster(long request, MemorySegment arg) throws DeviceException {
        try {
            return node.ioctl(request, arg);
        } catch (DeviceException e) {
            if (e.errno() != Errno.EACCES && e.errno() != Errno.EPERM) {
                throw e;
            }
            become(e);
            return node.ioctl(request, arg);
        }
    }

    private void become(DeviceException refused) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            node.ioctl(DRM_IOCTL_SET_MASTER, arena.allocate(Long.BYTES));
        } catch (DeviceException e) {
            throw new DeviceException(refused.errno(), name(), refused.operation(), "another program is the master of the card (DRM_IOCTL_SET_MASTER: "
                + e.errno() + "); end it, or switch to another virtual terminal");
        }
    }
}
