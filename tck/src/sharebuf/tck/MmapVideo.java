package sharebuf.tck;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
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

/**
 * A V4L2 capture driver over videobuf2: one format for all files, buffers of the file that made them, EBUSY for the others
 * ({@code vb2_queue_is_busy}); what was exported outlives its slot.
 */
public final class MmapVideo extends TestDriver {
    private static final int RDWR = 2;
    private static final int LEAST = 2; // a driver's minimum at REQBUFS
    private static final PixelFormat FORMAT = PixelFormat.XRGB8888;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;

    private final boolean multiplanar;
    private PixelFormat format = FORMAT;
    private int width = WIDTH;
    private int height = HEIGHT;
    /** Whose buffers there are; of each slot the bytes of each plane. */
    private final Map<Object, List<List<Long>>> slots = new IdentityHashMap<>();

    /**
     * A device whose format is XRGB8888 of 320x240.
     *
     * @param multiplanar which of the two interfaces it speaks
     */
    public MmapVideo(boolean multiplanar) {
        super(HiddenSeats.PREFIX + "video");
        this.multiplanar = multiplanar;
    }

    @Override
    public String kind() {
        return DeviceNode.V4L2;
    }

    @Override
    protected String nameOf(long request) {
        return V4l2.nameOf(request);
    }

    @Override
    protected boolean givesBack(long request, MemorySegment arg) {
        return request == V4l2.VIDIOC_REQBUFS && new V4l2RequestBuffers(arg).count() == 0 || request == V4l2.VIDIOC_S_FMT && isFirst(new V4l2Format(arg));
    }

    private boolean isFirst(V4l2Format f) {
        return fourcc(f) == FORMAT.v4l2Fourcc() && (multiplanar ? f.pixMp().width() : f.pix().width()) == WIDTH && (multiplanar ? f.pixMp().height() : f.pix().height()) == HEIGHT;
    }

    private int fourcc(V4l2Format f) {
        return multiplanar ? f.pixMp().pixelFormat() : f.pix().pixelFormat();
    }

    private int type() {
        return multiplanar ? V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
    }

    @Override
    protected int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        Object owner = file.isPresent() ? file.get() : this;
        if (request == V4l2.VIDIOC_QUERYCAP) {
            int caps = V4l2.V4L2_CAP_STREAMING | (multiplanar ? V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_CAP_VIDEO_CAPTURE);
            new V4l2Capability(arg).driver("tck").card("tck").capabilities(caps | V4l2.V4L2_CAP_DEVICE_CAPS).deviceCaps(caps);
        } else if (request == V4l2.VIDIOC_G_FMT) {
            write(request, new V4l2Format(arg));
        } else if (request == V4l2.VIDIOC_S_FMT) {
            set(request, new V4l2Format(arg));
        } else if (request == V4l2.VIDIOC_CREATE_BUFS) {
            create(owner, request, new V4l2CreateBuffers(arg));
        } else if (request == V4l2.VIDIOC_REQBUFS) {
            request(owner, request, new V4l2RequestBuffers(arg));
        } else if (request == V4l2.VIDIOC_EXPBUF) {
            V4l2ExportBuffer e = new V4l2ExportBuffer(arg);
            List<List<Long>> own = slots.getOrDefault(owner, List.of());
            if (e.type() != type() || e.index() < 0 || e.index() >= own.size() || e.plane() < 0 || e.plane() >= own.get(e.index()).size()) {
                throw error(Errno.EINVAL, request);
            }
            e.fd(export(own.get(e.index()).get(e.plane()), (e.flags() & RDWR) != 0));
        } else {
            throw error(Errno.ENOTTY, request);
        }
        return 0;
    }

    private void requireMine(Object owner, long request) throws DeviceException {
        if (slots.keySet().stream().anyMatch(o -> o != owner)) {
            throw error(Errno.EBUSY, request);
        }
    }

    private List<Long> sizes() {
        return Layout.linear(format, width, height, 1, 1).objects();
    }

    private void set(long request, V4l2Format f) throws DeviceException {
        if (!slots.isEmpty()) {
            throw error(Errno.EBUSY, request);
        }
        // A driver makes of what it does not know what it has.
        format = PixelFormat.ofV4l2(fourcc(f)).filter(known -> multiplanar || known.objects() == 1).orElse(format);
        width = Math.clamp(multiplanar ? f.pixMp().width() : f.pix().width(), 16, 4096);
        height = Math.clamp(multiplanar ? f.pixMp().height() : f.pix().height(), 16, 4096);
        write(request, f);
    }

    private void create(Object owner, long request, V4l2CreateBuffers c) throws DeviceException {
        requireMine(owner, request);
        List<Long> least = sizes();
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < (multiplanar ? c.format().pixMp().numPlanes() : 1); i++) {
            sizes.add(multiplanar ? c.format().pixMp().plane(i).sizeImage() : c.format().pix().sizeImage());
        }
        if (c.format().type() != type() || c.memory() != V4l2.V4L2_MEMORY_MMAP || sizes.size() != least.size()) {
            throw error(Errno.EINVAL, request);
        }
        for (int i = 0; i < least.size(); i++) {
            if (sizes.get(i) < least.get(i)) {
                throw error(Errno.EINVAL, request);
            }
        }
        List<List<Long>> own = slots.computeIfAbsent(owner, o -> new ArrayList<>());
        c.index(own.size()).capabilities(V4l2.V4L2_BUF_CAP_SUPPORTS_MMAP | V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS);
        for (int i = 0; i < c.count(); i++) {
            own.add(sizes);
        }
    }

    private void request(Object owner, long request, V4l2RequestBuffers r) throws DeviceException {
        requireMine(owner, request);
        if (r.type() != type() || r.memory() != V4l2.V4L2_MEMORY_MMAP) {
            throw error(Errno.EINVAL, request);
        }
        slots.remove(owner);
        if (r.count() > 0) {
            List<List<Long>> own = new ArrayList<>();
            for (int i = 0; i < Math.max(LEAST, r.count()); i++) {
                own.add(sizes());
            }
            slots.put(owner, own);
            r.count(own.size());
        }
        r.capabilities(V4l2.V4L2_BUF_CAP_SUPPORTS_MMAP | V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS);
    }

    private void write(long request, V4l2Format f) throws DeviceException {
        if (f.type() != type()) {
            throw error(Errno.EINVAL, request);
        }
        List<Long> sizes = sizes();
        if (multiplanar) {
            f.pixMp().pixelFormat(format.v4l2Fourcc()).width(width).height(height).numPlanes(sizes.size());
            for (int i = 0; i < sizes.size(); i++) {
                f.pixMp().plane(i).sizeImage(sizes.get(i));
            }
        } else {
            f.pix().pixelFormat(format.v4l2Fourcc()).width(width).height(height).sizeImage(sizes.getFirst());
        }
    }

    @Override
    protected void closed(DeviceFile file) {
        slots.remove(file);
    }

    @Override
    protected List<String> held() {
        List<String> held = new ArrayList<>();
        slots.forEach((owner, own) -> held.add(own.size() + " buffers of " + (owner == this ? "the node" : "a file")));
        if (format != FORMAT || width != WIDTH || height != HEIGHT) {
            held.add("format " + format + " " + width + "x" + height + " in the place of " + FORMAT + " " + WIDTH + "x" + HEIGHT);
        }
        return held;
    }
}
