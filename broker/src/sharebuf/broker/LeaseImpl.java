package sharebuf.broker;

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
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.HoldingKind;
import sharebuf.platform.Platform;

/** A lease on a buffer. */
final class LeaseImpl implements SharedBuffer {
    private final Broker broker;
    private final SessionImpl session;
    private final BufferRecord record;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<OpenAccess> open = ConcurrentHashMap.newKeySet();
    private final Set<Fences> fences = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    LeaseImpl(Broker broker, SessionImpl session, BufferRecord record) {
        this.broker = broker;
        this.session = session;
        this.record = record;
    }

    BufferRecord record() {
        return record;
    }

    /** What the CPU has open of it, and descriptors of its fences. */
    void holdings(List<Snapshot.Holding> into) {
        open.forEach(o -> into.add(o.taken().holding(HoldingKind.CPU_ACCESS, "CPU access to " + record.id() + ", to " + (o.access().writes() ? "write" : "read"), session)));
        fences.forEach(f -> into.add(f.taken.holding(HoldingKind.FENCES, "a descriptor of the fences of " + record.id(), session)));
    }

    @Override
    public BufferId id() {
        return record.id();
    }

    @Override
    public int generation() {
        return record.generation();
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
        Optional<Refusal> foreign = broker.jobs().awaitForeign(record, access, limit, end);
        if (foreign.isPresent()) {
            return Outcome.no(foreign.get().about("cpu", "cpu").fixedBy("wait longer, or ask who owns the fence"));
        }
        return open(access, limit, end);
    }

    /** Opens it as it is before a move or after it, not in the middle. */
    private Outcome<CpuAccess> open(Access access, Duration limit, long end) {
        Platform platform = broker.platformOrThrow();
        Optional<Reservation.Fence> turn;
        try {
            turn = record.reservation().beginCpu(access, end - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return refused(Errno.EINTR, "fence", "the waiting thread was interrupted", "no interrupt", "try again");
        }
        if (turn.isEmpty()) {
            return refused(Errno.ETIMEDOUT, "move", record.id() + " is still being moved after " + limit.toMillis() + " ms", "an end of the move", "wait longer");
        }
        Optional<OpenAccess> opened = Optional.empty();
        try {
            Optional<BufferRecord.View> view;
            try {
                view = record.open(platform);
            } catch (IllegalStateException e) {
                return refused(Errno.EOPNOTSUPP, "mapping", String.valueOf(e.getMessage()), "memory that the kernel maps for the CPU", "leave cpu out of the uses");
            }
            if (view.isEmpty()) {
                return refused(Errno.ENOENT, "buffer", record.id() + " is not live", "a live buffer", "dma:buffers lists them");
            }
            opened = Optional.of(OpenAccess.begin(broker, record, platform, access, view.get(), open, turn.get()));
        } finally {
            if (opened.isEmpty()) {
                record.reservation().endCpu(turn.get());
            }
        }
        if (over) {
            // end() may have looked before: nobody else would close it.
            opened.get().close();
            throw new IllegalStateException(record.id() + " was given back");
        }
        return Outcome.ok(opened.get());
    }

    @Override
    public Outcome<Outcome.Done> await(Access access, Duration limit) {
        check();
        return broker.jobs().awaitForeign(record, access, limit).<Outcome<Outcome.Done>>map(Outcome::no).orElseGet(Outcome::ok);
    }

    @Override
    public Outcome<FenceFile> fences(int object, Access access) {
        check();
        Objects.checkIndex(object, record.objects().size());
        Platform platform = broker.platformOrThrow();
        return platform.fences(record.object(object), access).map(descriptor -> {
            Fences given = new Fences(platform, descriptor, fences);
            fences.add(given);
            if (over) {
                // end() may have looked before: nobody else would close it.
                given.close();
                check();
            }
            return given;
        });
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
            throw broker.closed(record.id() + " was given back");
        }
    }

    /** The owner is over: what the CPU still has open ends, and its segments throw once the memory is free. */
    void end() {
        over = true;
        // When it is the broker that goes, the application has done nothing wrong: what it has mapped stays until it is done with it.
        if (!broker.over()) {
            List.copyOf(open).forEach(OpenAccess::close);
        }
        List.copyOf(fences).forEach(Fences::close);
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
        private final Set<Fences> given;
        private final Taken taken = Taken.at(CallSite.now());
        private final AtomicBoolean ended = new AtomicBoolean();

        private Fences(Platform platform, int descriptor, Set<Fences> given) {
            this.platform = platform;
            this.descriptor = descriptor;
            this.given = given;
        }

        @Override
        public int descriptor() {
            return descriptor;
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                given.remove(this);
                platform.takeBack(descriptor);
            }
        }
    }
}
