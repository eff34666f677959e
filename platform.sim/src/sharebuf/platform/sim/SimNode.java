package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.platform.DriverMemory;
import sharebuf.sim.FrameSink;
import sharebuf.sim.FrameSource;

/**
 * What all simulated device nodes have: the device, its DMA engine, its thread, and what happens when it is unplugged.
 *
 * <p>Thread-safe: the state of a node is guarded by {@link #lock}; {@link #changed} is signalled at every change. DMA and calls to
 * sources and sinks happen on the device's thread, without the lock.
 */
abstract class SimNode implements DeviceNode {
    private static final System.Logger LOG = System.getLogger("sharebuf.platform.sim");
    private static final long STOP_MILLIS = 2000;

    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    final Feed<FrameSource> source = new Feed<>();
    final Feed<FrameSink> sink = new Feed<>();
    final Feed<DriverMemory> driverMemory = new Feed<>();
    private final DeviceSpec spec;
    private final Soc soc;
    private final DmaEngine engine;
    private final Thread thread;
    private DeviceNode caller = this;
    private volatile boolean gone;
    private volatile String reported = "";
    private volatile Runnable onGone = () -> { };

    SimNode(DeviceSpec spec, Soc soc) {
        this.spec = spec;
        this.soc = soc;
        engine = new DmaEngine(spec.device().name(), Wiring.of(spec.device().dma()), soc.domain(spec.device()), soc.viewsOf(spec.device().addressSpace()),
                soc.coherency().bus(spec.device().name(), spec.device().dma().coherent()), soc.faults()::record);
        thread = Thread.ofPlatform().daemon().priority(Thread.MAX_PRIORITY).name("sim-" + spec.device().name()).unstarted(this::run);
    }

    /** The node that a configuration asks for; not yet started. */
    static SimNode of(DeviceSpec spec, Soc soc) {
        return switch (spec.role()) {
            case CAPTURE -> new CameraNode(spec, soc);
            case M2M, ENCODER -> new MemoryToMemoryNode(spec, soc);
            case SCANOUT -> new DrmNode(spec, soc);
        };
    }

    /** One job, or a bounded wait for one; on the device's thread, without the lock. */
    abstract void step() throws InterruptedException;

    /** What the ioctl does; on the caller's thread, under the lock. */
    abstract int control(long request, MemorySegment arg) throws DeviceException, InterruptedException;

    /** The events that are there; under the lock. */
    abstract int events(int wanted);

    /** The name of an ioctl. */
    abstract String nameOf(long request);

    /** Gives back what the node took; after the thread has ended, under the lock. */
    abstract void release();

    final DeviceSpec spec() {
        return spec;
    }

    final Soc soc() {
        return soc;
    }

    final DmaEngine engine() {
        return engine;
    }

    /** How the device sees memory that it reaches by these addresses. */
    final Turn turn(ScatterList list) {
        Views behind = soc.viewsOf(device().addressSpace()).get();
        return behind != null && list.dma().length > 0 && behind.contains(list.dma()[0]) ? behind.turn(list.dma()[0]) : Turn.NONE;
    }

    final boolean isGone() {
        return gone;
    }

    /** Called once when the device is unplugged, on the thread that unplugs it. */
    final void onGone(Runnable action) {
        onGone = action;
    }

    final void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!gone) {
                try {
                    step();
                } catch (RuntimeException | InternalError e) { // memory went under a running job: the job has failed, the device lives on
                    report("a job", e);
                }
            }
        } catch (InterruptedException _) {
            // the node is closing
        }
    }

    /** The device vanishes: every call gets ENODEV, the running job ends, and the node's service goes. */
    final void unplug() {
        if (vanish()) {
            onGone.run();
        }
    }

    private boolean vanish() {
        lock.lock();
        try {
            boolean first = !gone;
            gone = true;
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the device; returns when its thread is out of memory and services, or after two seconds. */
    final void close() {
        vanish();
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            if (thread != Thread.currentThread() && thread.getState() != Thread.State.NEW) {
                thread.join(STOP_MILLIS);
            }
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        lock.lock();
        try {
            release();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final Device device() {
        return spec.device();
    }

    @Override
    public final int ioctl(long request, MemorySegment arg) throws DeviceException {
        return ioctl(this, request, arg);
    }

    /** The file whose ioctl runs; under the lock. */
    final DeviceNode caller() {
        return caller;
    }

    /** Another file of the node was closed. */
    void closed(DeviceNode file) {
    }

    final int ioctl(DeviceNode file, long request, MemorySegment arg) throws DeviceException {
        long number = request & 0xffff_ffffL;
        lock.lock();
        try {
            check(nameOf(number));
            caller = file;
            return control(number, arg);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) { // the structure is too short, or a pointer in it is 0
            throw fail(Errno.EFAULT, nameOf(number), String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw fail(Errno.EINTR, nameOf(number), "");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final int poll(int wanted, Duration limit) throws DeviceException {
        long left = nanos(limit);
        lock.lock();
        try {
            while (true) {
                check("poll");
                int events = events(wanted);
                if (events != 0 || left <= 0) {
                    return events;
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw fail(Errno.EINTR, "poll", "");
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException _) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public final int handle(ObjectId object) throws DeviceException {
        check("handle");
        return soc.exports().descriptor(object).orElseThrow(() -> fail(Errno.ENOENT, "handle", "no object " + object));
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        check("read");
        throw fail(Errno.EINVAL, "read", "this node has no events to read");
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        check("mmap");
        throw fail(Errno.EINVAL, "mmap", "nothing to map at offset 0x" + Long.toHexString(offset));
    }

    final void check(String operation) throws DeviceException {
        if (gone) {
            throw fail(Errno.ENODEV, operation, "the device is gone");
        }
    }

    final DeviceException fail(Errno errno, String operation, String detail) {
        return new DeviceException(errno, device().name(), operation, detail);
    }

    /** Waits under the lock until something changes, at most so long. */
    final void await(long nanos) throws InterruptedException {
        changed.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Says that a source or sink threw: its text only, since the exception would pin the class loader of whoever threw it. */
    final void report(String what, Throwable e) {
        String text = device().name() + ": " + what + " threw " + e.getClass().getName() + ": " + e.getMessage();
        if (!text.equals(reported)) { // not once a frame
            reported = text;
            LOG.log(System.Logger.Level.WARNING, text);
        }
    }

    @Override
    public String toString() {
        return device().name() + (gone ? " (gone)" : "");
    }
}
