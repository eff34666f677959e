package sharebuf.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.node.DeviceException;

/**
 * A device that imports dma-bufs, played without a kernel: knows which of them it holds and works on, and remembers what was done to it that no
 * importer may do. The kit maps buffers for it, moves them and frees what they were moved away from. A vendor plays a device by a subclass.
 *
 * <p>Thread-safe, as {@link TestDriver}.
 */
public abstract class TestDevice extends TestDriver {
    private static final int FIRST_DESCRIPTOR = 5000;
    private static final long PAGE = 4096;

    /** What a descriptor is of; with whole pages, as the kernel has them. */
    private record DmaBuf(ObjectId object, long bytes) {
    }

    private final Map<Integer, DmaBuf> alive = new HashMap<>();
    private final Map<Integer, ObjectId> ever = new HashMap<>();
    private final Map<ObjectId, Integer> mapped = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int next = FIRST_DESCRIPTOR;
    private Predicate<BufferId> hasJob = b -> true;

    /**
     * A device for which nothing is mapped.
     *
     * @param name its name
     */
    protected TestDevice(String name) {
        super(name);
    }

    /**
     * The descriptors that it keeps imported or works on.
     *
     * @return a copy
     */
    protected abstract Set<Integer> holds();

    /**
     * Does all work that it has.
     *
     * @return false when it had none
     */
    protected abstract boolean work();

    /**
     * The events that can be had by now.
     *
     * @param wanted what {@code poll} waits for
     * @return of these; 0 when there is nothing
     */
    protected abstract int ready(int wanted);

    /**
     * How large a dma-buf is that somebody wants to give to the device.
     *
     * @param descriptor its number
     * @return whole pages; empty when it is none, which is told as a broken rule
     */
    protected final OptionalLong bytesOf(int descriptor) {
        DmaBuf buf = alive.get(descriptor);
        if (buf == null) {
            violation("gives the device descriptor " + descriptor + (ever.containsKey(descriptor) ? " of " + ever.get(descriptor) + ", which is freed or not mapped any more" : ", which is nobody's"));
            return OptionalLong.empty();
        }
        return OptionalLong.of(buf.bytes());
    }

    /**
     * The device begins to work on a dma-buf: its buffer has a job by then.
     *
     * @param descriptor its number
     */
    protected final void begins(int descriptor) {
        ObjectId object = ever.get(descriptor);
        if (object != null && !hasJob.test(object.buffer())) {
            violation("lets the device work on " + object + " without a job: Fences.begin or tryBegin comes first");
        }
    }

    /**
     * Tells of a rule that was broken.
     *
     * @param what in words that follow the name of the plug-in
     */
    protected final void violation(String what) {
        violations.add(what);
    }

    // What the kit does.

    synchronized void jobs(Predicate<BufferId> jobs) {
        hasJob = jobs;
    }

    synchronized void map(BufferId buffer, List<Long> objects) {
        for (int i = 0; i < objects.size(); i++) {
            map(new ObjectId(buffer, i), Math.ceilDiv(objects.get(i), PAGE) * PAGE);
        }
    }

    private void map(ObjectId object, long bytes) {
        alive.put(next, new DmaBuf(object, bytes));
        ever.put(next, object);
        mapped.put(object, next++);
    }

    synchronized void unmap(BufferId buffer) {
        mapped.keySet().removeIf(o -> o.buffer().equals(buffer));
        alive.values().removeIf(d -> d.object().buffer().equals(buffer));
    }

    /** Gives buffers other descriptors; those of before stay good until {@link #free}. */
    synchronized Set<Integer> move(Collection<BufferId> buffers) {
        Set<Integer> old = new TreeSet<>();
        for (Map.Entry<ObjectId, Integer> each : List.copyOf(mapped.entrySet())) {
            if (buffers.contains(each.getKey().buffer())) {
                old.add(each.getValue());
                map(each.getKey(), alive.get(each.getValue()).bytes());
            }
        }
        return old;
    }

    synchronized void free(Set<Integer> old) {
        alive.keySet().removeAll(old);
    }

    /** Of these buffers, what the device holds. */
    synchronized List<String> holdsOf(Collection<BufferId> buffers) {
        return holds().stream().filter(d -> ever.containsKey(d) && buffers.contains(ever.get(d).buffer())).sorted().map(d -> "descriptor " + d + " of " + ever.get(d)).toList();
    }

    synchronized Set<Integer> holding() {
        return new HashSet<>(holds());
    }

    /** Lets it work, and wakes who polls. */
    synchronized boolean finish() {
        boolean worked = work();
        notifyAll();
        return worked;
    }

    synchronized Optional<String> broken() {
        return violations.isEmpty() ? Optional.empty() : Optional.of(violations.getFirst());
    }

    @Override
    public synchronized int handle(ObjectId object) throws DeviceException {
        Integer descriptor = mapped.get(object);
        if (descriptor == null) {
            throw new DeviceException(Errno.ENOENT, device().name(), "handle", object + " is not mapped for this device");
        }
        return descriptor;
    }

    @Override
    public synchronized int poll(int events, Duration limit) throws DeviceException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            int ready = ready(events);
            long left = end - System.nanoTime();
            if (ready != 0 || left <= 0) {
                return ready;
            }
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DeviceException(Errno.EINTR, device().name(), "poll", "");
            }
        }
    }
}
