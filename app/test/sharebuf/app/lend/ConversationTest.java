package sharebuf.app.lend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.app.media.Bars;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Lent;
import sharebuf.format.PixelFormat;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;
import sharebuf.linux.UnixSocket;

/** Lender and taker over real sockets and memory, friendly and hostile, in Java and in C. */
class ConversationTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path dir;
    private Libc libc;
    private Descriptors table;
    private long before;

    @BeforeEach
    void linux() throws IOException {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        libc = Libc.find().get();
        before = openDescriptors();
        table = new Descriptors(libc);
    }

    @AfterEach
    void everythingWasClosed() throws IOException {
        table.close();
        assertThat(table.stolen()).isEmpty();
        assertThat(openDescriptors()).isEqualTo(before);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static FutureTask<Void> async(Runner runner) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            runner.run();
            return null;
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private interface Runner {
        void run() throws Exception;
    }

    private static BufferSpec pictures(PixelFormat format, int count) {
        return BufferSpec.picture(format, 96, 32).count(count);
    }

    private Borrowing borrowing(UnixSocket socket) {
        return new Borrowing(new Channel(socket), (offers, descriptors) -> new MappedBuffers(libc, offers, descriptors));
    }

    @Test
    void everyFrameArrivesWholeWhateverTheFormatAndThePadding() throws Exception {
        for (PixelFormat format : List.of(PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.XRGB8888, PixelFormat.YUYV)) {
            for (int count = 1; count <= 3; count++) {
                try (LentSet set = new LentSet(libc, table, pictures(format, count), 256); UnixSocket.Pair pair = UnixSocket.pair(table)) {
                    Lending lending = new Lending(new Channel(pair.one()), set);
                    FutureTask<Void> lender = async(() -> lending.run(50, 0));
                    Borrowing taker = borrowing(pair.other());
                    taker.run("test", Long.MAX_VALUE);
                    pair.other().close();
                    lender.get(30, TimeUnit.SECONDS);
                    assertThat(taker.failure()).as(format + " " + count).isEmpty();
                    assertThat(taker.ended()).isTrue();
                    assertThat(taker.whole()).isEqualTo(50);
                    assertThat(taker.torn() + taker.lost()).isZero();
                    assertThat(lending.failure()).isEmpty();
                    assertThat(lending.released()).isEqualTo(50);
                    assertThat(lending.taker()).isEqualTo("test (pid " + ProcessHandle.current().pid() + ")");
                    assertThat(set.lent).as("taken back").hasValue(0);
                }
            }
        }
    }

    @Test
    void aTakerThatLeavesIsSaidToHaveLeft() throws Exception {
        try (LentSet set = new LentSet(libc, table, pictures(PixelFormat.NV12, 2), 1); UnixSocket.Pair pair = UnixSocket.pair(table)) {
            Lending lending = new Lending(new Channel(pair.one()), set);
            FutureTask<Void> lender = async(() -> lending.run(50, 0));
            Borrowing taker = borrowing(pair.other());
            taker.run("test", 5);
            pair.other().close();
            lender.get(30, TimeUnit.SECONDS);
            assertThat(taker.received()).isEqualTo(5);
            assertThat(taker.ended()).isFalse();
            assertThat(lending.failure().orElseThrow()).contains("the taker left");
            assertThat(set.lent).hasValue(0);
        }
    }

    /** Plays a lender by hand: what it says, then whether it has to be heard. */
    private Borrowing taken(Script script) throws Exception {
        try (LentSet set = new LentSet(libc, table, pictures(PixelFormat.NV12, 2), 1); UnixSocket.Pair pair = UnixSocket.pair(table)) {
            Channel lender = new Channel(pair.one());
            Borrowing taker = borrowing(pair.other());
            FutureTask<Void> running = async(() -> taker.run("test", Long.MAX_VALUE));
            assertThat(lender.receive(LIMIT).orElseThrow().message()).isEqualTo(new Wire.Take("test"));
            script.play(lender, pair.one(), set);
            pair.one().close();
            running.get(30, TimeUnit.SECONDS);
            return taker;
        }
    }

    private interface Script {
        void play(Channel lender, UnixSocket raw, LentSet set) throws Exception;
    }

    private static Wire.Buffer offer(LentSet set, int index) {
        Lent lent = set.buffers().get(index).lend("test").orThrow();
        return new Wire.Buffer(lent.buffer().number(), "NV12", set.spec().width(), set.spec().height(),
                lent.handles().stream().map(h -> new Wire.Place(h.kind(), h.offset(), h.size())).toList(), set.layout().planes());
    }

    private void fill(LentSet set, int index, long number) {
        Raster raster = new Raster(PixelFormat.NV12, set.spec().width(), set.spec().height());
        var access = set.buffers().get(index).beginCpuAccess(sharebuf.device.Access.WRITE, LIMIT).orThrow();
        new Pixels(raster, set.layout().planes()).write(number, into -> new Bars().draw(number, raster, into), access::plane);
    }

    @Test
    void tornAndLostFramesAreNoticed() throws Exception {
        Borrowing taker = taken((lender, raw, set) -> {
            lender.send(offer(set, 0), List.of(set.file.number()), LIMIT);
            lender.send(offer(set, 1), List.of(set.file.number()), LIMIT);
            fill(set, 0, 0);
            lender.send(new Wire.Frame(11, 0), List.of(), LIMIT);
            assertThat(lender.receive(LIMIT).orElseThrow().message()).isEqualTo(new Wire.Release(11, 0));
            fill(set, 1, 1); // says 2
            lender.send(new Wire.Frame(12, 2), List.of(), LIMIT);
            lender.receive(LIMIT).orElseThrow();
            fill(set, 0, 3);
            set.buffers().get(0).beginCpuAccess(sharebuf.device.Access.WRITE, LIMIT).orThrow().object(0).set(ValueLayout.JAVA_BYTE, 2000, (byte) 77);
            lender.send(new Wire.Frame(11, 3), List.of(), LIMIT);
            lender.receive(LIMIT).orElseThrow();
            lender.send(new Wire.End(), List.of(), LIMIT);
        });
        assertThat(taker.failure()).isEmpty();
        assertThat(taker.whole()).isEqualTo(1);
        assertThat(taker.torn()).isEqualTo(2);
        assertThat(taker.lost()).isEqualTo(1);
        assertThat(taker.notes()).anyMatch(n -> n.contains("frame 2") && n.contains("number=1")).anyMatch(n -> n.contains("frame 3") && n.contains("checksum"));
    }

    @Test
    void whatALenderSaysWrongEndsItAndLeavesNothingOpen() throws Exception {
        assertThat(taken((lender, raw, set) -> lender.send(new Wire.End(), List.of(), LIMIT)).failure().orElseThrow()).contains("before it offered a buffer");
        assertThat(taken((lender, raw, set) -> raw.send("nonsense\n".getBytes(StandardCharsets.US_ASCII), List.of(set.file), LIMIT)).failure().orElseThrow()).contains("nonsense");
        assertThat(taken((lender, raw, set) -> lender.send(offer(set, 0), List.of(), LIMIT)).failure().orElseThrow()).contains("0 descriptors came where 1 belong");
        assertThat(taken((lender, raw, set) -> lender.send(offer(set, 0), List.of(1, 1), LIMIT)).failure().orElseThrow()).contains("2 descriptors came where 1 belong");
        assertThat(taken((lender, raw, set) -> lender.send(offer(set, 0), List.of(1, 1, 1, 1, 1), LIMIT)).failure().orElseThrow()).contains("more descriptors");
        assertThat(taken((lender, raw, set) -> raw.send(new byte[2000], List.of(), LIMIT)).failure().orElseThrow()).contains("more than");
        assertThat(taken((lender, raw, set) -> {
            lender.send(offer(set, 0), List.of(set.file.number()), LIMIT);
            lender.send(new Wire.Frame(12, 0), List.of(), LIMIT);
        }).failure().orElseThrow()).contains("buffer 12, which it did not offer");
        assertThat(taken((lender, raw, set) -> {
            lender.send(offer(set, 0), List.of(set.file.number()), LIMIT);
            lender.send(offer(set, 0), List.of(set.file.number()), LIMIT);
            lender.send(new Wire.Frame(11, 0), List.of(), LIMIT);
        }).failure().orElseThrow()).contains("same number");
    }

    @Test
    void memoryThatCouldGoAwayUnderneathIsNotMapped() throws Exception {
        assertThat(taken((lender, raw, set) -> {
            try (Descriptor loose = table.adopt(libc.memfd("loose", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "loose")) {
                libc.truncate(loose.number(), 1 << 20);
                lender.send(offer(set, 0), List.of(loose.number()), LIMIT);
                lender.send(new Wire.Frame(11, 0), List.of(), LIMIT);
            }
        }).failure().orElseThrow()).contains("not sealed");
        assertThat(taken((lender, raw, set) -> {
            Wire.Buffer good = offer(set, 0);
            lender.send(new Wire.Buffer(11, "NV12", 96, 32, List.of(new Wire.Place(Lent.Kind.MEMFD, 1L << 40, good.objects().getFirst().size())), good.planes()),
                    List.of(set.file.number()), LIMIT);
            lender.send(new Wire.Frame(11, 0), List.of(), LIMIT);
        }).failure().orElseThrow()).contains("inside of it");
    }

    /** Plays a taker by hand. */
    private Lending lent(TakerScript script) throws Exception {
        try (LentSet set = new LentSet(libc, table, pictures(PixelFormat.NV12, 2), 1); UnixSocket.Pair pair = UnixSocket.pair(table)) {
            Lending lending = new Lending(new Channel(pair.one()), set);
            FutureTask<Void> lender = async(() -> lending.run(50, 0));
            script.play(new Channel(pair.other()), pair.other());
            lender.get(30, TimeUnit.SECONDS);
            assertThat(set.lent).hasValue(0);
            return lending;
        }
    }

    private interface TakerScript {
        void play(Channel taker, UnixSocket raw) throws Exception;
    }

    @Test
    void whatATakerSaysWrongEndsItAndTakesEverythingBack() throws Exception {
        assertThat(lent((taker, raw) -> taker.send(new Wire.Release(11, 0), List.of(), LIMIT)).failure().orElseThrow()).contains("the first message is 'take NAME'");
        assertThat(lent((taker, raw) -> raw.send(new byte[] {0}, List.of(), LIMIT)).failure()).isPresent();
        assertThat(lent((taker, raw) -> {
            taker.send(new Wire.Take("liar"), List.of(), LIMIT);
            taker.send(new Wire.Release(11, 7), List.of(), LIMIT);
        }).failure().orElseThrow()).contains("liar").contains("releases no frame");
        assertThat(lent((taker, raw) -> taker.close()).failure().orElseThrow()).contains("the taker left");
    }

    @Test
    void aProgramInCTakesPart() throws Exception {
        Path source = Path.of(System.getProperty("sharebuf.home", "..")).resolve("samples/borrow.c");
        Path program = dir.resolve("borrow");
        Process gcc;
        try {
            gcc = new ProcessBuilder("cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", program.toString(), source.toString()).redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: " + e.getMessage());
            return;
        }
        String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(gcc.waitFor() == 0 || !said.contains("No such file"), "no headers: " + said);
        assertThat(said).isEmpty();
        for (PixelFormat format : List.of(PixelFormat.NV12, PixelFormat.NV12M)) {
            Path path = dir.resolve("socket");
            try (LentSet set = new LentSet(libc, table, pictures(format, 3), 1); UnixSocket server = UnixSocket.listen(table, path, 1)) {
                Process taker = new ProcessBuilder(program.toString(), path.toString()).redirectErrorStream(true).start();
                Lending lending = new Lending(new Channel(server.accept(LIMIT).orElseThrow()), set);
                lending.run(20, 0);
                List<String> lines = new String(taker.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
                assertThat(taker.waitFor()).isZero();
                assertThat(lending.failure()).isEmpty();
                assertThat(lending.taker()).isEqualTo("borrow.c (pid " + taker.pid() + ")");
                assertThat(lines).isEqualTo(sums(format));
            }
        }
    }

    private static List<String> sums(PixelFormat format) {
        Raster raster = new Raster(format, 96, 32);
        Stamp stamp = new Stamp(raster);
        Bars bars = new Bars();
        List<String> lines = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment picture = arena.allocate(raster.size());
            for (long number = 0; number < 20; number++) {
                bars.draw(number, raster, picture);
                stamp.write(number, picture);
                int sum = 0;
                for (long at = 0; at < picture.byteSize(); at++) {
                    sum = 31 * sum + Byte.toUnsignedInt(picture.get(ValueLayout.JAVA_BYTE, at));
                }
                lines.add(number + " " + Integer.toUnsignedString(sum));
            }
        }
        return lines;
    }
}
