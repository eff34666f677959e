package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmFramebuffer;
import sharebuf.uapi.DrmMapDumb;

/**
 * Ioctls on an open file of a card, of our own: what it leaves open ends with the file.
 *
 * <p>Confined to the thread of its case.
 */
final class CardFile implements AutoCloseable {
    /** The fourcc XR24 ({@code drm_fourcc.h}). */
    private static final int XRGB8888 = 0x34325258;

    private final DeviceFile file;
    private final Arena arena = Arena.ofConfined();

    CardFile(DeviceFile file) {
        this.file = file;
    }

    /**
     * A dumb buffer.
     *
     * @param handle of the file
     * @param pitch bytes of a row
     * @param size in bytes
     */
    record Dumb(int handle, long pitch, long size) {
    }

    DeviceFile file() {
        return file;
    }

    Dumb create(int width, int height, int bits) throws DeviceException {
        DrmCreateDumb call = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT)).width(width).height(height).bitsPerPixel(bits);
        file.ioctl(Drm.DRM_IOCTL_MODE_CREATE_DUMB, call.segment());
        return new Dumb(call.handle(), call.pitch(), call.size());
    }

    long offset(int handle) throws DeviceException {
        DrmMapDumb call = new DrmMapDumb(arena.allocate(DrmMapDumb.LAYOUT)).handle(handle);
        file.ioctl(Drm.DRM_IOCTL_MODE_MAP_DUMB, call.segment());
        return call.offset();
    }

    /** Writes the first and the last word, through two mappings. */
    void touch(Dumb dumb) throws DeviceException, CaseFailed {
        MemorySegment one = file.map(offset(dumb.handle()), dumb.size());
        MemorySegment two = file.map(offset(dumb.handle()), dumb.size());
        for (long at : new long[] {0, dumb.size() - 4}) {
            one.set(ValueLayout.JAVA_INT, at, 0x5a5a_0001);
            CaseFailed.unless(two.get(ValueLayout.JAVA_INT, at) == 0x5a5a_0001, "byte " + at + " written through one mapping is not seen through another");
        }
    }

    void destroy(int handle) throws DeviceException {
        file.ioctl(Drm.DRM_IOCTL_MODE_DESTROY_DUMB, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(handle).segment());
    }

    /** {@code DRM_IOCTL_MODE_ADDFB2} of one plane. */
    int framebuffer(int handle, int width, int height, int pitch) throws DeviceException {
        DrmFramebuffer call = new DrmFramebuffer(arena.allocate(DrmFramebuffer.LAYOUT)).width(width).height(height).pixelFormat(XRGB8888).handle(0, handle).pitch(0, pitch);
        file.ioctl(Drm.DRM_IOCTL_MODE_ADDFB2, call.segment());
        return call.framebufferId();
    }

    void remove(int framebuffer) throws DeviceException {
        MemorySegment arg = arena.allocate(ValueLayout.JAVA_INT);
        arg.set(ValueLayout.JAVA_INT, 0, framebuffer);
        file.ioctl(Drm.DRM_IOCTL_MODE_RMFB, arg);
    }

    @Override
    public void close() {
        arena.close();
    }
}
