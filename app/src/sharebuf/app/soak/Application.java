package sharebuf.app.soak;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/**
 * An application beside the pipelines: takes sets for random uses, finds them zeroed, fills them by the CPU with what nobody else would write,
 * lets devices join and leave, moved or not, finds its bytes again, and gives back. What it is refused is counted; what it finds damaged is a
 * failure.
 *
 * <p>Confined to one thread.
 */
final class Application {
    private static final UseId CPU = UseId.parse("cpu");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long WRITING_NANOS = 4_000_000;
    private static final int ROUNDS = 6;
    private static final int MOST_SETS = 3;
    private static final int MOST_PAGES = 64;

    private final BufferBroker broker;
    private final List<UseId> uses;
    private final PixelFormat format;
    private final List<String> memories;
    private final Random random;
    private final Tallies tallies;

    /** A set with what was written into each buffer. */
    private record Filled(BufferSet set, List<Long> marks) {
    }

    /**
     * Prepares one.
     *
     * @param broker whom it asks
     * @param uses of its pictures
     * @param format of its pictures
     * @param memories that it asks for by name, one at a time: some are given to nobody else
     * @param seed of what it does
     * @param tallies where it counts
     */
    Application(BufferBroker broker, List<UseId> uses, PixelFormat format, List<String> memories, long seed, Tallies tallies) {
        this.broker = broker;
        this.uses = uses;
        this.format = format;
        this.memories = memories;
        this.random = new Random(seed);
        this.tallies = tallies;
    }

    /** Everything that it does, once. */
    void run() {
        try (Session session = broker.open("soak application")) {
            List<Filled> open = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                take(session, open);
                if (!open.isEmpty()) {
                    change(open.get(random.nextInt(open.size())));
                }
                open.forEach(this::verify);
                while (open.size() > MOST_SETS || !open.isEmpty() && random.nextInt(3) == 0) {
                    Filled gone = open.remove(random.nextInt(open.size()));
                    gone.set().close();
                }
            }
            open.forEach(this::verify);
            // What is left is closed with the session.
        }
    }

    private void take(Session session, List<Filled> open) {
        boolean picture = random.nextBoolean();
        BufferSpec one = picture ? BufferSpec.picture(format, 320, 240) : bytes();
        BufferSpec spec = one.count(1 + random.nextInt(3));
        List<UseId> some = new ArrayList<>();
        if (picture) {
            some.add(uses.get(random.nextInt(uses.size())));
        }
        if (!picture || random.nextBoolean()) {
            some.add(CPU); // there is memory that the CPU sees only when it is among the uses
        }
        switch (session.allocateFor(spec, some)) {
            case Outcome.No<BufferSet>(var why) -> tallies.refused(why);
            case Outcome.Ok<BufferSet>(BufferSet set) -> {
                List<Long> marks = new ArrayList<>();
                for (SharedBuffer buffer : set.buffers()) {
                    marks.add(fill(buffer));
                }
                open.add(new Filled(set, marks));
            }
        }
    }

    private BufferSpec bytes() {
        BufferSpec some = BufferSpec.bytes(4096L * (1 + random.nextInt(MOST_PAGES)));
        return random.nextBoolean() ? some : some.in(0, List.of(memories.get(random.nextInt(memories.size()))));
    }

    /** Returns what it wrote; 0 when it could not. */
    private long fill(SharedBuffer buffer) {
        switch (buffer.beginCpuAccess(Access.READ_WRITE, LIMIT)) {
            case Outcome.No<CpuAccess>(var why) -> {
                tallies.refused(why);
                return 0;
            }
            case Outcome.Ok<CpuAccess>(CpuAccess access) -> {
                long mark = random.nextLong() | 1;
                try (access) {
                    for (int i = 0; i < buffer.layout().objects().size(); i++) {
                        MemorySegment bytes = access.object(i);
                        for (long at = 0; at + 8 <= bytes.byteSize(); at += 8) {
                            if (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != 0) {
                                tallies.torn(buffer.id() + ": new memory is not zero at byte " + at + " of object " + i);
                                return 0;
                            }
                            bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at, mark ^ at);
                        }
                    }
                }
                return mark;
            }
        }
    }

    private void verify(Filled filled) {
        for (int i = 0; i < filled.marks().size(); i++) {
            SharedBuffer buffer = filled.set().buffers().get(i);
            long mark = filled.marks().get(i);
            if (mark == 0) {
                continue;
            }
            switch (buffer.beginCpuAccess(Access.READ, LIMIT)) {
                case Outcome.No<CpuAccess>(var why) -> tallies.refused(why);
                case Outcome.Ok<CpuAccess>(CpuAccess access) -> {
                    try (access) {
                        compare(buffer, access, mark);
                    }
                }
            }
        }
    }

    private void compare(SharedBuffer buffer, CpuAccess access, long mark) {
        for (int i = 0; i < buffer.layout().objects().size(); i++) {
            MemorySegment bytes = access.object(i);
            for (long at = 0; at + 8 <= bytes.byteSize(); at += 8) {
                if (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != (mark ^ at)) {
                    tallies.torn(buffer.id() + " of generation " + buffer.generation() + ": other bytes than were written, from byte " + at + " of object " + i);
                    return;
                }
            }
        }
    }

    /** A device joins, or one leaves. */
    private void change(Filled filled) {
        BufferSet set = filled.set();
        List<Attachment> attached = set.attachments();
        if (attached.size() > 1 && random.nextBoolean()) {
            attached.getLast().detach();
            return;
        }
        UseId use = uses.get(random.nextInt(uses.size()));
        if (set.uses().contains(use) || set.spec().format().isEmpty()) {
            return;
        }
        MovePolicy policy = random.nextInt(3) == 0 ? MovePolicy.NEVER : new MovePolicy.Allow(Long.MAX_VALUE);
        int before = set.moves().size();
        Outcome<Attachment> joined = random.nextBoolean() ? set.attach(use, policy) : whileWriting(filled, () -> set.attach(use, policy));
        joined.why().ifPresent(tallies::refused);
        tallies.moved(set.moves().subList(before, set.moves().size()));
    }

    /** Writes a buffer all the time while something is done to its set on a thread of its own: what was written last is to be found again. */
    private <T> T whileWriting(Filled filled, Callable<T> what) {
        // Plug-ins are called on the thread that asks: it bears the name of this one.
        FutureTask<T> task = new FutureTask<>(what);
        Runnable begin = () -> Thread.ofPlatform().daemon().name(Thread.currentThread().getName()).start(task);
        SharedBuffer buffer = filled.set().buffers().getFirst();
        switch (buffer.beginCpuAccess(Access.READ_WRITE, LIMIT)) {
            case Outcome.No<CpuAccess>(var why) -> {
                tallies.refused(why);
                begin.run();
            }
            case Outcome.Ok<CpuAccess>(CpuAccess access) -> {
                try (access) {
                    begin.run();
                    Random marks = new Random(random.nextLong()); // how many are drawn depends on time
                    long end = System.nanoTime() + WRITING_NANOS;
                    long mark;
                    do {
                        mark = marks.nextLong() | 1;
                        write(buffer, access, mark);
                    } while (System.nanoTime() < end);
                    filled.marks().set(0, mark);
                }
            }
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().toString(), e.getCause());
        }
    }

    private static void write(SharedBuffer buffer, CpuAccess access, long mark) {
        for (int i = 0; i < buffer.layout().objects().size(); i++) {
            MemorySegment bytes = access.object(i);
            for (long at = 0; at + 8 <= bytes.byteSize(); at += 8) {
                bytes.set(ValueLayout.JAVA_LONG_UNALIGNED, at, mark ^ at);
            }
        }
    }
}
