package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_MEMORY_DMABUF;
import static sharebuf.uapi.V4l2.V4L2_MEMORY_MMAP;
import static sharebuf.uapi.V4l2.VIDEO_MAX_PLANES;
import static sharebuf.uapi.V4l2.VIDIOC_DQBUF;
import static sharebuf.uapi.V4l2.VIDIOC_QBUF;
import static sharebuf.uapi.V4l2.VIDIOC_QUERYBUF;
import static sharebuf.uapi.V4l2.VIDIOC_REQBUFS;
import static sharebuf.uapi.V4l2.VIDIOC_STREAMOFF;
import static sharebuf.uapi.V4l2.VIDIOC_STREAMON;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceWaits;
import sharebuf.uapi.V4l2RequestBuffers;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.State;

/**
 * The ioctls of one queue.
 *
 * <p>Where a slot is, the driver knows; remembered ({@link Slots}) is only what it cannot tell: the buffer whose fence is begun for a
 * slot. A fence is begun before {@code VIDIOC_QBUF} and completed when the driver has given the slot back, be it by
 * {@code VIDIOC_DQBUF}, by stopping the stream, by freeing the slots, or by refusing. When an ioctl that gives back slots fails half
 * way, each slot is looked at ({@link #settle}).
 *
 * <p>Thread-safe. The lock guards the book-keeping and the structures, which are reused; the ioctls under it do not block. Nothing
 * waits under it: {@link Dequeuer} polls without.
 */
final class VideoQueue {
    private static final int MOST_SLOTS = 1024;
    private static final long POLLERS_NANOS = 1_000_000_000;

    private final Ioctls node;
    private final DeviceWaits waits;
    private final Use use;
    private final Queue queue;
    private final SlotIo io;
    private final Slots slots;
    private final HeldBack held;
    /** Slots that the driver refused when their move was over; the application gets them back as damaged. */
    private final Deque<Integer> refused = new ArrayDeque<>();
    private final V4l2RequestBuffers request;
    private final MemorySegment typeArg;
    private final int type;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<BufferId, Target> targets = new HashMap<>();
    private int memory = V4L2_MEMORY_DMABUF;
    private boolean streaming;
    private int pollers;
    private long changes;

    VideoQueue(Ioctls node, Use use, Queue queue, Fences fences, Notes notes, DeviceWaits waits) {
        this.node = node;
        this.waits = waits;
        this.use = use;
        this.queue = queue;
        slots = new Slots(fences, use.id());
        held = new HeldBack(use.id(), notes);
        type = node.type(queue);
        Arena arena = Arena.ofAuto(); // a late caller may still use it when the component has gone
        io = new SlotIo(node, type, arena);
        request = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT));
        typeArg = arena.allocate(ValueLayout.JAVA_INT);
        typeArg.set(ValueLayout.JAVA_INT, 0, type);
    }

    Use use() {
        return use;
    }

    int requestBuffers(Memory wanted, int count) throws DeviceException {
        if (count < 0) {
            throw node.invalid(VIDIOC_REQBUFS, count + " slots: at least 0");
        }
        lock.lock();
        try {
            awaitPollers();
            int code = wanted == Memory.MMAP ? V4L2_MEMORY_MMAP : V4L2_MEMORY_DMABUF;
            request.clear();
            request.count(count).type(type).memory(code);
            try {
                node.call(VIDIOC_REQBUFS, request);
            } catch (DeviceException e) {
                settle();
                throw e;
            }
            slots.replace(request.count());
            forgetHeld();
            memory = code;
            return request.count();
        } finally {
            signalAndUnlock();
        }
    }

    void queue(int index, BufferId buffer) throws DeviceException {
        lock.lock();
        try {
            Target target = targets.get(buffer);
            if (target == null) {
                throw node.invalid(VIDIOC_QBUF, "buffer " + buffer + " is not attached to " + use.id());
            }
            Slot slot = slot(VIDIOC_QBUF, index);
            if (held.isWaiting(index)) {
                throw node.invalid(VIDIOC_QBUF, "slot " + index + " of " + use.id() + " is queued already");
            }
            if (!give(index, slot, target)) {
                if (look(index) && driverHasIt()) { // as the driver would say it
                    throw node.invalid(VIDIOC_QBUF, "slot " + index + " of " + use.id() + " is queued already");
                }
                held.waits(index, buffer);
            }
        } finally {
            signalAndUnlock();
        }
    }

    /** Gives a buffer to the driver. False when it is being moved: then it waits for {@link #goOn}. */
    private boolean give(int index, Slot slot, Target target) throws DeviceException {
        BufferId buffer = target.objects()[0].buffer();
        if (!slots.begin(buffer)) {
            return false;
        }
        boolean queued = false;
        try {
            io.giveDmabuf(VIDIOC_QBUF, index, slot, target, queue == Queue.OUTPUT);
            queued = true;
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            if (!queued) {
                slots.refused(buffer);
            }
        }
        over(index);
        slots.entered(slot, buffer);
        slot.forgetPayload();
        return true;
    }

    /** Whether pictures that were given back may still be read: a decoder refers to them. */
    private boolean mayReadLater() {
        return use.lettingGo() == LettingGo.DRAIN && queue == Queue.CAPTURE;
    }

    /** The driver has other memory in a slot now, or none. */
    private void over(int index) {
        held.over(index).forEach(slots::letGo);
    }

    /**
     * A move is over. What the driver has of these buffers it has in the memory from before, if they were moved; what waited is queued. A
     * codec may read pictures that it gave back, as long as nothing else is queued in their slots.
     */
    void goOn(Attached attached) throws DeviceException {
        lock.lock();
        try {
            for (int i = 0; i < slots.count(); i++) {
                Slot slot = slots.find(i).orElseThrow();
                int index = i;
                slot.inFlight.filter(attached.buffers()::contains).ifPresent(b -> held.before(index, b));
                if (mayReadLater() && slot.inFlight.isEmpty()) {
                    slot.last.filter(attached.buffers()::contains).ifPresent(b -> {
                        slots.keep(b);
                        held.read(index, b);
                    });
                }
            }
            queueWaiting(attached.buffers());
        } finally {
            signalAndUnlock();
        }
    }

    /** What the driver refuses now, the application gets back as damaged: its call that queued it has returned long ago. */
    private void queueWaiting(Collection<BufferId> buffers) throws DeviceException {
        for (int index : held.waiting(buffers)) {
            Optional<Target> target = held.queued(index).map(targets::get);
            Optional<Slot> slot = slots.find(index);
            if (target.isEmpty() || slot.isEmpty()) {
                over(index);
                continue;
            }
            try {
                give(index, slot.get(), target.get());
            } catch (DeviceException e) {
                over(index);
                refused.add(index);
                if (e.errno() == Errno.ENODEV) {
                    throw e;
                }
            }
        }
    }

    void queue(int index) throws DeviceException {
        lock.lock();
        try {
            Slot slot = slot(VIDIOC_QBUF, index);
            io.queueMmap(index, slot);
            slot.forgetPayload();
        } finally {
            signalAndUnlock();
        }
    }

    void setPayload(int index, List<Long> bytes) throws DeviceException {
        if (queue != Queue.OUTPUT || bytes.isEmpty() || bytes.size() > (node.multiplanar() ? VIDEO_MAX_PLANES : 1)
                || bytes.stream().anyMatch(b -> b < 0 || b >>> 32 != 0)) {
            throw node.invalid(VIDIOC_QBUF, "payload " + bytes + " of " + use.id()
                + ": one number from 0 to 2^32 - 1 for each memory plane of an output queue");
        }
        lock.lock();
        try {
            Slot slot = slot(VIDIOC_QBUF, index);
            slot.forgetPayload();
            for (int i = 0; i < bytes.size(); i++) {
                slot.setPayload(i, bytes.get(i));
            }
        } finally {
            lock.unlock();
        }
    }

    State query(int index) throws DeviceException {
        lock.lock();
        try {
            slot(VIDIOC_QUERYBUF, index);
            io.ask(VIDIOC_QUERYBUF, index, memory);
            return held.isWaiting(index) ? State.QUEUED : refused.contains(index) ? State.DONE : io.state();
        } finally {
            lock.unlock();
        }
    }

    MemorySegment map(int index, int plane) throws DeviceException {
        lock.lock();
        try {
            Slot slot = slot(VIDIOC_QUERYBUF, index);
            if (memory != V4L2_MEMORY_MMAP) {
                throw node.invalid(VIDIOC_QUERYBUF, "slot " + index + " has no memory of the driver to map");
            }
            io.ask(VIDIOC_QUERYBUF, index, memory);
            if (plane < 0 || plane >= io.planes()) {
                throw node.invalid(VIDIOC_QUERYBUF, "plane " + plane + " of slot " + index + ": from 0 to " + (io.planes() - 1));
            }
            if (slot.map(plane).isEmpty()) {
                slot.map(plane, node.node().map(io.offset(plane), io.length(plane)));
            }
            return slot.map(plane).orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    void streamOn() throws DeviceException {
        lock.lock();
        try {
            node.node().ioctl(VIDIOC_STREAMON, typeArg);
            streaming = true;
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            signalAndUnlock();
        }
    }

    void streamOff() throws DeviceException {
        lock.lock();
        try {
            try {
                node.node().ioctl(VIDIOC_STREAMOFF, typeArg);
            } catch (DeviceException e) {
                settle();
                throw e;
            }
            slots.returnAll();
            forgetHeld();
            streaming = false;
        } finally {
            signalAndUnlock();
        }
    }

    private void forgetHeld() {
        held.allOver().forEach(slots::letGo);
        refused.clear();
    }

    /**
     * Polls, unless the queue has no slots. A queue without buffers is never polled: videobuf2 takes that for the wish to use
     * {@code read(2)}, makes buffers of its own, and then says EBUSY to everything else until the node is closed ({@code vb2_core_poll},
     * {@code __vb2_init_fileio}).
     *
     * @return what {@code poll(2)} says, or 0
     */
    int poll(int events, Duration limit) throws DeviceException {
        lock.lock();
        try {
            if (slots.count() == 0) {
                return 0;
            }
            pollers++;
        } finally {
            lock.unlock();
        }
        try {
            return waits.poll(events, limit);
        } finally {
            lock.lock();
            pollers--;
            changed.signalAll();
            lock.unlock();
        }
    }

    /** Before slots come or go: {@link #poll} is left at once when the queue does not stream, and when it does nothing is freed. */
    private void awaitPollers() {
        long left = streaming ? 0 : POLLERS_NANOS;
        boolean interrupted = false;
        while (pollers > 0 && left > 0) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A finished slot; empty when there is none now. */
    Optional<Dequeued> dequeueNow() throws DeviceException {
        lock.lock();
        try {
            if (!refused.isEmpty()) {
                return Optional.of(new Dequeued(refused.remove(), 0, 0, List.of(0L), true, false));
            }
            try {
                io.ask(VIDIOC_DQBUF, 0, memory);
            } catch (DeviceException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return Optional.empty();
                }
                throw noticed(e);
            }
            int index = io.buffer().index();
            slots.find(index).ifPresent(slots::returned);
            if (!held.isEmpty() && !mayReadLater()) {
                over(index);
            }
            return Optional.of(io.dequeued());
        } finally {
            lock.unlock();
        }
    }

    /** How often something was done that may end a fruitless wait. */
    long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Ends waits for a change. */
    void wake() {
        lock.lock();
        signalAndUnlock();
    }

    /** Waits until {@link #changes()} is another number, at most so long. */
    void awaitChange(long seen, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (changes == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes buffers that the driver takes; a queue that has slots is not disturbed by a trial. */
    Outcome<Outcome.Done> attach(Attached attached, ImportTrial trial) {
        lock.lock();
        try {
            awaitPollers();
            Outcome<Outcome.Done> taken = slots.count() == 0 ? trial.check(attached) : Outcome.ok();
            if (taken.isOk()) {
                attach(attached);
            }
            return taken;
        } finally {
            signalAndUnlock();
        }
    }

    private void attach(Attached attached) {
        attached.buffers().forEach(buffer -> targets.put(buffer, Target.of(attached, buffer)));
    }

    void detach(Attached attached) throws DeviceException {
        lock.lock();
        try {
            targets.values().removeIf(target -> target.attached().id() == attached.id());
            letGo(attached);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the device stop touching buffers: the stream is stopped when one of them is queued, or, at a codec, was queued since the
     * stream began, for it may be a reference frame.
     */
    private void letGo(Attached attached) throws DeviceException {
        lock.lock();
        try {
            if (slots.touches(attached.buffers(), use.lettingGo() == LettingGo.DRAIN) || !held.waiting(attached.buffers()).isEmpty()) {
                streamOff();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes over a queue that another instance may have driven: the driver says which slots it has and by which descriptors. Buffers
     * that it does not have get their fences completed, as an instance that failed between the two left them.
     */
    void adopt(List<Attached> live) throws DeviceException {
        lock.lock();
        try {
            targets.clear();
            slots.forget();
            streaming = false;
            live.forEach(this::attach);
            held.adopt(targets.keySet());
            refused.clear();
            Map<Integer, BufferId> byHandle = new HashMap<>();
            for (Target target : targets.values()) {
                byHandle.put(node.node().handle(target.objects()[0]), target.objects()[0].buffer());
            }
            while (slots.count() < MOST_SLOTS && look(slots.count())) {
                memory = io.buffer().memory();
                int index = slots.count();
                Optional<BufferId> last = memory == V4L2_MEMORY_DMABUF ? Optional.ofNullable(byHandle.get(io.fd())).or(() -> held.queued(index)) : Optional.empty();
                slots.found(last, driverHasIt());
                streaming |= driverHasIt(); // as far as can be known
            }
            slots.heal(targets.keySet());
            queueWaiting(targets.keySet()); // those whose move is over
        } finally {
            signalAndUnlock();
        }
    }

    /** As {@link #adopt}, and then a frame out of each slot and in again, at a node that only answers questions. */
    void rehearse(List<Attached> live) {
        try {
            adopt(live);
            for (int index = 0; index < slots.count(); index++) {
                Optional<BufferId> last = slots.find(index).flatMap(slot -> slot.last);
                dequeueNow();
                if (last.isPresent()) {
                    queue(index, last.get());
                }
            }
        } catch (DeviceException e) {
            // it goes no further
        }
    }

    /** A device that is gone gives its buffers back without saying so: nobody may wait for them. */
    private DeviceException noticed(DeviceException e) {
        if (e.errno() == Errno.ENODEV) {
            settle();
        }
        return e;
    }

    /** After a failed ioctl: what the driver does not have any more is back. */
    private void settle() {
        for (int i = 0; i < slots.count(); i++) {
            Slot slot = slots.find(i).orElseThrow();
            try {
                if (slot.inFlight.isPresent() && !(look(i) && driverHasIt())) {
                    slots.returned(slot);
                }
            } catch (DeviceException e) {
                slots.returned(slot); // the device is gone, its DMA is over
            }
        }
    }

    /** Asks about a slot; false when there is none. */
    private boolean look(int index) throws DeviceException {
        try {
            io.ask(VIDIOC_QUERYBUF, index, memory);
            return true;
        } catch (DeviceException e) {
            if (e.errno() == Errno.EINVAL) {
                return false;
            }
            throw e;
        }
    }

    private boolean driverHasIt() {
        return io.state() != State.DEQUEUED;
    }

    private Slot slot(long ioctl, int index) throws DeviceException {
        return slots.find(index).orElseThrow(() -> node.invalid(ioctl, "slot " + index + " of " + use.id() + ": there are " + slots.count()));
    }

    private void signalAndUnlock() {
        changes++;
        changed.signalAll();
        lock.unlock();
    }
}
