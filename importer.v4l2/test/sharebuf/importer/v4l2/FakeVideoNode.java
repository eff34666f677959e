package sharebuf.importer.v4l2;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Struct;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2Control;
import sharebuf.uapi.V4l2DvTimings;
import sharebuf.uapi.V4l2Event;
import sharebuf.uapi.V4l2EventSubscription;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2FormatDescription;
import sharebuf.uapi.V4l2FrameSize;
import sharebuf.uapi.V4l2Input;
import sharebuf.uapi.V4l2Output;
import sharebuf.uapi.V4l2Plane;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * A scripted device: plays queues in the simplest way, plays the errnos it is told to, and remembers what it was asked. Where it has an
 * opinion it is that of the kernel, {@code videobuf2-core.c} and {@code videobuf2-v4l2.c} of Linux 6.12, seen at vivid:
 *
 * <ul>
 * <li>S_FMT is EBUSY while there are buffers ({@code vb2_is_busy}); G_FMT tells what was set last.
 * <li>QBUF and PREPARE_BUF of a plane that is shorter than {@code sizeimage} are EINVAL; a buffer that is prepared cannot be prepared again
 * ({@code __prepare_dmabuf}, {@code vb2_core_prepare_buf}). The same dma-buf at the same index is not imported again.
 * <li>A multi-planar buffer has at least as many planes as the format had when the slots were made ({@code __verify_planes_array}).
 * <li>DQBUF is EINVAL unless the queue streams ({@code __vb2_wait_for_done_vb}).
 * <li>A dma-buf that comes with length 0 counts with all of its bytes; at an output queue the payload is compared with the length that was
 * given ({@code __verify_length}).
 * <li>REQBUFS gives at least as many as the driver needs.
 * <li>{@code poll} of a queue without buffers makes buffers for {@code read}, and everything else is EBUSY from then on
 * ({@code vb2_core_poll}, {@code vb2_verify_memory_type}).
 * <li>Inputs and outputs: an index that there is none of is EINVAL, a device without them ENOTTY; S_INPUT is EBUSY while there are
 * buffers, and resets the format ({@code vivid_vid_cap.c}). QUERY_DV_TIMINGS is ENODATA at an input that is not digital.
 * <li>Events: SUBSCRIBE of a type that a driver has not is EINVAL; DQEVENT without an event is ENOENT ({@code v4l2-event.c}).
 * <li>A device that was unplugged says ENODEV to everything and wakes who polls ({@code v4l2-dev.c}).
 * </ul>
 */
final class FakeVideoNode implements DeviceNode {
    /** A slot as the driver has it. */
    static final class Slot {
        State state = State.DEQUEUED;
        boolean prepared;
        int memory;
        final int[] fds = new int[V4l2.VIDEO_MAX_PLANES];
        final long[] lengths = new long[V4l2.VIDEO_MAX_PLANES];
        final long[] used = new long[V4l2.VIDEO_MAX_PLANES];
    }

    enum State { DEQUEUED, QUEUED, DONE }

    final List<String> log = new ArrayList<>();
    final Map<Integer, List<Slot>> queues = new HashMap<>();
    final Map<Integer, List<Integer>> formats = new HashMap<>();
    final Deque<Integer> polls = new ArrayDeque<>();
    Runnable onPoll = () -> { };
    int capabilities;
    boolean multiplanar;
    int pitchAlign = 1;
    int heightAlign = 1;
    boolean ignoresPitch;
    boolean stepwise = true;
    boolean enumeratesSizes = true;
    int planes = 1;
    int leastSlots = 1;
    long dmaBufSize = 1L << 30;
    boolean wholePages;
    int imports;
    boolean prepares = true;
    boolean readEmulated;
    List<String> connectors = List.of();
    int selected;
    int status;
    boolean digital;
    Errno timings = null;
    Map<Integer, Integer> controls = Map.of();
    List<Integer> eventTypes = List.of();
    final List<Integer> subscribed = new ArrayList<>();
    /** Ids of the subscriptions, such as that of an input. */
    final List<Integer> subscribedIds = new ArrayList<>();
    final Deque<int[]> events = new ArrayDeque<>(); // type, number
    /** How often all buffers were moved: each time they have other descriptors. */
    int generation;
    static final int GENERATION = 100_000;
    boolean unplugged;
    int doneFlags;
    final Map<Integer, Errno> unimportable = new HashMap<>();
    final Map<Integer, byte[]> set = new HashMap<>();
    final Map<Integer, Boolean> streaming = new HashMap<>();
    private final Map<Long, Errno> failures = new HashMap<>();

    static FakeVideoNode camera(boolean multiplanar, PixelFormat... formats) {
        FakeVideoNode node = new FakeVideoNode();
        node.multiplanar = multiplanar;
        node.capabilities = multiplanar ? V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_CAP_VIDEO_CAPTURE;
        node.list(multiplanar ? V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE, formats);
        return node;
    }

    static FakeVideoNode encoder() {
        FakeVideoNode node = new FakeVideoNode();
        node.multiplanar = true;
        node.capabilities = V4l2.V4L2_CAP_VIDEO_M2M_MPLANE;
        node.list(V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, PixelFormat.NV12);
        node.formats.put(V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, List.of(V4l2.V4L2_PIX_FMT_H264));
        return node;
    }

    void list(int type, PixelFormat... known) {
        List<Integer> fourccs = new ArrayList<>();
        for (PixelFormat format : known) {
            fourccs.add(format.v4l2Fourcc());
        }
        formats.put(type, fourccs);
    }

    /** The next call of an ioctl fails, without any effect. */
    void fail(long request, Errno errno) {
        failures.put(request, errno);
    }

    void heal() {
        failures.clear();
    }

    List<Slot> slots(int type) {
        return queues.computeIfAbsent(type, t -> new ArrayList<>());
    }

    boolean streams(int type) {
        return streaming.getOrDefault(type, false);
    }

    /** The device is done with its oldest buffer; false when it has none. */
    boolean finish(int type) {
        if (!streams(type)) {
            return false;
        }
        for (Slot slot : slots(type)) {
            if (slot.state == State.QUEUED) {
                slot.state = State.DONE;
                return true;
            }
        }
        return false;
    }

    /** What its uses accept instead. */
    final SortedMap<String, List<DmaConstraints>> alternatives = new TreeMap<>();

    @Override
    public Device device() {
        return new Device("cam", List.of(), "soc", DmaConstraints.builder().align(64).build(), alternatives);
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        log.add(V4l2.nameOf(request));
        if (unplugged) {
            throw error(Errno.ENODEV);
        }
        Errno failure = failures.remove(request);
        if (failure != null) {
            if (request == V4l2.VIDIOC_REQBUFS && failure == Errno.ENOMEM) { // the old slots are gone by then
                slots(new V4l2RequestBuffers(arg).type()).clear();
            }
            throw error(failure);
        }
        switch ((int) request) {
            case (int) V4l2.VIDIOC_QUERYCAP -> new V4l2Capability(arg).driver("fake").card("card").deviceCaps(capabilities | V4l2.V4L2_CAP_STREAMING)
                .capabilities(V4l2.V4L2_CAP_DEVICE_CAPS);
            case (int) V4l2.VIDIOC_ENUM_FMT -> enumerate(new V4l2FormatDescription(arg));
            case (int) V4l2.VIDIOC_ENUM_FRAMESIZES -> sizes(new V4l2FrameSize(arg));
            case (int) V4l2.VIDIOC_TRY_FMT -> format(new V4l2Format(arg));
            case (int) V4l2.VIDIOC_S_FMT -> {
                refuseBusy(!slots(new V4l2Format(arg).type()).isEmpty());
                format(new V4l2Format(arg));
                set.put(new V4l2Format(arg).type(), arg.toArray(ValueLayout.JAVA_BYTE));
            }
            case (int) V4l2.VIDIOC_G_FMT -> current(new V4l2Format(arg));
            case (int) V4l2.VIDIOC_S_PARM -> { }
            case (int) V4l2.VIDIOC_REQBUFS -> request(new V4l2RequestBuffers(arg));
            case (int) V4l2.VIDIOC_QUERYBUF -> write(new V4l2Buffer(arg), slot(new V4l2Buffer(arg)));
            case (int) V4l2.VIDIOC_QBUF -> queue(new V4l2Buffer(arg), true);
            case (int) V4l2.VIDIOC_PREPARE_BUF -> {
                if (!prepares) {
                    throw error(Errno.ENOTTY);
                }
                queue(new V4l2Buffer(arg), false);
            }
            case (int) V4l2.VIDIOC_DQBUF -> dequeue(new V4l2Buffer(arg));
            case (int) V4l2.VIDIOC_STREAMON -> {
                if (slots(arg.get(ValueLayout.JAVA_INT, 0)).isEmpty()) {
                    throw error(Errno.EINVAL);
                }
                streaming.put(arg.get(ValueLayout.JAVA_INT, 0), true);
            }
            case (int) V4l2.VIDIOC_STREAMOFF -> stop(arg.get(ValueLayout.JAVA_INT, 0));
            case (int) V4l2.VIDIOC_ENUMINPUT -> new V4l2Input(arg).name(connector(arg)).status(status)
                .capabilities(digital ? V4l2.V4L2_IN_CAP_DV_TIMINGS : 0);
            case (int) V4l2.VIDIOC_ENUMOUTPUT -> new V4l2Output(arg).name(connector(arg));
            case (int) V4l2.VIDIOC_G_INPUT, (int) V4l2.VIDIOC_G_OUTPUT -> {
                refuseWithoutConnectors();
                arg.set(ValueLayout.JAVA_INT, 0, selected);
            }
            case (int) V4l2.VIDIOC_S_INPUT, (int) V4l2.VIDIOC_S_OUTPUT -> {
                connector(arg);
                refuseBusy(queues.values().stream().anyMatch(q -> !q.isEmpty()));
                selected = arg.get(ValueLayout.JAVA_INT, 0);
                set.clear();
            }
            case (int) V4l2.VIDIOC_QUERY_DV_TIMINGS -> {
                if (!digital || timings != null) {
                    throw error(digital ? timings : Errno.ENODATA);
                }
                new V4l2DvTimings(arg).width(1280).height(720).pixelClock(74_250_000).hFrontPorch(110).hSync(40).hBackPorch(220)
                    .vFrontPorch(5).vSync(5).vBackPorch(20);
            }
            case (int) V4l2.VIDIOC_S_DV_TIMINGS -> refuseBusy(queues.values().stream().anyMatch(q -> !q.isEmpty()));
            case (int) V4l2.VIDIOC_G_CTRL -> {
                V4l2Control c = new V4l2Control(arg);
                if (!controls.containsKey(c.id())) {
                    throw error(Errno.EINVAL);
                }
                c.value(controls.get(c.id()));
            }
            case (int) V4l2.VIDIOC_SUBSCRIBE_EVENT -> {
                if (!eventTypes.contains(new V4l2EventSubscription(arg).type())) {
                    throw error(Errno.EINVAL);
                }
                subscribed.add(new V4l2EventSubscription(arg).type());
                subscribedIds.add(new V4l2EventSubscription(arg).id());
            }
            case (int) V4l2.VIDIOC_UNSUBSCRIBE_EVENT -> subscribed.remove((Integer) new V4l2EventSubscription(arg).type());
            case (int) V4l2.VIDIOC_DQEVENT -> {
                if (events.isEmpty()) {
                    throw error(Errno.ENOENT);
                }
                int[] e = events.remove();
                new V4l2Event(arg).type(e[0]).number(e[1]).sequence(3).seconds(1).nanos(5);
            }
            default -> throw error(Errno.ENOTTY);
        }
        return 0;
    }

    private void refuseWithoutConnectors() throws DeviceException {
        if (connectors.isEmpty()) {
            throw error(Errno.ENOTTY);
        }
    }

    /** The one whose index stands first in a structure. */
    private String connector(MemorySegment arg) throws DeviceException {
        refuseWithoutConnectors();
        int index = arg.get(ValueLayout.JAVA_INT, 0);
        if (index < 0 || index >= connectors.size()) {
            throw error(Errno.EINVAL);
        }
        return connectors.get(index);
    }

    private void refuseBusy(boolean busy) throws DeviceException {
        if (busy || readEmulated) {
            throw error(Errno.EBUSY);
        }
    }

    private void stop(int type) {
        streaming.put(type, false);
        slots(type).forEach(s -> {
            s.state = State.DEQUEUED;
            s.prepared = false;
        });
    }

    private void current(V4l2Format f) {
        int type = f.type();
        if (!set.containsKey(type)) {
            int first = formats.get(type).getFirst();
            if (multiplanar) {
                f.pixMp().pixelFormat(first);
            } else {
                f.pix().pixelFormat(first);
            }
            format(f);
            set.put(type, f.segment().toArray(ValueLayout.JAVA_BYTE));
        }
        f.segment().copyFrom(MemorySegment.ofArray(set.get(type)));
    }

    private int objects(int type) {
        V4l2Format f = new V4l2Format(Arena.ofAuto().allocate(V4l2Format.LAYOUT)).type(type);
        current(f);
        return f.pixMp().numPlanes();
    }

    /** What a memory plane of the format that is set needs at least. */
    private long sizeImage(int type, int plane) {
        V4l2Format f = new V4l2Format(Arena.ofAuto().allocate(V4l2Format.LAYOUT)).type(type);
        current(f);
        return multiplanar ? f.pixMp().plane(plane).sizeImage() : f.pix().sizeImage();
    }

    private void enumerate(V4l2FormatDescription d) throws DeviceException {
        List<Integer> all = formats.getOrDefault(d.type(), List.of());
        if (d.index() >= all.size()) {
            throw error(Errno.EINVAL);
        }
        int fourcc = all.get(d.index());
        d.pixelFormat(fourcc).flags(fourcc == V4l2.V4L2_PIX_FMT_H264 ? V4l2.V4L2_FMT_FLAG_COMPRESSED : 0);
    }

    private void sizes(V4l2FrameSize s) throws DeviceException {
        if (!enumeratesSizes) {
            throw error(Errno.ENOTTY);
        }
        if (s.index() > (stepwise ? 0 : 1)) {
            throw error(Errno.EINVAL);
        }
        if (stepwise) {
            s.type(V4l2.V4L2_FRMSIZE_TYPE_STEPWISE).minWidth(32).maxWidth(4096).stepWidth(2).minHeight(32).maxHeight(2160).stepHeight(2);
        } else {
            s.type(V4l2.V4L2_FRMSIZE_TYPE_DISCRETE).minWidth(s.index() == 0 ? 640 : 1920).discreteHeight(s.index() == 0 ? 480 : 1080);
        }
    }

    private void format(V4l2Format f) {
        int fourcc = multiplanar ? f.pixMp().pixelFormat() : f.pix().pixelFormat();
        PixelFormat format = PixelFormat.ofV4l2(fourcc).orElse(null);
        int width = Math.clamp(multiplanar ? f.pixMp().width() : f.pix().width(), 32, 4096) / 2 * 2;
        int height = Math.clamp(multiplanar ? f.pixMp().height() : f.pix().height(), 32, 2160) / 2 * 2;
        if (format == null) {
            f.pixMp().numPlanes(1);
            return;
        }
        long wanted = ignoresPitch ? 0 : multiplanar ? f.pixMp().plane(0).bytesPerLine() : f.pix().bytesPerLine();
        long least = Layout.linear(format, width, height, 1, 1).planes().getFirst().pitch();
        Layout layout = Layout.withPitch(format, height, Math.ceilDiv(Math.max(least, wanted), pitchAlign) * pitchAlign, heightAlign);
        if (multiplanar) {
            f.pixMp().width(width).height(height).numPlanes(layout.objects().size());
            for (int i = 0; i < layout.objects().size(); i++) {
                f.pixMp().plane(i).bytesPerLine(layout.planes().get(i).pitch()).sizeImage(rounded(layout.objects().get(i)));
            }
        } else {
            f.pix().width(width).height(height).bytesPerLine(layout.planes().getFirst().pitch()).sizeImage(rounded(layout.objects().getFirst()));
        }
    }

    private long rounded(long bytes) {
        return wholePages ? Math.ceilDiv(bytes, 4096) * 4096 : bytes;
    }

    private void request(V4l2RequestBuffers r) throws DeviceException {
        refuseBusy(streams(r.type()));
        List<Slot> slots = slots(r.type());
        slots.clear();
        r.count(r.count() == 0 ? 0 : Math.max(leastSlots, r.count()));
        for (int i = 0; i < r.count(); i++) {
            Slot slot = new Slot();
            slot.memory = r.memory();
            slots.add(slot);
        }
    }

    private Slot slot(V4l2Buffer b) throws DeviceException {
        List<Slot> slots = slots(b.type());
        if (b.index() < 0 || b.index() >= slots.size()) {
            throw error(Errno.EINVAL);
        }
        return slots.get(b.index());
    }

    private void queue(V4l2Buffer b, boolean forGood) throws DeviceException {
        Slot slot = slot(b);
        if (slot.state != State.DEQUEUED || slot.memory != b.memory() || slot.prepared && !forGood) {
            throw error(Errno.EINVAL);
        }
        if (multiplanar) {
            planes = objects(b.type());
            if (b.length() < planes) {
                throw error(Errno.EINVAL);
            }
            for (int i = 0; i < planes; i++) {
                V4l2Plane plane = plane(b, i);
                take(b, slot, i, plane.fd(), plane.length());
                slot.used[i] = plane.bytesUsed();
            }
        } else {
            take(b, slot, 0, b.fd(), b.length());
            slot.used[0] = b.bytesUsed();
        }
        slot.prepared = true;
        if (forGood) {
            slot.state = State.QUEUED;
        }
    }

    private void take(V4l2Buffer b, Slot slot, int plane, int fd, long given) throws DeviceException {
        long length = given == 0 ? dmaBufSize : given; // __prepare_dmabuf
        if (slot.memory == V4l2.V4L2_MEMORY_DMABUF) {
            if (length < sizeImage(b.type(), plane)) {
                throw error(Errno.EINVAL);
            }
            if (unimportable.containsKey(fd)) {
                throw error(unimportable.get(fd));
            }
            imports += fd == slot.fds[plane] && length == slot.lengths[plane] ? 0 : 1;
        }
        slot.fds[plane] = fd;
        slot.lengths[plane] = length;
    }

    private void dequeue(V4l2Buffer b) throws DeviceException {
        List<Slot> slots = slots(b.type());
        if (!streams(b.type())) {
            throw error(Errno.EINVAL);
        }
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).state == State.DONE) {
                slots.get(i).state = State.DEQUEUED;
                slots.get(i).prepared = false;
                b.index(i).sequence(7).seconds(2).micros(3);
                write(b, slots.get(i));
                b.flags(b.flags() | doneFlags);
                return;
            }
        }
        throw error(Errno.EAGAIN);
    }

    private void write(V4l2Buffer b, Slot slot) {
        b.flags(slot.state == State.QUEUED ? V4l2.V4L2_BUF_FLAG_QUEUED : slot.state == State.DONE ? V4l2.V4L2_BUF_FLAG_DONE : 0)
            .memory(slot.memory);
        if (multiplanar) {
            for (int i = 0; i < planes; i++) {
                plane(b, i).fd(slot.fds[i]).length(slot.lengths[i]).bytesUsed(11 + i);
            }
            b.length(planes);
        } else {
            b.fd(slot.fds[0]).length(slot.lengths[0]).bytesUsed(11);
        }
    }

    private static V4l2Plane plane(V4l2Buffer b, int index) {
        long size = V4l2Plane.LAYOUT.byteSize();
        return new V4l2Plane(Struct.memory(b.planes(), b.length() * size).asSlice(index * size, size));
    }

    private DeviceException error(Errno errno) {
        return new DeviceException(errno, "cam", log.getLast(), "played");
    }

    @Override
    public MemorySegment map(long offset, long length) {
        return MemorySegment.NULL;
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        throw error(Errno.EINVAL);
    }

    @Override
    public int poll(int events, Duration limit) {
        log.add("poll");
        if (events == POLLPRI && !unplugged) { // vb2_core_poll looks at no buffer then
            onPoll.run();
            return this.events.isEmpty() ? 0 : POLLPRI;
        }
        readEmulated |= queues.values().stream().allMatch(List::isEmpty);
        onPoll.run();
        if (unplugged) { // v4l2_poll: EPOLLERR | EPOLLHUP | EPOLLPRI
            return POLLERR | 0x10 | 0x2;
        }
        return polls.isEmpty() ? events : polls.remove();
    }

    @Override
    public int handle(ObjectId object) {
        return fd(object.buffer().number(), object.index()) + generation * GENERATION;
    }

    static int fd(long buffer, int object) {
        return (int) (100 + 10 * buffer + object);
    }
}
