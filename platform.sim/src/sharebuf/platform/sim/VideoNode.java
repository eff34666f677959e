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
        if (memory != V4l2.V4L2_MEMORY_MMAP && memory != V4l2.V4L2_MEMORY_DMABUF) {
            throw new Refused(Errno.EINVAL, "memory " + memory + ": MMAP and DMABUF are supported");
        }
        queue.refuseWhileStreaming();
        free(queue);
        List<Slot> slots = new ArrayList<>();
        int planes = queue.format().objects().size();
        for (int i = 0; i < Math.clamp(count, 0, MOST_SLOTS); i++) {
            Slot slot = new Slot(i, planes);
            Optional<String> refusal = memory == V4l2.V4L2_MEMORY_MMAP ? furnish(queue, slot) : Optional.empty();
            if (refusal.isPresent()) {
                release(slot);
                if (slots.isEmpty()) {
                    throw new Refused(Errno.ENOMEM, refusal.get());
                }
                break; // as vb2: fewer buffers than asked for, if there is at least one
            }
            slots.add(slot);
        }
        queue.slots(slots.isEmpty() ? 0 : memory, slots);
        changed.signalAll();
        return slots.size();
    }

    private Optional<String> furnish(VideoQueue queue, Slot slot) {
        for (int p = 0; p < slot.planes.length; p++) {
            long size = queue.format().sizeImage(p);
            Optional<Outcome<ObjectId>> asked = driverMemory.call(m -> m.allocate(use(queue), size));
            if (asked.isEmpty()) {
                return Optional.of("nobody allocates memory for drivers: there is no DriverMemory service");
            }
            switch (asked.get()) {
                case Outcome.Ok<ObjectId>(ObjectId object) -> {
                    Slot.Plane plane = slot.planes[p];
                    plane.own = Optional.of(object);
                    plane.length = size;
                    plane.list = engine().table().scatterList(object, !queue.output());
                }
                case Outcome.No<ObjectId>(var refusal) -> {
                    return Optional.of(refusal.message());
                }
            }
        }
        return Optional.empty();
    }

    private UseId use(VideoQueue queue) {
        String name = device().name();
        return queues.size() == 1 ? new UseId(name, name) : new UseId(name, queue.output() ? "output" : "capture");
    }

    private void free(VideoQueue queue) {
        queue.slots().forEach(this::release);
        queue.slots(0, List.of());
    }

    private void release(Slot slot) {
        for (Slot.Plane plane : slot.planes) {
            plane.mapping.ifPresent(m -> m.arena().close());
            plane.mapping = Optional.empty();
            ObjectId own = plane.own.orElse(null);
            plane.own = Optional.empty();
            if (own != null) {
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
            plane.mapping = Optional.of(new Slot.Mapping(arena, soc().view(object.extents(), arena)));
        }
        return plane.mapping.get().bytes().asSlice(0, length);
    }

    @Override
    final void release() {
        queues.forEach(this::free);
    }
}
