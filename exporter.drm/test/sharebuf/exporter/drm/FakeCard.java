package sharebuf.exporter.drm;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmPrimeHandle;

/** A card that makes dumb buffers with a pitch of its own, and counts its handles and what it exported. */
final class FakeCard implements DeviceNode {
    /** GET_CAP's answer; negative: the call is refused, as by a driver without modes. */
    long dumbCap = 1;
    boolean only32;
    long pitchAlign = 1;
    Errno createErrno;
    Errno exportErrno;
    final List<Rectangle> made = new ArrayList<>();
    final Map<Integer, Long> handles = new HashMap<>();
    /** Descriptor to bytes. */
    final Map<Integer, Long> exported = new HashMap<>();
    private int next = 100;

    @Override
    public Device device() {
        return new Device("card", List.of(), "kernel", DmaConstraints.builder().build());
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        if (request == Drm.DRM_IOCTL_GET_CAP) {
            if (dumbCap < 0) {
                throw fail(request, Errno.EOPNOTSUPP);
            }
            new DrmCap(arg).value(dumbCap);
        } else if (request == Drm.DRM_IOCTL_MODE_CREATE_DUMB) {
            DrmCreateDumb c = new DrmCreateDumb(arg);
            if (createErrno != null) {
                throw fail(request, createErrno);
            }
            if (only32 && c.bitsPerPixel() != 32) {
                throw fail(request, Errno.EINVAL);
            }
            made.add(new Rectangle(c.width(), c.height(), c.bitsPerPixel()));
            c.pitch(Math.ceilDiv((long) c.width() * c.bitsPerPixel() / 8, pitchAlign) * pitchAlign).size((c.pitch() * c.height() + 4095) & -4096).handle(next);
            handles.put(next++, c.size());
        } else if (request == Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD) {
            DrmPrimeHandle p = new DrmPrimeHandle(arg);
            if (exportErrno != null) {
                throw fail(request, exportErrno);
            }
            if (p.flags() != (Drm.DRM_CLOEXEC | Drm.DRM_RDWR)) {
                throw new AssertionError("flags " + p.flags());
            }
            exported.put(next, handles.get(p.handle()));
            p.fd(next++);
        } else if (request == Drm.DRM_IOCTL_MODE_DESTROY_DUMB) {
            if (handles.remove(new DrmDestroyDumb(arg).handle()) == null) {
                throw fail(request, Errno.EINVAL);
            }
        } else {
            throw fail(request, Errno.ENOTTY);
        }
        return 0;
    }

    private DeviceException fail(long request, Errno errno) {
        return new DeviceException(errno, "card", Drm.nameOf(request), "");
    }

    @Override
    public MemorySegment map(long offset, long length) {
        throw new AssertionError("nothing to map");
    }

    @Override
    public int read(MemorySegment into) {
        throw new AssertionError("nothing to read");
    }

    @Override
    public int poll(int events, Duration limit) {
        return 0;
    }

    @Override
    public int handle(ObjectId object) {
        throw new AssertionError("an exporter imports nothing");
    }
}
