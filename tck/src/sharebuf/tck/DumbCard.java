package sharebuf.tck;

import static sharebuf.uapi.Drm.DRM_CAP_DUMB_BUFFER;
import static sharebuf.uapi.Drm.DRM_IOCTL_GEM_CLOSE;
import static sharebuf.uapi.Drm.DRM_IOCTL_GET_CAP;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_CREATE_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_DESTROY_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD;
import static sharebuf.uapi.Drm.DRM_RDWR;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmPrimeHandle;

/** A DRM driver with dumb buffers; rows are whole cache lines of 64 bytes, memory is whole pages. */
public final class DumbCard extends TestDriver {
    private static final long ROW = 64;
    private static final long PAGE = 4096;

    /** Handle to bytes. */
    private final Map<Integer, Long> handles = new TreeMap<>();
    private int next = 1;

    /** A card at which nothing is made. */
    public DumbCard() {
        super(HiddenSeats.PREFIX + "card");
    }

    @Override
    public String kind() {
        return DeviceNode.DRM;
    }

    @Override
    protected String nameOf(long request) {
        return Drm.nameOf(request);
    }

    @Override
    protected boolean givesBack(long request, MemorySegment arg) {
        return request == DRM_IOCTL_MODE_DESTROY_DUMB || request == DRM_IOCTL_GEM_CLOSE;
    }

    @Override
    protected int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        if (request == DRM_IOCTL_GET_CAP) {
            DrmCap cap = new DrmCap(arg);
            cap.value(cap.capability() == DRM_CAP_DUMB_BUFFER ? 1 : 0);
        } else if (request == DRM_IOCTL_MODE_CREATE_DUMB) {
            create(request, new DrmCreateDumb(arg));
        } else if (request == DRM_IOCTL_PRIME_HANDLE_TO_FD) {
            DrmPrimeHandle prime = new DrmPrimeHandle(arg);
            if (!handles.containsKey(prime.handle())) {
                throw error(Errno.ENOENT, request);
            }
            prime.fd(export(handles.get(prime.handle()), (prime.flags() & DRM_RDWR) != 0));
        } else if (request == DRM_IOCTL_MODE_DESTROY_DUMB || request == DRM_IOCTL_GEM_CLOSE) {
            int handle = request == DRM_IOCTL_GEM_CLOSE ? new DrmGemClose(arg).handle() : new DrmDestroyDumb(arg).handle();
            if (handles.remove(handle) == null) {
                throw error(Errno.EINVAL, request);
            }
        } else {
            throw error(Errno.ENOTTY, request);
        }
        return 0;
    }

    private void create(long request, DrmCreateDumb dumb) throws DeviceException {
        if (dumb.width() < 1 || dumb.height() < 1 || dumb.bitsPerPixel() < 1 || dumb.flags() != 0) { // drm_mode_create_dumb
            throw error(Errno.EINVAL, request);
        }
        long pitch = Math.ceilDiv((long) dumb.width() * dumb.bitsPerPixel(), Byte.SIZE * ROW) * ROW;
        if (pitch >>> Integer.SIZE != 0) {
            throw error(Errno.EINVAL, request);
        }
        long size = Math.ceilDiv(pitch * dumb.height(), PAGE) * PAGE;
        dumb.pitch(pitch).size(size).handle(next);
        handles.put(next++, size);
    }

    @Override
    protected List<String> held() {
        return handles.keySet().stream().map(h -> "handle " + h).toList();
    }
}
