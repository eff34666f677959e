package sharebuf.platform.sim;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceNode;

/**
 * One queue of a V4L2 node: the state machine of the kernel's videobuf2, with its errnos. Facts from
 * {@code drivers/media/common/videobuf2/videobuf2-core.c} and {@code videobuf2-v4l2.c}.
 *
 * <pre>
 *                 queue                 take + finish                dequeue
 *     DEQUEUED ------------>  QUEUED  ---------------->   DONE   --------------> DEQUEUED
 *         ^                     |                           |
 *         +------- stop --------+---------- stop -----------+
 * </pre>
 *
 * <p>Not thread-safe: guarded by the lock of its node.
 */
final class VideoQueue {
    private final int type;
    private final boolean output;
    private final boolean multiplanar;
    private final VideoFormats formats;
    private VideoFormat format;
    private int memory;
    private List<Slot> slots = List.of();
    private Optional<DeviceNode> owner = Optional.empty();
    private final ArrayDeque<Slot> queued = new ArrayDeque<>();
    private final ArrayDeque<Slot> done = new ArrayDeque<>();
    private Slot active;
    private boolean streaming;
    private boolean lastDequeued;
    private boolean ended;
    private boolean waitingForBuffers;
    private volatile long epoch; // read by the running job without the lock
    private long intervalNanos;

    VideoQueue(int type, boolean output, boolean multiplanar, VideoFormats formats, long intervalNanos) {
        this.type = type;
        this.output = output;
        this.multiplanar = multiplanar;
        this.formats = formats;
        this.intervalNanos = intervalNanos;
        format = formats.initial();
        waitingForBuffers = !output;
    }

    int type() {
        return type;
    }

    boolean output() {
        return output;
    }

    boolean multiplanar() {
        return multiplanar;
    }

    VideoFormats formats() {
        return formats;
    }

    VideoFormat format() {
        return format;
    }

    int memory() {
        return memory;
    }

    List<Slot> slots() {
        return slots;
    }

    boolean streaming() {
        return streaming;
    }

    /** Counts starts and stops: a job that began in an earlier epoch finishes nothing. */
    long epoch() {
        return epoch;
    }

    long intervalNanos() {
        return intervalNanos;
    }

    void intervalNanos(long nanos) {
        intervalNanos = nanos;
    }

    boolean busy() {
        return !slots.isEmpty();
    }

    void format(VideoFormat newer) throws Refused {
        if (busy()) {
            throw new Refused(Errno.EBUSY, "the queue has " + slots.size() + " buffers; free them first");
        }
        format = newer;
    }

    /** Replaces the slots; what the old ones held has been given back. The queue is the file's that made the new ones. */
    void slots(int newMemory, List<Slot> newer, DeviceNode file) {
        cancel();
        memory = newMemory;
        slots = List.copyOf(newer);
        owner = slots.isEmpty() ? Optional.empty() : Optional.of(file);
    }

    /** Adds slots. */
    void more(int sameMemory, List<Slot> newer, DeviceNode file) {
        memory = sameMemory;
        slots = Stream.concat(slots.stream(), newer.stream()).toList();
        owner = Optional.of(file);
    }

    /** Whether the slots are a file's. */
    boolean ownedBy(DeviceNode file) {
        return owner.filter(o -> o == file).isPresent();
    }

    void refuseOthers(DeviceNode file) throws Refused {
        if (owner.isPresent() && !ownedBy(file)) {
            throw new Refused(Errno.EBUSY, "the queue has " + slots.size() + " buffers of another open file");
        }
    }

    void refuseWhileStreaming() throws Refused {
        if (streaming) {
            throw new Refused(Errno.EBUSY, "the queue is streaming");
        }
    }

    Slot slot(int index) throws Refused {
        if (index < 0 || index >= slots.size()) {
            throw new Refused(Errno.EINVAL, "index " + index + ": the queue has " + slots.size() + " buffers");
        }
        return slots.get(index);
    }

    /** Whether a slot may be queued or prepared. */
    void refuseQueued(Slot slot) throws Refused {
        if (slot.state != Slot.State.DEQUEUED) {
            throw new Refused(Errno.EINVAL, "buffer " + slot.index + " is " + (slot.state == Slot.State.DONE ? "done and not dequeued" : "queued already"));
        }
    }

    void queue(Slot slot) {
        slot.state = Slot.State.QUEUED;
        slot.error = false;
        slot.last = false;
        queued.addLast(slot);
        waitingForBuffers = false;
    }

    void start() throws Refused {
        if (slots.isEmpty()) {
            throw new Refused(Errno.EINVAL, "no buffers were requested");
        }
        if (!streaming) {
            streaming = true;
            epoch++;
        }
    }

    /** Every buffer goes back to the application, in whatever state it is. */
    void cancel() {
        streaming = false;
        lastDequeued = false;
        ended = false;
        waitingForBuffers = !output;
        epoch++;
        queued.clear();
        done.clear();
        for (Slot slot : slots) {
            slot.state = Slot.State.DEQUEUED;
            slot.prepared = false;
        }
    }

    /** Whether the device may take a buffer. */
    boolean ready() {
        return streaming && !ended && !queued.isEmpty();
    }

    /** The device takes the oldest buffer. */
    Slot take() {
        active = queued.removeFirst();
        return active;
    }

    /** The device is out of the buffer that it took, whatever became of the buffer. */
    void leave() {
        active = null;
    }

    /** Whether the device works on a buffer of this queue. */
    boolean working() {
        return active != null;
    }

    /** The device is done with a buffer that it took in an epoch. */
    void finish(Slot slot, long since, boolean error, boolean last) {
        if (since == epoch && slot.state == Slot.State.QUEUED) {
            slot.state = Slot.State.DONE;
            slot.error = error;
            slot.last = last;
            ended |= last;
            done.addLast(slot);
        }
    }

    Slot dequeue() throws Refused {
        if (!streaming) {
            throw new Refused(Errno.EINVAL, "the queue is not streaming");
        }
        if (lastDequeued) {
            throw new Refused(Errno.EPIPE, "the last buffer of the stream was dequeued");
        }
        if (done.isEmpty()) {
            throw new Refused(Errno.EAGAIN, "no buffer is done");
        }
        Slot slot = done.removeFirst();
        slot.state = Slot.State.DEQUEUED;
        slot.prepared = false;
        lastDequeued = slot.last;
        return slot;
    }

    Optional<Slot> oldestDone() {
        return Optional.ofNullable(done.peekFirst());
    }

    /** Whether {@code poll} has nothing to wait for. */
    boolean idle() {
        return !streaming || waitingForBuffers;
    }

    /** Whether no buffer is with the driver. */
    boolean empty() {
        return queued.isEmpty() && done.isEmpty() && active == null;
    }

    boolean canDequeue() {
        return !done.isEmpty() || lastDequeued;
    }
}
