package sharebuf.app.probe;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.linux.Libc;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.DrmVersion;
import sharebuf.uapi.Struct;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2RequestBuffers;

/** Plays a camera that takes contiguous memory only, a card that imports all and one that imports only its own. Not thread-safe. */
final class PlayedKernel implements Libc {
    private static final int ENODEV = 19;
    private static final int EACCES = 13;
    private static final int EBUSY = 16;
    private static final int EFAULT = 14;
    private static final int ENOTTY = 25;

    private final Map<Integer, String> files = new TreeMap<>();
    private int next = 100;
    boolean prepare = true;
    boolean busy;
    int heapErrno;
    String denied = "";
    int handles;
    int slots;

    Map<Integer, String> open() {
        return files;
    }

    private int give(String name) {
        files.put(next, name);
        return next++;
    }

    @Override
    public int open(Path path, int flags) {
        String name = path.getFileName().toString();
        return name.equals(denied) ? -EACCES : give(name);
    }

    @Override
    public int close(int fd) {
        return files.remove(fd) == null ? -EBADF : 0;
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment arg) {
        String file = files.getOrDefault(fd, "closed");
        return switch (file) {
            case "system" -> heap(request, arg);
            case "udmabuf" -> request == Udmabuf.UDMABUF_CREATE ? give("dma-buf udmabuf") : -ENOTTY;
            case "video0" -> video(request, arg);
            case "card0", "card1" -> card(file, request, arg);
            default -> -ENOTTY;
        };
    }

    private int heap(long request, MemorySegment arg) {
        if (request != DmaHeap.DMA_HEAP_IOCTL_ALLOC || heapErrno != 0) {
            return heapErrno == 0 ? -ENOTTY : -heapErrno;
        }
        DmaHeapAllocation call = new DmaHeapAllocation(arg);
        call.fd(give("dma-buf heap"));
        return 0;
    }

    private int video(long request, MemorySegment arg) {
        if (request == V4l2.VIDIOC_QUERYCAP) {
            new V4l2Capability(arg).driver("camera").card("a camera").capabilities(V4l2.V4L2_CAP_VIDEO_CAPTURE | V4l2.V4L2_CAP_STREAMING);
            return 0;
        }
        if (request == V4l2.VIDIOC_G_FMT) {
            new V4l2Format(arg).pix().width(1920).height(1080).pixelFormat(0x56595559).sizeImage(1920 * 1080 * 2);
            return 0;
        }
        if (request == V4l2.VIDIOC_REQBUFS) {
            if (busy) {
                return -EBUSY;
            }
            slots = new V4l2RequestBuffers(arg).count();
            return 0;
        }
        if (request == V4l2.VIDIOC_QBUF || request == V4l2.VIDIOC_PREPARE_BUF && prepare) {
            String dmaBuf = files.getOrDefault(new V4l2Buffer(arg).fd(), "");
            return dmaBuf.equals("dma-buf udmabuf") ? -EFAULT : 0;
        }
        return -ENOTTY;
    }

    private int card(String name, long request, MemorySegment arg) {
        if (request == Drm.DRM_IOCTL_VERSION) {
            DrmVersion version = new DrmVersion(arg);
            byte[] driver = (name.equals("card0") ? "imports" : "refuses").getBytes(StandardCharsets.UTF_8);
            MemorySegment.copy(MemorySegment.ofArray(driver), 0, Struct.memory(version.name(), version.nameLength()), 0, driver.length);
            version.nameLength(driver.length).major(1);
        } else if (request == Drm.DRM_IOCTL_GET_CAP) {
            new DrmCap(arg).value(new DrmCap(arg).capability() == Drm.DRM_CAP_PRIME ? 3 : 1);
        } else if (request == Drm.DRM_IOCTL_MODE_CREATE_DUMB) {
            new DrmCreateDumb(arg).handle(++handles);
        } else if (request == Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD) {
            DrmPrimeHandle call = new DrmPrimeHandle(arg);
            call.fd(give("dma-buf " + name));
        } else if (request == Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE) {
            DrmPrimeHandle call = new DrmPrimeHandle(arg);
            if (name.equals("card1") && !files.get(call.fd()).equals("dma-buf card1")) {
                return -ENODEV;
            }
            call.handle(++handles);
        } else if (request == Drm.DRM_IOCTL_GEM_CLOSE || request == Drm.DRM_IOCTL_MODE_DESTROY_DUMB) {
            handles--;
        } else {
            return -ENOTTY;
        }
        return 0;
    }

    @Override
    public int fcntl(int fd, int command, long arg) {
        return 0;
    }

    @Override
    public long read(int fd, MemorySegment into) {
        return -EAGAIN;
    }

    @Override
    public int poll(int fd, int events, int millis) {
        return 0;
    }

    @Override
    public int memfd(String name, int flags) {
        return give("memfd");
    }

    @Override
    public int truncate(int fd, long size) {
        return 0;
    }

    @Override
    public long mmap(long address, long size, int protection, int flags, int fd, long offset) {
        return -ENODEV;
    }

    @Override
    public int munmap(long address, long size) {
        return 0;
    }

    @Override
    public long seek(int fd, long offset, int whence) {
        return 0;
    }

    @Override
    public long fileSystem(int fd) {
        return files.getOrDefault(fd, "").startsWith("dma-buf") ? DMA_BUF_MAGIC : 0;
    }

    @Override
    public Optional<FileId> identity(int fd) {
        return files.containsKey(fd) ? Optional.of(new FileId(1, fd)) : Optional.empty();
    }

    @Override
    public long page() {
        return 4096;
    }
}
