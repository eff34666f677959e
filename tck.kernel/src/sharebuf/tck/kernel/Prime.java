package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.DrmVersion;

/** PRIME ioctls through a DRM device node. Stateless. */
final class Prime {
    private static final int NAME = 64;

    private Prime() {
    }

    /** Name of the driver ({@code DRM_IOCTL_VERSION}): vgem has none in sysfs. */
    static String driver(DeviceNode node) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME);
            DrmVersion version = new DrmVersion(arena.allocate(DrmVersion.LAYOUT)).nameLength(NAME - 1).name(name.address());
            node.ioctl(Drm.DRM_IOCTL_VERSION, version.segment());
            return name.getString(0);
        }
    }

    /** Whether the driver says that it imports. */
    static boolean imports(DeviceNode node) {
        try (Arena arena = Arena.ofConfined()) {
            DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(Drm.DRM_CAP_PRIME);
            node.ioctl(Drm.DRM_IOCTL_GET_CAP, cap.segment());
            return (cap.value() & Drm.DRM_PRIME_CAP_IMPORT) != 0;
        } catch (DeviceException e) {
            return false;
        }
    }

    /** {@code DRM_IOCTL_PRIME_FD_TO_HANDLE}. */
    static int handle(DeviceNode node, int dmaBuf) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            DrmPrimeHandle call = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).fd(dmaBuf);
            node.ioctl(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, call.segment());
            return call.handle();
        }
    }

    /** {@code DRM_IOCTL_PRIME_HANDLE_TO_FD}; the descriptor is the caller's. */
    static int descriptor(DeviceNode node, int handle) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            DrmPrimeHandle call = new DrmPrimeHandle(arena.allocate(DrmPrimeHandle.LAYOUT)).handle(handle).flags(Drm.DRM_CLOEXEC | Drm.DRM_RDWR);
            node.ioctl(Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD, call.segment());
            return call.fd();
        }
    }

    /** {@code DRM_IOCTL_GEM_CLOSE}. */
    static void close(DeviceNode node, int handle) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            node.ioctl(Drm.DRM_IOCTL_GEM_CLOSE, new DrmGemClose(arena.allocate(DrmGemClose.LAYOUT)).handle(handle).segment());
        }
    }
}
