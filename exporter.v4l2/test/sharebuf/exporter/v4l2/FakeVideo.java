package sharebuf.exporter.v4l2;

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
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2CreateBuffers;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2RequestBuffers;

/** A device that makes buffers as videobuf2 does, and remembers what it was asked. Its queue is one, whoever has it open. */
final class FakeVideo implements DeviceNode {
    int caps = V4l2.V4L2_CAP_VIDEO_CAPTURE | V4l2.V4L2_CAP_STREAMING;
    boolean createBufs = true;
    boolean orphans = true;
    boolean busy;
    Errno exportErrno;
    Errno freeErrno;
    PixelFormat format = PixelFormat.XRGB8888;
    int width = 64;
    int height = 48;
    final List<PixelFormat> knows = new ArrayList<>(List.of(PixelFormat.XRGB8888, PixelFormat.NV12, PixelFormat.NV12M));
    final List<String> log = new ArrayList<>();
    /** Bytes of each plane of each slot. */
    final List<List<Long>> slots = new ArrayList<>();
    /** Descriptor to bytes. */
    final Map<Integer, Long> exported = new HashMap<>();
    int files;
    private int next = 100;

    private final class File implements DeviceFile {
        private boolean open = true;

        @Override
        public void close() {
            if (open) {
                open = false;
                files--;
                slots.clear();
            }
        }

        @Override
        public Device device() {
            return FakeVideo.this.device();
        }

        @Override
        public int ioctl(long request, MemorySegment arg) throws DeviceException {
            return FakeVideo.this.ioctl(request, arg);
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

    @Override
    public DeviceFile open() {
        files++;
        return new File();
    }

    @Override
    public Device device() {
        return new Device("camera", List.of(), "kernel", DmaConstraints.builder().build());
    }

    private boolean multiplanar() {
        return (caps & V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE) != 0;
    }

    private List<Long> sizes() {
        return Layout.linear(format, width, height, 1, 1).objects();
    }

    private int capabilities() {
        return V4l2.V4L2_BUF_CAP_SUPPORTS_MMAP | (orphans ? V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS : 0);
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        if (request == V4l2.VIDIOC_QUERYCAP) {
            new V4l2Capability(arg).capabilities(caps | V4l2.V4L2_CAP_DEVICE_CAPS).deviceCaps(caps);
        } else if (request == V4l2.VIDIOC_G_FMT) {
            write(new V4l2Format(arg));
        } else if (request == V4l2.VIDIOC_S_FMT) {
            V4l2Format f = new V4l2Format(arg);
            if (busy || !slots.isEmpty()) {
                throw fail(request, Errno.EBUSY);
            }
            int fourcc = multiplanar() ? f.pixMp().pixelFormat() : f.pix().pixelFormat();
            format = PixelFormat.ofV4l2(fourcc).filter(knows::contains).orElse(format);
            width = multiplanar() ? f.pixMp().width() : f.pix().width();
            height = multiplanar() ? f.pixMp().height() : f.pix().height();
            log.add("S_FMT " + format + " " + width + "x" + height);
            write(f);
        } else if (request == V4l2.VIDIOC_CREATE_BUFS) {
            create(request, new V4l2CreateBuffers(arg));
        } else if (request == V4l2.VIDIOC_REQBUFS) {
            V4l2RequestBuffers r = new V4l2RequestBuffers(arg);
            if (busy) {
                throw fail(request, Errno.EBUSY);
            }
            if (r.count() == 0 && freeErrno != null) {
                throw fail(request, freeErrno);
            }
            slots.clear();
            for (int i = 0; i < (r.count() == 0 ? 0 : Math.max(2, r.count())); i++) { // a driver's minimum
                slots.add(sizes());
            }
            log.add("REQBUFS " + r.count());
            r.count(slots.size()).capabilities(capabilities());
        } else if (request == V4l2.VIDIOC_EXPBUF) {
            V4l2ExportBuffer e = new V4l2ExportBuffer(arg);
            if (exportErrno != null) {
                throw fail(request, exportErrno);
            }
            if (e.flags() != 0x80002) {
                throw new AssertionError("O_RDWR | O_CLOEXEC, not " + e.flags());
            }
            exported.put(next, slots.get(e.index()).get(e.plane()));
            log.add("EXPBUF plane " + e.plane());
            e.fd(next++);
        } else {
            throw fail(request, Errno.ENOTTY);
        }
        return 0;
    }

    private void create(long request, V4l2CreateBuffers c) throws DeviceException {
        if (!createBufs) {
            throw fail(request, Errno.ENOTTY);
        }
        if (busy) {
            throw fail(request, Errno.EBUSY);
        }
        List<Long> least = sizes();
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < (multiplanar() ? c.format().pixMp().numPlanes() : 1); i++) {
            sizes.add(multiplanar() ? c.format().pixMp().plane(i).sizeImage() : c.format().pix().sizeImage());
        }
        for (int i = 0; i < least.size(); i++) {
            if (sizes.size() != least.size() || sizes.get(i) < least.get(i)) {
                throw fail(request, Errno.EINVAL);
            }
        }
        c.index(slots.size());
        slots.add(sizes);
        log.add("CREATE_BUFS " + sizes);
        c.count(1).capabilities(capabilities());
    }

    private void write(V4l2Format f) {
        List<Long> sizes = sizes();
        if (multiplanar()) {
            f.pixMp().pixelFormat(format.v4l2Fourcc()).width(width).height(height).numPlanes(sizes.size());
            for (int i = 0; i < sizes.size(); i++) {
                f.pixMp().plane(i).sizeImage(sizes.get(i));
            }
        } else {
            f.pix().pixelFormat(format.v4l2Fourcc()).width(width).height(height).sizeImage(sizes.getFirst());
        }
    }

    private DeviceException fail(long request, Errno errno) {
        return new DeviceException(errno, "camera", V4l2.nameOf(request), "");
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
