package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Foreign;
import sharebuf.buffer.Lent;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.format.Layout;
import sharebuf.linux.Descriptor;
import sharebuf.linux.DmaBufInfo;
import sharebuf.linux.Libc;
import sharebuf.linux.UnixSocket;

/** Descriptors that leave the process and come into it: whose they are, what the kernel counts. Laws of this project. Stateless. */
final class OutsideCases {
    private static final long MIB = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String BUFINFO = "/sys/kernel/debug/dma_buf/bufinfo";

    private OutsideCases() {
    }

    static List<Case> all() {
        return List.of(new Case("outside/count", Level.API, "fdinfo's count says whether somebody else has it", List.of(Need.BUFFERS), stage -> each(stage, OutsideCases::count)),
                new Case("outside/quarantine", Level.API, "memory that is open elsewhere is not used again", List.of(Need.UDMABUF), OutsideCases::quarantine),
                new Case("outside/socket", Level.API, "SCM_RIGHTS: the same dma-buf at the other end", List.of(Need.BUFFERS), stage -> each(stage, OutsideCases::socket)),
                new Case("outside/import", Level.API, "a foreign dma-buf is a buffer, and stays the giver's", List.of(Need.BUFFERS), stage -> each(stage, OutsideCases::imported)),
                new Case("outside/refused", Level.API, "what is no dma-buf, is too small or is here already is not imported", List.of(Need.BUFFERS), stage -> each(stage, OutsideCases::refused)),
                new Case("outside/name", Level.API, "DMA_BUF_SET_NAME: the kernel's lists name buffer and session", List.of(Need.BUFFERS), stage -> each(stage, OutsideCases::name)));
    }

    private interface Play {
        void on(Stage stage) throws Exception;
    }

    /** With the memory of each heap, then with that of a pool. */
    private static String each(Stage stage, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        for (String heap : stage.finds().heaps()) {
            try (Stage own = stage.inner()) {
                own.heap(heap, 4 * MIB);
                play.on(own);
                seen.add(heap);
            }
        }
        if (!stage.finds().udmabuf().isEmpty()) {
            try (Stage own = stage.inner()) {
                own.pool(4 * MIB);
                play.on(own);
                seen.add("udmabuf");
            }
        }
        return String.join(", ", seen);
    }

    private static int first(Lent lent) {
        return lent.handles().getFirst().descriptor();
    }

    /** What a taker has: a descriptor of its own, as if it had come through a socket. */
    private static Descriptor taken(Stage stage, Lent lent) throws Exception {
        return stage.descriptors().duplicate(first(lent), "what a taker has");
    }

    private static void count(Stage stage) throws Exception {
        SharedBuffer buffer = stage.buffers(MIB, 1).buffers().getFirst();
        Lent lent = buffer.lend("nobody").orThrow();
        Lent twice = buffer.lend("nobody").orThrow();
        CaseFailed.unless(!lent.outside() && !twice.outside(), "nobody took it, and the kernel counts somebody: " + stage.machine().dmaBuf(first(lent)));
        Descriptor taker = taken(stage, lent);
        CaseFailed.unless(lent.outside(), "a taker has a descriptor, and the kernel does not count it");
        try (Arena arena = Arena.ofConfined()) {
            new Raw(stage).map(taker.number(), MIB, arena);
            taker.close();
            CaseFailed.unless(lent.outside(), "a taker has a mapping, and the kernel does not count it");
        }
        CaseFailed.unless(!lent.outside(), "the taker let go, and is counted still");
        lent.close();
        twice.close();
    }

    private static String quarantine(Stage stage) throws Exception {
        stage.pool(MIB);
        BufferSet set = stage.buffers(MIB, 1);
        Lent lent = set.buffers().getFirst().lend("a taker that keeps it").orThrow();
        Descriptor taker = taken(stage, lent);
        lent.close();
        set.close();
        Outcome<BufferSet> early = stage.session().allocateFor(BufferSpec.bytes(4096), List.of(Stage.CPU));
        CaseFailed.unless(early.why().map(w -> w.errno() == Errno.ENOMEM).orElse(false), "all memory is open elsewhere, and there is some: " + early);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = new Raw(stage).map(taker.number(), MIB, arena);
            bytes.fill((byte) 0x5a);
            taker.close();
            CaseFailed.unless(!stage.session().allocateFor(BufferSpec.bytes(4096), List.of(Stage.CPU)).isOk(), "memory that is mapped elsewhere was used again");
        }
        BufferSet next = stage.buffers(MIB, 1);
        try (CpuAccess cpu = Stage.open(next.buffers().getFirst(), Access.READ)) {
            CaseFailed.unless(cpu.object(0).mismatch(MemorySegment.ofArray(new byte[(int) MIB])) == -1, "the next owner reads what the taker wrote");
        }
        return "1 MiB kept by a descriptor, then by a mapping: ENOMEM; given back: used again, and zero";
    }

    private static void socket(Stage stage) throws Exception {
        SharedBuffer buffer = stage.buffers(MIB, 1).buffers().getFirst();
        try (UnixSocket.Pair pair = UnixSocket.pair(stage.descriptors()); Lent lent = buffer.lend("the other end").orThrow(); Arena arena = Arena.ofConfined()) {
            pair.one().sendNumbers("frame".getBytes(StandardCharsets.US_ASCII), new int[] {first(lent)}, LIMIT);
            CaseFailed.unless(lent.outside(), "a message on its way is not counted");
            UnixSocket.Message message = pair.other().receive(16, 1, LIMIT).orElseThrow();
            Descriptor got = message.descriptors().getFirst();
            CaseFailed.unless(stage.libc().identity(got.number()).equals(stage.libc().identity(first(lent))), "another dma-buf came than was sent");
            MemorySegment theirs = new Raw(stage).map(got.number(), MIB, arena);
            try (CpuAccess cpu = Stage.open(buffer, Access.WRITE)) {
                cpu.object(0).set(ValueLayout.JAVA_LONG, MIB - 8, 0x0123_4567_89ab_cdefL);
            }
            CaseFailed.unless(theirs.get(ValueLayout.JAVA_LONG, MIB - 8) == 0x0123_4567_89ab_cdefL, "the taker does not see what was written");
            message.discard();
        }
    }

    /** A dma-buf that somebody else made, here the case itself. */
    private static Descriptor foreigner(Stage stage, long bytes) throws Exception {
        Raw raw = new Raw(stage);
        return stage.finds().heaps().isEmpty() ? raw.udmabuf(bytes) : raw.heapBuffer(stage.finds().heaps().getFirst(), bytes);
    }

    private static Foreign foreign(long bytes, int... descriptors) {
        List<List<Integer>> all = new ArrayList<>();
        for (int d : descriptors) {
            all.add(List.of(d));
        }
        return new Foreign("giver", BufferSpec.bytes(bytes).count(descriptors.length), Layout.ofBytes(bytes), all);
    }

    private static void imported(Stage stage) throws Exception {
        Descriptor dmaBuf = foreigner(stage, 2 * MIB);
        Libc.FileId file = stage.libc().identity(dmaBuf.number()).orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment theirs = new Raw(stage).map(dmaBuf.number(), 2 * MIB, arena);
            theirs.set(ValueLayout.JAVA_LONG, MIB, 4711);
            BufferSet set = stage.session().importSet(foreign(MIB + 100, dmaBuf.number()), List.of(Stage.CPU)).orThrow();
            SharedBuffer buffer = set.buffers().getFirst();
            try (CpuAccess cpu = Stage.open(buffer, Access.READ_WRITE)) {
                CaseFailed.unless(cpu.object(0).byteSize() == MIB + 100, "the object has " + cpu.object(0).byteSize() + " bytes");
                CaseFailed.unless(cpu.object(0).get(ValueLayout.JAVA_LONG, MIB) == 4711, "what the giver wrote is not there: zeroed?");
                cpu.object(0).set(ValueLayout.JAVA_LONG, 0, 815);
            }
            CaseFailed.unless(theirs.get(ValueLayout.JAVA_LONG, 0) == 815, "the giver does not see what was written");
            Refusal again = stage.session().importSet(foreign(MIB, dmaBuf.number()), List.of(Stage.CPU)).why().orElseThrow(() -> new CaseFailed("imported twice"));
            CaseFailed.unless(again.errno() == Errno.EEXIST && again.found().contains(buffer.id().toString()), "expected EEXIST and " + buffer.id() + ", got " + again.message());
            try (Lent lent = buffer.lend("somebody else").orThrow()) {
                CaseFailed.unless(stage.libc().identity(first(lent)).equals(Optional.of(file)), "lent onward it is another dma-buf");
            }
            set.close();
            CaseFailed.unless(stage.libc().identity(dmaBuf.number()).equals(Optional.of(file)), "the giver's descriptor was closed");
            stage.session().importSet(foreign(MIB, dmaBuf.number()), List.of(Stage.CPU)).orThrow().close();
        }
    }

    private static void refused(Stage stage) throws Exception {
        Descriptor dmaBuf = foreigner(stage, MIB);
        Descriptor second = stage.descriptors().duplicate(dmaBuf.number(), "the same");
        Descriptor memfd = new Raw(stage).memfd(MIB, 0);
        expect(stage, foreign(MIB + 1, dmaBuf.number()), Errno.EINVAL, "bytes more than there are");
        expect(stage, foreign(MIB, memfd.number()), Errno.EINVAL, "a memfd");
        expect(stage, foreign(MIB, 1 << 20), Errno.EBADF, "a number that is no descriptor");
        expect(stage, foreign(MIB, dmaBuf.number(), second.number()), Errno.EINVAL, "the same dma-buf twice");
        SharedBuffer own = stage.buffers(MIB, 1).buffers().getFirst();
        try (Lent lent = own.lend("ourselves").orThrow()) {
            expect(stage, foreign(MIB, first(lent)), Errno.EEXIST, "a buffer of ours");
        }
    }

    private static void expect(Stage stage, Foreign what, Errno errno, String name) throws CaseFailed {
        Outcome<BufferSet> outcome = stage.session().importSet(what, List.of(Stage.CPU));
        CaseFailed.unless(outcome.why().map(w -> w.errno() == errno).orElse(false), name + ": expected " + errno + ", got " + outcome.why().map(Refusal::message).orElse("a set"));
    }

    private static void name(Stage stage) throws Exception {
        SharedBuffer buffer = stage.buffers(MIB, 1).buffers().getFirst();
        String full = buffer.id() + ".0 " + stage.session().name();
        String expected = full.substring(0, Math.min(full.length(), 31));
        try (Lent lent = buffer.lend("a reader of lists").orThrow()) {
            DmaBufInfo info = stage.machine().dmaBuf(first(lent)).orElseThrow(() -> new CaseFailed("/proc/self/fdinfo does not know the dma-buf"));
            CaseFailed.unless(info.name().equals(expected), "fdinfo says '" + info.name() + "', not '" + expected + "'");
            CaseFailed.unless(info.size() == MIB, "fdinfo says " + info.size() + " bytes");
            Optional<String> list = stage.machine().text(BUFINFO);
            CaseFailed.unless(list.isEmpty() || list.get().contains(expected), BUFINFO + " does not have " + expected);
        }
    }
}
