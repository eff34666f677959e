package sharebuf.broker;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.Reservation;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.Errno;
import sharebuf.buffer.FenceFile;
import sharebuf.buffer.Lent;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.format.Layout;
import sharebuf.format.PlaneLayout;
import sharebuf.platform.Platform;

/** A lease on a buffer. */
final class LeaseImpl implements SharedBuffer {
    private final Broker broker;
    private final SessionImpl session;
    private final BufferRecord record;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    LeaseImpl(Broker broker, SessionImpl session, BufferRecord record) {
        this.broker = broker;
        this.session = session;
        this.record = record;
    }

    BufferRecord record() {
        return record;
    }

    @Override
    public BufferId id() {
        return record.id();
    }

    @Override
    public int generation() {
        return 0;
    }

    @Override
    public Layout layout() {
        return record.layout();
    }

    @Override
    public Outcome<CpuAccess> beginCpuAccess(Access access, Duration limit) {
        check();
        if (record.spec().attributes().contains(DmaAttribute.NO_KERNEL_MAPPING)) {
            return refused(Errno.EOPNOTSUPP, "attribute", "NO_KERNEL_MAPPING", "memory with a kernel mapping", "allocate without NO_KERNEL_MAPPING");
        }
        for (ObjectMemory m : record.objects()) {
            if (!m.region().region().mapped() && !record.isForCpu()) {
                return refused(Errno.EOPNOTSUPP, "region", m.region().region().id() + " has no mapping for the CPU, and the CPU was not among the uses",
                        "memory with struct pages, or a mapping that was asked for", "add cpu to the uses");
            }
        }
        long end = System.nanoTime() + limit.toNanos();
        List<Reservation.Fence> left;
        try {
            left = record.reservation().await(f -> access.writes() || f.access().writes(), limit.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(Errno.EINTR, "fence", "the waiting thread was interrupted", "no interrupt", "try again");
        }
        if (!left.isEmpty()) {
            Reservation.Fence f = left.getFirst();
            return Outcome.no(Refusal.of(Errno.ETIMEDOUT, "fence", "job of " + f + " unfinished after " + limit.toMillis() + " ms", "an end of its DMA")
                    .about(f.use().device(), f.use().use()).fixedBy("dequeue from " + f.use() + " first"));
        }
        // The kernel's own wait, in DMA_BUF_IOCTL_SYNC, has no limit.
        Optional<Refusal> foreign = broker.awaitForeign(record, access, limit, end);
        if (foreign.isPresent()) {
            return Outcome.no(foreign.get().about("cpu", "cpu").fixedBy("wait longer, or ask who owns the fence"));
        }
        Platform platform = broker.platformOrThrow();
        List<MemorySegment> views;
        try {
            views = record.open(platform);
        } catch (IllegalStateException e) {
            return refused(Errno.EOPNOTSUPP, "mapping", String.valueOf(e.getMessage()), "memory that the kernel maps for the CPU", "leave cpu out of the uses");
        }
        if (views.isEmpty()) {
            return refused(Errno.ENOENT, "buffer", record.id() + " is not live", "a live buffer", "dma:buffers lists them");
        }
        Open opened = new Open(platform, access, views);
        opened.begin();
        open.add(opened);
        if (over) {
            // end() may have looked before: nobody else would close it.
            opened.close();
            throw new IllegalStateException(record.id() + " was given back");
        }
        return Outcome.ok(opened);
    }

    @Override
    public Outcome<Outcome.Done> await(Access access, Duration limit) {
        check();
        return broker.awaitForeign(record, access, limit).<Outcome<Outcome.Done>>map(Outcome::no).orElseGet(Outcome::ok);
    }

    @Override
    public Outcome<FenceFile> fences(int object, Access access) {
        check();
        Objects.checkIndex(object, record.objects().size());
        Platform platform = broker.platformOrThrow();
        return platform.fences(record.object(object), access).map(descriptor -> new Fences(platform, descriptor));
    }

    @Override
    public Outcome<Outcome.Done> addFence(int syncFile, Access access) {
        check();
        Platform platform = broker.platformOrThrow();
        for (int i = 0; i < record.objects().size(); i++) {
            Outcome<Outcome.Done> added = platform.addFence(record.object(i), syncFile, access);
            if (!added.isOk()) {
                return added;
            }
        }
        return Outcome.ok();
    }

    @Override
    public Outcome<Lent> lend(String taker) {
        check();
        return session.lend(record, taker);
    }

    private void check() {
        if (closed.get()) {
            throw new IllegalStateException(record.id() + " was given back");
        }
    }

    /** The owner is over: what the CPU still has open ends, and its segments throw once the memory is free. */
    void end() {
        over = true;
        List.copyOf(open).forEach(Open::close);
        close();
    }

    private <T> Outcome<T> refused(Errno errno, String constraint, String found, String needed, String fix) {
        return Outcome.no(Refusal.of(errno, constraint, found, needed).about("cpu", "cpu").fixedBy(fix));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            session.forget(this);
            broker.unlease(record, session.number());
        }
    }

    private static final class Fences implements FenceFile {
        private final Platform platform;
        private final int descriptor;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Fences(Platform platform, int descriptor) {
            this.platform = platform;
            this.descriptor = descriptor;
        }

        @Override
        public int descriptor() {
            return descriptor;
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                platform.takeBack(descriptor);
            }
        }
    }

    private final class Open implements CpuAccess {
        private final Platform platform;
        private final Access access;
        private final List<MemorySegment> views;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Open(Platform platform, Access access, List<MemorySegment> views) {
            this.platform = platform;
            this.access = access;
            this.views = views;
        }

        /** A platform that fails half way has begun nothing. */
        private void begin() {
            int begun = 0;
            try {
                for (; begun < views.size(); begun++) {
                    platform.beginCpuAccess(record.object(begun), access);
                }
            } catch (RuntimeException e) {
                ended.set(true);
                end(begun, e);
                throw e;
            }
        }

        @Override
        public MemorySegment object(int index) {
            if (ended.get()) {
                throw new IllegalStateException("CPU access to " + record.id() + " has ended");
            }
            MemorySegment bytes = views.get(index);
            return access.writes() ? bytes : bytes.asReadOnly();
        }

        @Override
        public MemorySegment plane(int index) {
            PlaneLayout p = record.layout().planes().get(index);
            return object(p.object()).asSlice(p.offset(), p.size());
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                open.remove(this);
                RuntimeException failure = end(views.size(), null);
                if (failure != null) {
                    throw failure;
                }
            }
        }

        /** Ends all that was begun, and gives the record back, also when the platform fails: else the buffer would stay for ever. */
        private RuntimeException end(int begun, RuntimeException earlier) {
            RuntimeException failure = earlier;
            for (int i = 0; i < begun; i++) {
                try {
                    platform.endCpuAccess(record.object(i), access);
                } catch (RuntimeException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (record.shut()) {
                broker.free(record);
            }
            return failure;
        }
    }
}
