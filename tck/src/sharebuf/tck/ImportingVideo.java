package sharebuf.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.buffer.Errno;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Struct;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2FormatDescription;
import sharebuf.uapi.V4l2FrameSize;
import sharebuf.uapi.V4l2Plane;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * A V4L2 device over videobuf2 with queues of dma-bufs. A slot holds memory from {@code PREPARE_BUF} or {@code QBUF} until the device is done with it,
 * the stream stops or the slot goes.
 */
public final class ImportingVideo extends TestDevice {
    private static final int LEAST_SIDE = 32;
    private static final int MOST_WIDTH = 4096;
    private static final int MOST_HEIGHT = 2160;

    /** What is played. */
    public enum Kind {
        /** Frames in one plane of memory. */
        CAMERA,
        /** Frames in one or more planes of memory. */
        MULTIPLANAR_CAMERA,
        /** Pictures in, H.264 out: two queues, coupled. */
        ENCODER
    }

    private enum State { DEQUEUED, QUEUED, DONE }

    private static final class Slot {
        private State state = State.DEQUEUED;
        private boolean prepared;
        private int memory;
        private final int[] descriptors = new int[V4l2.VIDEO_MAX_PLANES];
        private final long[] lengths = new long[V4l2.VIDEO_MAX_PLANES];
        private int planes;

        private boolean isHeld() {
            return memory == V4l2.V4L2_MEMORY_DMABUF && (state == State.QUEUED || prepared);
        }
    }

    /** A queue by its type. */
    private static final class Side {
        private final List<Integer> fourccs;
        private final List<Slot> slots = new ArrayList<>();
        private byte[] format;
        private byte[] first;
        private boolean streams;

        private Side(List<Integer> fourccs) {
            this.fourccs = fourccs;
        }
    }

    private final Kind kind;
    private final Map<Integer, Side> sides = new TreeMap<>();

    /**
     * A device with nothing queued.
     *
     * @param kind what is played
     */
    public ImportingVideo(Kind kind) {
        super(HiddenSeats.PREFIX + "video");
        this.kind = kind;
        switch (kind) {
            case CAMERA -> sides.put(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE, new Side(List.of(PixelFormat.NV12.v4l2Fourcc(), PixelFormat.YUYV.v4l2Fourcc())));
            case MULTIPLANAR_CAMERA -> sides.put(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, new Side(List.of(PixelFormat.NV12.v4l2Fourcc(), PixelFormat.NV12M.v4l2Fourcc())));
            case ENCODER -> {
                sides.put(V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, new Side(List.of(PixelFormat.NV12.v4l2Fourcc())));
                sides.put(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, new Side(List.of(V4l2.V4L2_PIX_FMT_H264)));
            }
        }
        sides.forEach((type, side) -> {
            V4l2Format f = format(type);
            setFourcc(f, side.fourccs.getFirst());
            fill(f, side);
            side.format = f.segment().toArray(ValueLayout.JAVA_BYTE);
            side.first = side.format;
        });
    }

    private boolean multiplanar() {
        return kind != Kind.CAMERA;
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
        if (request == V4l2.VIDIOC_S_FMT) {
            Side side = sides.get(new V4l2Format(arg).type());
            V4l2Format first = side == null ? null : of(side.first);
            return side != null && fourcc(first) == fourcc(new V4l2Format(arg)) && width(first) == width(new V4l2Format(arg)) && height(first) == height(new V4l2Format(arg));
        }
        return request == V4l2.VIDIOC_STREAMOFF || request == V4l2.VIDIOC_REQBUFS && new V4l2RequestBuffers(arg).count() == 0;
    }

    @Override
    protected int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        switch ((int) request) {
            case (int) V4l2.VIDIOC_QUERYCAP -> {
                int caps = V4l2.V4L2_CAP_STREAMING | switch (kind) {
                    case CAMERA -> V4l2.V4L2_CAP_VIDEO_CAPTURE;
                    case MULTIPLANAR_CAMERA -> V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE;
                    case ENCODER -> V4l2.V4L2_CAP_VIDEO_M2M_MPLANE;
                };
                new V4l2Capability(arg).driver("tck").card("tck").deviceCaps(caps).capabilities(caps | V4l2.V4L2_CAP_DEVICE_CAPS);
            }
            case (int) V4l2.VIDIOC_ENUM_FMT -> {
                V4l2FormatDescription d = new V4l2FormatDescription(arg);
                List<Integer> all = side(request, d.type()).fourccs;
                if (d.index() >= all.size()) {
                    throw error(Errno.EINVAL, request);
                }
                int fourcc = all.get(d.index());
                d.pixelFormat(fourcc).flags(fourcc == V4l2.V4L2_PIX_FMT_H264 ? V4l2.V4L2_FMT_FLAG_COMPRESSED : 0);
            }
            case (int) V4l2.VIDIOC_ENUM_FRAMESIZES -> {
                V4l2FrameSize s = new V4l2FrameSize(arg);
                if (s.index() > 0) {
                    throw error(Errno.EINVAL, request);
                }
                s.type(V4l2.V4L2_FRMSIZE_TYPE_STEPWISE).minWidth(LEAST_SIDE).maxWidth(MOST_WIDTH).stepWidth(2).minHeight(LEAST_SIDE).maxHeight(MOST_HEIGHT).stepHeight(2);
            }
            case (int) V4l2.VIDIOC_TRY_FMT -> fill(new V4l2Format(arg), side(request, new V4l2Format(arg).type()));
            case (int) V4l2.VIDIOC_G_FMT -> arg.copyFrom(MemorySegment.ofArray(side(request, new V4l2Format(arg).type()).format));
            case (int) V4l2.VIDIOC_S_FMT -> {
                Side side = side(request, new V4l2Format(arg).type());
                requireIdle(request, side);
                fill(new V4l2Format(arg), side);
                side.format = arg.toArray(ValueLayout.JAVA_BYTE);
            }
            case (int) V4l2.VIDIOC_REQBUFS -> request(request, new V4l2RequestBuffers(arg));
            case (int) V4l2.VIDIOC_QUERYBUF -> write(new V4l2Buffer(arg), slot(request, new V4l2Buffer(arg)));
            case (int) V4l2.VIDIOC_PREPARE_BUF -> queue(request, new V4l2Buffer(arg), false);
            case (int) V4l2.VIDIOC_QBUF -> queue(request, new V4l2Buffer(arg), true);
            case (int) V4l2.VIDIOC_DQBUF -> dequeue(request, new V4l2Buffer(arg));
            case (int) V4l2.VIDIOC_STREAMON -> {
                Side side = side(request, arg.get(ValueLayout.JAVA_INT, 0));
                if (side.slots.isEmpty()) {
                    throw error(Errno.EINVAL, request);
                }
                side.streams = true;
            }
            case (int) V4l2.VIDIOC_STREAMOFF -> stop(side(request, arg.get(ValueLayout.JAVA_INT, 0)));
            default -> throw error(Errno.ENOTTY, request);
        }
        return 0;
    }

    private Side side(long request, int type) throws DeviceException {
        Side side = sides.get(type);
        if (side == null) {
            throw error(Errno.EINVAL, request);
        }
        return side;
    }

    private void requireIdle(long request, Side side) throws DeviceException {
        if (!side.slots.isEmpty()) { // vb2_is_busy
            throw error(Errno.EBUSY, request);
        }
    }

    private static void stop(Side side) {
        side.streams = false;
        side.slots.forEach(s -> {
            s.state = State.DEQUEUED;
            s.prepared = false;
        });
    }

    private V4l2Format format(int type) {
        return new V4l2Format(Arena.ofAuto().allocate(V4l2Format.LAYOUT)).type(type);
    }

    private V4l2Format of(byte[] bytes) {
        return new V4l2Format(Arena.ofAuto().allocate(V4l2Format.LAYOUT).copyFrom(MemorySegment.ofArray(bytes)));
    }

    private int fourcc(V4l2Format f) {
        return multiplanar() ? f.pixMp().pixelFormat() : f.pix().pixelFormat();
    }

    private void setFourcc(V4l2Format f, int fourcc) {
        if (multiplanar()) {
            f.pixMp().pixelFormat(fourcc);
        } else {
            f.pix().pixelFormat(fourcc);
        }
    }

    private int width(V4l2Format f) {
        return multiplanar() ? f.pixMp().width() : f.pix().width();
    }

    private int height(V4l2Format f) {
        return multiplanar() ? f.pixMp().height() : f.pix().height();
    }

    /** Makes of what is wanted what the device can. */
    private void fill(V4l2Format f, Side side) {
        if (!side.fourccs.contains(fourcc(f))) {
            setFourcc(f, side.fourccs.getFirst());
        }
        Optional<PixelFormat> pixels = PixelFormat.ofV4l2(fourcc(f));
        if (pixels.isEmpty()) {
            long units = f.pixMp().plane(0).sizeImage();
            f.pixMp().numPlanes(1).plane(0).sizeImage(units == 0 ? 4096 : units);
            return;
        }
        int width = Math.clamp(width(f), LEAST_SIDE, MOST_WIDTH) / 2 * 2;
        int height = Math.clamp(height(f), LEAST_SIDE, MOST_HEIGHT) / 2 * 2;
        long least = Layout.linear(pixels.get(), width, height, 1, 1).planes().getFirst().pitch();
        long wanted = multiplanar() ? f.pixMp().plane(0).bytesPerLine() : f.pix().bytesPerLine();
        Layout layout = Layout.withPitch(pixels.get(), height, Math.max(least, wanted), 1);
        if (multiplanar()) {
            f.pixMp().width(width).height(height).numPlanes(layout.objects().size());
            for (int i = 0; i < layout.objects().size(); i++) {
                f.pixMp().plane(i).bytesPerLine(layout.planes().get(i).pitch()).sizeImage(layout.objects().get(i));
            }
        } else {
            f.pix().width(width).height(height).bytesPerLine(layout.planes().getFirst().pitch()).sizeImage(layout.objects().getFirst());
        }
    }

    private void request(long request, V4l2RequestBuffers r) throws DeviceException {
        Side side = side(request, r.type());
        if (r.memory() != V4l2.V4L2_MEMORY_DMABUF && r.memory() != V4l2.V4L2_MEMORY_MMAP) {
            throw error(Errno.EINVAL, request);
        }
        if (side.streams && r.count() > 0) {
            throw error(Errno.EBUSY, request);
        }
        stop(side);
        side.slots.clear();
        for (int i = 0; i < r.count(); i++) {
            Slot slot = new Slot();
            slot.memory = r.memory();
            side.slots.add(slot);
        }
    }

    private Slot slot(long request, V4l2Buffer b) throws DeviceException {
        List<Slot> slots = side(request, b.type()).slots;
        if (b.index() < 0 || b.index() >= slots.size()) {
            throw error(Errno.EINVAL, request);
        }
        return slots.get(b.index());
    }

    private void queue(long request, V4l2Buffer b, boolean forGood) throws DeviceException {
        Slot slot = slot(request, b);
        if (slot.state != State.DEQUEUED || slot.memory != b.memory() || slot.prepared && !forGood) {
            throw error(Errno.EINVAL, request);
        }
        V4l2Format set = of(side(request, b.type()).format);
        slot.planes = multiplanar() ? set.pixMp().numPlanes() : 1;
        if (multiplanar() && b.length() < slot.planes) { // __verify_planes_array
            throw error(Errno.EINVAL, request);
        }
        for (int i = 0; i < slot.planes && slot.memory == V4l2.V4L2_MEMORY_DMABUF; i++) {
            int descriptor = multiplanar() ? plane(b, i).fd() : b.fd();
            long length = multiplanar() ? plane(b, i).length() : b.length();
            OptionalLong bytes = bytesOf(descriptor);
            if (bytes.isEmpty()) {
                throw error(Errno.EBADF, request);
            }
            if ((length == 0 ? bytes.getAsLong() : length) < (multiplanar() ? set.pixMp().plane(i).sizeImage() : set.pix().sizeImage())) {
                throw error(Errno.EINVAL, request);
            }
            if (forGood) {
                begins(descriptor);
            }
            slot.descriptors[i] = descriptor;
            slot.lengths[i] = length;
        }
        slot.prepared = true;
        if (forGood) {
            slot.state = State.QUEUED;
        }
    }

    private static V4l2Plane plane(V4l2Buffer b, int index) {
        long size = V4l2Plane.LAYOUT.byteSize();
        return new V4l2Plane(Struct.memory(b.planes(), b.length() * size).asSlice(index * size, size));
    }

    private void dequeue(long request, V4l2Buffer b) throws DeviceException {
        Side side = side(request, b.type());
        if (!side.streams) {
            throw error(Errno.EINVAL, request);
        }
        for (int i = 0; i < side.slots.size(); i++) {
            Slot slot = side.slots.get(i);
            if (slot.state == State.DONE) {
                slot.state = State.DEQUEUED;
                slot.prepared = false;
                write(b.index(i), slot);
                return;
            }
        }
        throw error(Errno.EAGAIN, request);
    }

    private void write(V4l2Buffer b, Slot slot) {
        b.flags(slot.state == State.QUEUED ? V4l2.V4L2_BUF_FLAG_QUEUED : slot.state == State.DONE ? V4l2.V4L2_BUF_FLAG_DONE : 0).memory(slot.memory);
        if (multiplanar()) {
            for (int i = 0; i < slot.planes; i++) {
                plane(b, i).fd(slot.descriptors[i]).length(slot.lengths[i]).bytesUsed(slot.lengths[i]);
            }
            b.length(Math.max(1, slot.planes));
        } else {
            b.fd(slot.descriptors[0]).length(slot.lengths[0]).bytesUsed(slot.lengths[0]);
        }
    }

    @Override
    protected boolean work() {
        boolean any = false;
        for (Side side : sides.values()) {
            for (Slot slot : side.slots) {
                if (side.streams && slot.state == State.QUEUED) {
                    slot.state = State.DONE;
                    slot.prepared = false;
                    any = true;
                }
            }
        }
        return any;
    }

    @Override
    protected int ready(int wanted) {
        int ready = 0;
        for (Map.Entry<Integer, Side> each : sides.entrySet()) {
            boolean output = each.getKey() == V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
            if (each.getValue().slots.stream().anyMatch(s -> s.state == State.DONE)) {
                ready |= output ? POLLOUT : POLLIN;
            }
        }
        return ready & wanted;
    }

    @Override
    protected Set<Integer> holds() {
        Set<Integer> held = new TreeSet<>();
        sides.values().forEach(side -> side.slots.stream().filter(Slot::isHeld).forEach(s -> {
            for (int i = 0; i < s.planes; i++) {
                held.add(s.descriptors[i]);
            }
        }));
        return held;
    }

    @Override
    protected List<String> held() {
        List<String> held = new ArrayList<>();
        sides.forEach((type, side) -> {
            if (!side.slots.isEmpty()) {
                held.add(side.slots.size() + " slots of queue " + type);
            }
            V4l2Format now = of(side.format);
            V4l2Format first = of(side.first);
            if (fourcc(now) != fourcc(first) || width(now) != width(first) || height(now) != height(first)) {
                held.add("another format of queue " + type);
            }
        });
        return held;
    }
}
