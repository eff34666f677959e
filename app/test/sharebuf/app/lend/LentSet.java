package sharebuf.app.lend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.FenceFile;
import sharebuf.buffer.Lent;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PlaneLayout;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;

/** Buffers that are pieces of one sealed memfd, without a broker. */
final class LentSet implements BufferSet, AutoCloseable {
    final Descriptor file;
    final AtomicInteger lent = new AtomicInteger();
    private final Arena arena = Arena.ofShared();
    private final BufferSpec spec;
    private final Layout layout;
    private final long each;
    private final List<SharedBuffer> buffers;

    LentSet(Libc libc, Descriptors table, BufferSpec spec, long pitchAlign) throws CallFailed {
        this.spec = spec;
        layout = Layout.linear(spec.format().orElseThrow(), spec.width(), spec.height(), pitchAlign, 1);
        each = (layout.objects().getFirst() + libc.page() - 1) / libc.page() * libc.page();
        long size = each * layout.objects().size() * spec.count();
        file = table.adopt(libc.memfd("lent", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "memfd");
        libc.truncate(file.number(), size);
        libc.fcntl(file.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK | Libc.F_SEAL_GROW);
        MemorySegment all = FilePiece.map(libc, List.of(new FilePiece(file, 0, size)), arena);
        buffers = IntStream.range(0, spec.count()).<SharedBuffer>mapToObj(i -> new Buffer(i, all)).toList();
    }

    private long offset(int buffer, int object) {
        return each * ((long) buffer * layout.objects().size() + object);
    }

    @Override
    public BufferSpec spec() {
        return spec;
    }

    @Override
    public State state() {
        return State.MAPPED;
    }

    @Override
    public List<UseId> uses() {
        return List.of();
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Outcome<BufferSet> allocate() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome<BufferSet> map() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Outcome<Attachment> attach(UseId use, MovePolicy policy) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Attachment> attachments() {
        return List.of();
    }

    @Override
    public Outcome<MovePlan> plan(UseId use) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<MoveReport> moves() {
        return List.of();
    }

    @Override
    public List<SharedBuffer> buffers() {
        return buffers;
    }

    @Override
    public Explanation explain() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        arena.close();
        file.close();
    }

    private final class Buffer implements SharedBuffer {
        private final int index;
        private final MemorySegment all;

        private Buffer(int index, MemorySegment all) {
            this.index = index;
            this.all = all;
        }

        @Override
        public BufferId id() {
            return new BufferId(index + 11);
        }

        @Override
        public int generation() {
            return 0;
        }

        @Override
        public Layout layout() {
            return layout;
        }

        @Override
        public Outcome<CpuAccess> beginCpuAccess(Access access, Duration limit) {
            return Outcome.ok(new CpuAccess() {
                @Override
                public MemorySegment object(int object) {
                    return all.asSlice(offset(index, object), layout.objects().get(object));
                }

                @Override
                public MemorySegment plane(int plane) {
                    PlaneLayout p = layout.planes().get(plane);
                    return object(p.object()).asSlice(p.offset(), p.size());
                }

                @Override
                public void close() {
                }
            });
        }

        @Override
        public Outcome<Outcome.Done> await(Access access, Duration limit) {
            return Outcome.ok();
        }

        @Override
        public Outcome<FenceFile> fences(int object, Access access) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outcome<Outcome.Done> addFence(int syncFile, Access access) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Outcome<Lent> lend(String taker) {
            lent.incrementAndGet();
            return Outcome.ok(new Loan(index, taker));
        }

        @Override
        public void close() {
        }
    }

    private final class Loan implements Lent {
        private final int index;
        private final String taker;

        private Loan(int index, String taker) {
            this.index = index;
            this.taker = taker;
        }

        @Override
        public BufferId buffer() {
            return buffers.get(index).id();
        }

        @Override
        public int generation() {
            return 0;
        }

        @Override
        public String taker() {
            return taker;
        }

        @Override
        public BufferSpec spec() {
            return spec;
        }

        @Override
        public Layout layout() {
            return layout;
        }

        @Override
        public List<Handle> handles() {
            return IntStream.range(0, layout.objects().size()).mapToObj(o -> new Handle(file.number(), Kind.MEMFD, offset(index, o), layout.objects().get(o))).toList();
        }

        @Override
        public boolean outside() {
            return false;
        }

        @Override
        public void close() {
            lent.decrementAndGet();
        }
    }
}
