package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.device.UseId;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2;

/**
 * A V4L2 node: its queues and the memory behind their slots. What the device does with the buffers is a subclass; how ioctls look is in
 * {@link VideoControls}.
 */
abstract class VideoNode extends SimNode {
    private static final long STOP_NANOS = 2_000_000_000L;
    private static final int MOST_SLOTS = V4l2.VIDEO_MAX_FRAME;
    private static final int PLANES = V4l2.VIDEO_MAX_PLANES;
    private static final int OUTPUT_COOKIE = 1 << 30;

    private final List<VideoQueue> queues;
    private final VideoControls controls = new VideoControls(this);

    VideoNode(DeviceSpec spec, Soc soc, List<VideoQueue> queues) {
        super(spec, soc);
        this.queues = List.copyOf(queues);
    }

    static VideoQueue captureQueue(DeviceSpec spec, boolean bitstream, long intervalNanos) {
        int type = spec.multiplanar() ? V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
        return new VideoQueue(type, false, spec.multiplanar(), new VideoFormats(spec, bitstream), intervalNanos);
    }

    static VideoQueue outputQueue(DeviceSpec spec) {
        int type = spec.multiplanar() ? V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT;
        return new VideoQueue(type, true, spec.multiplanar(), new VideoFormats(spec, false), 0);
    }

    List<VideoQueue> queues() {
        return queues;
    }

    /** A format was set: a device with two queues makes them agree. */
    void formatChanged(VideoQueue queue) {
    }

    /** What a queue would be set to; a device with two queues has its own word. */
    VideoFormat nearest(VideoQueue queue, int fourcc, int width, int height, long pitch, long size) {
        return queue.formats().nearest(fourcc, width, height, pitch, size);
    }

    /** A queue was stopped; the device forgets what it held back. On the caller's thread, while no job runs. */
    void reset() {
    }

    @Override
    final int control(long request, MemorySegment arg) throws DeviceException, InterruptedException {
        try {
            return controls.control(request, arg);
        } catch (Refused e) {
            throw fail(e.errno(), nameOf(request), e.getMessage());
        }
    }

    @Override
    final String nameOf(long request) {
        return V4l2.nameOf(request);
    }

    @Override
    final int events(int wanted) {
        boolean waiting = false;
        int events = 0;
        for (VideoQueue queue : queues) {
            waiting |= !queue.idle() && (queues.size() == 1 || !queue.empty() || queue.canDequeue());
            if (queue.streaming() && queue.canDequeue()) {
                events |= queue.output() ? POLLOUT : POLLIN;
            }
        }
        return waiting ? events & wanted : POLLERR;
    }

    /** {@code VIDIOC_REQBUFS}. */
    final int request(VideoQueue queue, int memory, int count) throws Refused {
        refuseMemory(memory);
        queue.refuseWhileStreaming();
        free(queue);
        List<Slot> slots = make(queue, memory, Math.clamp(count, 0, MOST_SLOTS), queue.format().objects());
        queue.slots(slots.isEmpty() ? 0 : memory, slots, caller());
        changed.signalAll();
        return slots.size();
    }

    /**
     * {@code VIDIOC_CREATE_BUFS}: more slots, of any size that the format fits into.
     *
     * @return how many were made
     */
    final int create(VideoQueue queue, int memory, int count, List<Long> sizes) throws Refused {
        refuseMemory(memory);
        if (queue.busy() && queue.memory() != memory) {
            throw new Refused(Errno.EINVAL, "memory " + memory + ": the queue was set up with " + queue.memory());
        }
        List<Long> least = queue.format().objects();
        boolean fits = sizes.size() == least.size();
        for (int i = 0; fits && i < sizes.size(); i++) {
            fits = sizes.get(i) >= least.get(i);
        }
        if (!fits) {
            throw new Refused(Errno.EINVAL, "planes of " + sizes + " bytes, the format needs " + least);
        }
        List<Slot> slots = make(queue, memory, Math.clamp(count, 0, MOST_SLOTS - queue.slots().size()), sizes);
        if (!slots.isEmpty()) {
            queue.more(memory, slots, caller());
            changed.signalAll();
        }
        return slots.size();
    }

    private static void refuseMemory(int memory) throws Refused {
        if (memory != V4l2.V4L2_MEMORY_MMAP && memory != V4l2.V4L2_MEMORY_DMABUF) {
            throw new Refused(Errno.EINVAL, "memory " + memory + ": MMAP and DMABUF are supported");
        }
    }

    private List<Slot> make(VideoQueue queue, int memory, int count, List<Long> sizes) throws Refused {
        List<Slot> slots = new ArrayList<>();
        int first = queue.slots().size();
        for (int i = 0; i < count; i++) {
            Slot slot = new Slot(first + i, sizes.size());
            Optional<String> refusal = memory == V4l2.V4L2_MEMORY_MMAP ? furnish(queue, slot, sizes) : Optional.empty();
            if (refusal.isPresent()) {
                release(slot);
                if (slots.isEmpty()) {
                    throw new Refused(Errno.ENOMEM, refusal.get());
                }
                break; // as vb2: fewer buffers than asked for, if there is at least one
            }
            slots.add(slot);
        }
        return slots;
    }

    /** Memory of the driver's own where it has some, else what the broker gives. */
    private Optional<String> furnish(VideoQueue queue, Slot slot, List<Long> sizes) {
        Optional<DriverRegion> region = soc().driverRegion(device().name());
        for (int p = 0; p < slot.planes.length; p++) {
            long size = sizes.get(p);
            if (region.isPresent()) {
                try {
                    owned(queue, slot.planes[p], region.get().make(this, size), size);
                    slot.planes[p].from = region;
                } catch (Refused e) {
                    return Optional.of(e.getMessage());
                }
                continue;
            }
            Optional<Outcome<ObjectId>> asked = driverMemory.call(m -> m.allocate(use(queue), size));
            if (asked.isEmpty()) {
                return Optional.of("nobody allocates memory for drivers: there is no DriverMemory service");
            }
            switch (asked.get()) {
                case Outcome.Ok<ObjectId>(ObjectId object) -> owned(queue, slot.planes[p], object, size);
                case Outcome.No<ObjectId>(var refusal) -> {
                    return Optional.of(refusal.message());
                }
            }
        }
        return Optional.empty();
    }

    private void owned(VideoQueue queue, Slot.Plane plane, ObjectId object, long size) {
        plane.own = Optional.of(object);
        plane.length = size;
        plane.list = engine().table().scatterList(object, !queue.output());
    }

    /** {@code VIDIOC_EXPBUF}. */
    final int export(Slot.Plane plane) throws Refused {
        ObjectId object = plane.own.orElseThrow(() -> new Refused(Errno.EINVAL, "the driver's memory is gone"));
        return plane.from.isPresent() ? plane.from.get().export(object)
                : soc().exports().descriptor(object).orElseThrow(() -> new Refused(Errno.EINVAL, "the driver's memory is gone"));
    }

    private UseId use(VideoQueue queue) {
        String name = device().name();
        return queues.size() == 1 ? new UseId(name, name) : new UseId(name, queue.output() ? "output" : "capture");
    }

    private void free(VideoQueue queue) {
        queue.slots().forEach(this::release);
        queue.slots(0, List.of(), this);
    }

    private void release(Slot slot) {
        for (Slot.Plane plane : slot.planes) {
            plane.mapping.ifPresent(m -> m.arena().close());
            plane.mapping = Optional.empty();
            ObjectId own = plane.own.orElse(null);
            plane.own = Optional.empty();
            Optional<DriverRegion> from = plane.from;
            plane.from = Optional.empty();
            if (own != null && from.isPresent()) {
                from.get().drop(own);
            } else if (own != null) {
                driverMemory.call(m -> {
                    m.free(own);
                    return own;
                });
            }
        }
    }

    /** Makes a dma-buf the memory of a plane. */
    final void attach(VideoQueue queue, Slot slot, int plane, int fd, long wishedLength) throws Refused {
        Exports.Exported object = soc().exports().resolve(fd)
                .orElseThrow(() -> new Refused(Errno.EINVAL, "descriptor " + fd + " is no dma-buf"));
        long length = wishedLength == 0 ? object.size() : wishedLength;
        long needed = queue.format().sizeImage(plane);
        if (length > object.size() || length < needed) {
            throw new Refused(Errno.EINVAL, "plane " + plane + ": " + length + " bytes of an object of " + object.size() + ", needed " + needed);
        }
        ScatterList list = engine().table().scatterList(object.id(), !queue.output());
        if (list.total() < needed) {
            throw new Refused(Errno.EINVAL, "plane " + plane + ": " + list.total() + " bytes of " + object.id() + " are mapped for "
                    + device().name() + ", needed " + needed);
        }
        if (!turn(list).equals(Turn.NONE)) {
            throw new Refused(Errno.EINVAL, "plane " + plane + ": " + object.id() + " is shown to " + device().name() + " turned, and it counts lines from the top");
        }
        Slot.Plane p = slot.planes[plane];
        p.fd = fd;
        p.length = length;
        p.list = list;
    }

    /** Stops a queue; returns when the device is out of its buffers. */
    final void stop(VideoQueue queue) throws InterruptedException {
        queue.cancel();
        changed.signalAll();
        long left = STOP_NANOS;
        while (queue.working() && left > 0 && !isGone()) {
            left = changed.awaitNanos(left);
        }
        if (!queue.working()) {
            reset();
        }
    }

    /** Number for {@code mmap} of a plane of the driver's memory; the cookie of vb2. */
    static int cookie(VideoQueue queue, int index, int plane) {
        return (queue.output() ? OUTPUT_COOKIE : 0) + (index * PLANES + plane) * (int) Libc.PAGE;
    }

    @Override
    public final MemorySegment map(long offset, long length) throws DeviceException {
        lock.lock();
        try {
            check("mmap");
            for (VideoQueue queue : queues) {
                for (Slot slot : queue.slots()) {
                    for (int p = 0; p < slot.planes.length; p++) {
                        if (queue.memory() == V4l2.V4L2_MEMORY_MMAP && cookie(queue, slot.index, p) == offset) {
                            return mapped(slot.planes[p], length);
                        }
                    }
                }
            }
            throw fail(Errno.EINVAL, "mmap", "no buffer of the driver at offset 0x" + Long.toHexString(offset));
        } finally {
            lock.unlock();
        }
    }

    private MemorySegment mapped(Slot.Plane plane, long length) throws DeviceException {
        if (length < 1 || length > plane.length) {
            throw fail(Errno.EINVAL, "mmap", length + " bytes of a buffer of " + plane.length);
        }
        if (plane.mapping.isEmpty()) {
            Exports.Exported object = plane.own.flatMap(o -> soc().exports().find(o)).orElse(null);
            if (object == null) {
                throw fail(Errno.EINVAL, "mmap", "the driver's memory is gone");
            }
            Arena arena = Arena.ofShared();
            plane.mapping = Optional.of(new Slot.Mapping(arena, soc().uncachedView(object.extents(), arena)));
        }
        return plane.mapping.get().bytes().asSlice(0, length);
    }

    @Override
    public final DeviceFile open() throws DeviceException {
        check("open");
        return new SimFile(this);
    }

    /** As videobuf2 does: the queues of a file that is closed are stopped and freed. */
    @Override
    final void closed(DeviceNode file) {
        boolean interrupted = false;
        lock.lock();
        try {
            for (VideoQueue queue : queues) {
                if (queue.ownedBy(file)) {
                    try {
                        stop(queue);
                    } catch (InterruptedException _) {
                        interrupted = true;
                    }
                    free(queue);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    final void release() {
        queues.forEach(this::free);
    }
}
