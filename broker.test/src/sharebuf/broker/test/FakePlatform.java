package sharebuf.broker.test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.platform.KernelLog;
import sharebuf.platform.Platform;

/** A platform of one heap segment a region, which remembers what was entered and exported. */
public final class FakePlatform implements Platform {
    public record Entered(String device, ObjectId object, long dma, Extent extent, long offset, long size) {
        private Entered named(ObjectId name) {
            return new Entered(device, name, dma, extent, offset, size);
        }
    }

    public final Map<String, MemorySegment> bytes = new TreeMap<>();
    public final List<Entered> entries = new ArrayList<>();
    public final List<ObjectId> exported = new ArrayList<>();
    public final List<Extent> zeroed = new ArrayList<>();
    /** Dma-bufs of others, by descriptor. */
    public final Map<Integer, DmaBufFacts> foreign = new TreeMap<>();
    /** Descriptors that were lent and not taken back. */
    public final Map<Integer, ObjectId> lent = new TreeMap<>();
    /** Objects that somebody outside has, as the kernel counts. */
    public final Set<ObjectId> outside = ConcurrentHashMap.newKeySet();
    /** Fences that are not signalled, by object. */
    public final Map<ObjectId, String> unsignalled = new ConcurrentHashMap<>();
    public final Map<ObjectId, String> names = new ConcurrentHashMap<>();
    /** What was handed over, to whom. */
    public final List<String> synced = new CopyOnWriteArrayList<>();
    public volatile int mostLent = Integer.MAX_VALUE;
    private int lastDescriptor = 100;
    public volatile boolean unplugged;
    /** What the kernel says whenever somebody listens. */
    public volatile Supplier<List<KernelLog.Line>> kernelSays = List::of;
    /** How many listen. */
    public volatile int listening;
    public volatile int mostExports = Integer.MAX_VALUE;
    /** CPU accesses that have begun and not ended. */
    public final AtomicInteger accesses = new AtomicInteger();
    /** CPU access to the object with this index in its buffer fails to begin. */
    public volatile int failingBegin = -1;
    public volatile boolean failingCopy;
    /** Called in the middle of a copy. */
    public volatile Runnable copying = () -> { };
    /** So many exchanges succeed, the next one fails. */
    public volatile int exchangesLeft = Integer.MAX_VALUE;
    /** CPU access ends, and then fails. */
    public volatile boolean failingEnd;

    public void region(String name, long size) {
        bytes.put(name, MemorySegment.ofArray(new byte[(int) size]));
    }

    private MemorySegment at(Extent e) {
        return bytes.get(e.region().name()).asSlice(e.offset(), e.size());
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<String> simulated() {
        return List.of("everything");
    }

    @Override
    public List<String> real() {
        return List.of();
    }

    @Override
    public MemorySegment view(List<Extent> extents, Arena arena) {
        if (extents.size() == 1) {
            return at(extents.getFirst());
        }
        throw new IllegalArgumentException("the fake shows one extent only");
    }

    @Override
    public void zero(List<Extent> extents) {
        zeroed.addAll(extents);
        extents.forEach(e -> at(e).fill((byte) 0));
    }

    @Override
    public void copy(List<Extent> from, List<Extent> to, long size) {
        if (failingCopy) {
            throw new IllegalStateException("EIO: the copy failed");
        }
        copying.run();
        byte[] all = new byte[(int) size];
        long done = 0;
        for (Extent e : from) {
            long n = Math.min(e.size(), size - done);
            MemorySegment.copy(at(e), 0, MemorySegment.ofArray(all), done, n);
            done += n;
        }
        done = 0;
        for (Extent e : to) {
            long n = Math.min(e.size(), size - done);
            MemorySegment.copy(MemorySegment.ofArray(all), done, at(e), 0, n);
            done += n;
        }
    }

    @Override
    public synchronized void exchange(ObjectId a, ObjectId b) {
        if (!exported.contains(a) || !exported.contains(b)) {
            throw new IllegalArgumentException(a + " or " + b + " is not exported");
        }
        if (exchangesLeft-- == 0) {
            throw new IllegalStateException("EIO: the exchange failed");
        }
        entries.replaceAll(e -> e.object.equals(a) ? e.named(b) : e.object.equals(b) ? e.named(a) : e);
    }

    @Override
    public synchronized void export(ObjectId object, List<Extent> extents, long size) {
        if (exported.size() >= mostExports) {
            throw new IllegalStateException("EMFILE: no more descriptors");
        }
        exported.add(object);
    }

    @Override
    public synchronized void withdraw(ObjectId object) {
        exported.remove(object);
    }

    @Override
    public void name(ObjectId object, String name) {
        names.put(object, name);
    }

    @Override
    public Outcome<DmaBufFacts> inspect(int descriptor) {
        DmaBufFacts facts = foreign.get(descriptor);
        return facts == null ? Outcome.no(Refusal.of(Errno.EBADF, "descriptor", Integer.toString(descriptor), "a dma-buf")) : Outcome.ok(facts);
    }

    @Override
    public synchronized Outcome<Lent.Handle> lend(ObjectId object) {
        if (lent.size() >= mostLent) {
            return Outcome.no(Refusal.of(Errno.EMFILE, "descriptor", "too many", "fewer"));
        }
        lent.put(++lastDescriptor, object);
        return Outcome.ok(new Lent.Handle(lastDescriptor, Lent.Kind.DMA_BUF, 0, 4096));
    }

    @Override
    public synchronized void takeBack(int descriptor) {
        if (lent.remove(descriptor) == null) {
            throw new IllegalStateException("descriptor " + descriptor + " closed twice");
        }
    }

    @Override
    public boolean outside(ObjectId object) {
        return outside.contains(object);
    }

    @Override
    public Optional<String> awaitFences(ObjectId object, Access access, Duration limit) {
        return Optional.ofNullable(unsignalled.get(object));
    }

    @Override
    public synchronized void enter(String device, ObjectId object, long objectOffset, long dma, Extent extent, long offset, long size, Access access) {
        if (unplugged) {
            throw new IllegalStateException("ENODEV: " + device + " is gone");
        }
        entries.add(new Entered(device, object, dma, extent, offset, size));
    }

    @Override
    public synchronized void enterAll(String device, ObjectId object, long objectOffset, long dma, List<Extent> extents, Access access) {
        if (unplugged) {
            throw new IllegalStateException("ENODEV: " + device + " is gone");
        }
        entries.add(new Entered(device, object, dma, extents.getFirst(), 0, extents.stream().mapToLong(Extent::size).sum()));
    }

    @Override
    public synchronized void remove(String device, ObjectId object, long dma, long size) {
        if (!entries.removeIf(e -> e.device.equals(device) && e.object.equals(object) && e.dma == dma && e.size == size)) {
            throw new IllegalArgumentException("nothing entered at 0x" + Long.toHexString(dma));
        }
    }

    @Override
    public void flush(String device) {
    }

    @Override
    public void beginCpuAccess(ObjectId object, Access access) {
        if (object.index() == failingBegin) {
            throw new IllegalStateException("begin of " + object);
        }
        accesses.incrementAndGet();
    }

    @Override
    public void endCpuAccess(ObjectId object, Access access) {
        accesses.decrementAndGet();
        if (failingEnd) {
            throw new IllegalStateException("end of " + object);
        }
    }

    @Override
    public synchronized KernelLog listen() {
        listening++;
        return new KernelLog() {
            @Override
            public List<Line> lines() {
                return kernelSays.get();
            }

            @Override
            public void close() {
                listening--;
            }
        };
    }

    @Override
    public void syncForDevice(String device, ObjectId object, long offset, long size, Access access, String by) {
        synced.add("device " + device + " " + offset + "+" + size + " " + access);
    }

    @Override
    public void syncForCpu(String device, ObjectId object, long offset, long size, Access access, String by) {
        synced.add("cpu " + device + " " + offset + "+" + size + " " + access);
    }

    @Override
    public void beginDma(String device, ObjectId object, Access access, String by) {
        synced.add("begin " + device + " " + access);
    }

    @Override
    public void endDma(String device, ObjectId object, Access access, String by) {
        synced.add("end " + device + " " + access);
    }
}
