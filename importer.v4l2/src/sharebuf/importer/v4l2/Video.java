package sharebuf.importer.v4l2;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Notes;
import sharebuf.importer.Rehearsal;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.node.DeviceWaits;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Control;
import sharebuf.video.VideoDevice.Capability;
import sharebuf.video.VideoDevice.Queue;

/**
 * One video device: what it is, its queues, and the uses that they make.
 *
 * <p>Immutable; its parts are thread-safe.
 */
final class Video {
    private final Ioctls node;
    private final Capability capability;
    private final DeviceWaits waits;
    private final Events events;
    private final Map<Queue, Side> sides = new EnumMap<>(Queue.class);

    /** What belongs to one queue. */
    record Side(VideoQueue slots, Dequeuer dequeuer, FormatIo format, QueueFormats formats, LayoutCheck check, ImportTrial trial, Connectors connectors) {
    }

    /** A device whose buffers may lie anywhere that it reaches. */
    Video(DeviceNode device, Fences fences, Notes notes, String pid, String connector, int pitchAlign, int heightAlign) throws DeviceException {
        this(device, fences, notes, pid, connector, pitchAlign, heightAlign, Permitted.ANYWHERE);
    }

    /**
     * Asks the device what it is.
     *
     * @throws DeviceException when it does not answer as a video device does
     */
    Video(DeviceNode device, Fences fences, Notes notes, String pid, String connector, int pitchAlign, int heightAlign,
        Permitted permitted) throws DeviceException {
        capability = Capabilities.of(device);
        node = new Ioctls(device, capability.multiplanar());
        waits = new DeviceWaits(device);
        events = new Events(node, waits, System::nanoTime);
        for (Queue queue : capability.queues()) {
            Connectors connectors = new Connectors(node, queue);
            connectors.select(connector);
            FormatIo format = new FormatIo(node, node.type(queue));
            QueueFormats formats = QueueFormats.ask(node, node.type(queue), format::tryFormat, pitchAlign, heightAlign);
            Use use = use(queue, formats, permitted);
            VideoQueue slots = new VideoQueue(node, use, queue, fences, notes, waits);
            boolean coupled = capability.queues().size() > 1;
            sides.put(queue, new Side(slots, new Dequeuer(device, slots, queue, System::nanoTime), format, formats,
                new LayoutCheck(pid + "~" + device.device().name(), use.id(), formats, coupled),
                new ImportTrial(node, node.type(queue), use.id(), format, queue == Queue.OUTPUT, coupled), connectors));
        }
        permitted.check(uses().stream().map(u -> u.id().use()).toList());
    }

    private Use use(Queue queue, QueueFormats formats, Permitted permitted) throws DeviceException {
        String device = node.node().device().name();
        boolean m2m = capability.queues().size() > 1;
        UseId id = new UseId(device, !m2m ? device : queue == Queue.CAPTURE ? "capture" : "output");
        if (formats.pictures().isEmpty() && formats.bitstreams().isEmpty()) {
            throw new DeviceException(Errno.ENODEV, device, "VIDIOC_ENUM_FMT", id + " lists no format that is known");
        }
        return new Use(id, queue == Queue.CAPTURE ? Access.WRITE : Access.READ, permitted.in(id.use(), node.node().device().dma()), formats.pictures(),
            !formats.bitstreams().isEmpty(), false, m2m ? LettingGo.DRAIN : LettingGo.BETWEEN_JOBS, held(queue))
            .orElse(node.node().device().alternatives(id.use()).stream().map(a -> permitted.in(id.use(), a)).toList());
    }

    /** How many buffers the driver needs before it works, where it tells; at least the one that it works on. */
    private int held(Queue queue) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            V4l2Control least = new V4l2Control(arena.allocate(V4l2Control.LAYOUT))
                .id(queue == Queue.CAPTURE ? V4l2.V4L2_CID_MIN_BUFFERS_FOR_CAPTURE : V4l2.V4L2_CID_MIN_BUFFERS_FOR_OUTPUT);
            return node.enumerate(V4l2.VIDIOC_G_CTRL, least) ? Math.clamp(least.value(), 1, V4l2.VIDEO_MAX_FRAME) : 1;
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENODEV) {
                throw e;
            }
            return 1; // EACCES and EBUSY: it knows the control, and does not tell now
        }
    }

    /** Whoever waits for the device is to come back, and whoever comes later not to wait. */
    void makeWay() {
        waits.makeWay();
        sides.values().forEach(side -> side.slots().wake());
    }

    void carryOn() {
        waits.carryOn();
    }

    Events events() {
        return events;
    }

    Capability capability() {
        return capability;
    }

    List<Use> uses() {
        return sides.values().stream().map(side -> side.slots().use()).toList();
    }

    Side side(Queue queue, long request) throws DeviceException {
        Side side = sides.get(queue);
        if (side == null) {
            throw node.invalid(request, "the device has no " + queue + " queue, it has " + capability.queues());
        }
        return side;
    }

    int bitstream(Queue queue) throws DeviceException {
        List<Integer> fourccs = side(queue, V4l2.VIDIOC_S_FMT).formats().bitstreams();
        if (fourccs.isEmpty()) {
            throw node.invalid(V4l2.VIDIOC_S_FMT, "the " + queue + " queue takes no bitstream");
        }
        return fourccs.getFirst();
    }

    Outcome<Outcome.Done> attach(Attached attached) {
        Optional<Side> side = side(attached.use());
        if (side.isEmpty()) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "use", attached.use().toString(), "one of " + uses().stream().map(Use::id).toList())
                .about(attached.use().device(), attached.use().use()));
        }
        Outcome<Outcome.Done> fits = side.get().check().check(attached, side.get().format()::tryFormat, capability.multiplanar());
        if (fits.isOk()) {
            fits = side.get().slots().attach(attached, side.get().trial());
        }
        return fits;
    }

    void detach(Attached attached) throws DeviceException {
        if (side(attached.use()).isPresent()) {
            side(attached.use()).get().slots().detach(attached);
        }
    }

    void goOn(Attached attached) throws DeviceException {
        if (side(attached.use()).isPresent()) {
            side(attached.use()).get().slots().goOn(attached);
        }
    }

    void adopt(List<Attached> live) throws DeviceException {
        for (Side side : sides.values()) {
            List<Attached> own = new ArrayList<>(live);
            own.removeIf(a -> !a.use().equals(side.slots().use().id()));
            side.slots().adopt(own);
        }
    }

    /** Goes through what an adoption does, the first frames behind it, and what is asked of a buffer that is attached; the device only answers. */
    void rehearse(List<Attached> live, Notes notes) {
        Ioctls looking = new Ioctls(Rehearsal.node(node.node(), request -> request == V4l2.VIDIOC_QUERYBUF), node.multiplanar());
        sides.forEach((queue, side) -> {
            List<Attached> own = live.stream().filter(a -> a.use().equals(side.slots().use().id())).toList();
            own.forEach(a -> side.check().check(a, side.format()::tryFormat, capability.multiplanar()));
            new VideoQueue(looking, side.slots().use(), queue, Rehearsal.fences(), Rehearsal.notes(notes), new DeviceWaits(looking.node())).rehearse(own);
        });
    }

    private Optional<Side> side(UseId use) {
        return sides.values().stream().filter(s -> s.slots().use().id().equals(use)).findFirst();
    }
}
