package sharebuf.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors through sockets of this machine's kernel, for real: between threads and between processes. */
class UnixSocketTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration NOW = Duration.ZERO;
    private static final int EMFILE = 24;
    private static final int EPIPE = 32;
    private static final int F_GETFD = 1;
    private static final int FD_CLOEXEC = 1;

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

    private static void assertErrno(Callable<?> call, int errno) {
        assertThatThrownBy(call::call).isInstanceOfSatisfying(CallFailed.class, e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
    }

    private Descriptor memfd(int content) throws CallFailed {
        Descriptor file = table.adopt(libc.memfd("test", Libc.MFD_CLOEXEC), "memfd " + content);
        assertThat(libc.truncate(file.number(), libc.page())).isZero();
        try (Arena arena = Arena.ofConfined()) {
            map(file, arena).set(ValueLayout.JAVA_INT, 0, content);
        }
        return file;
    }

    private int content(Descriptor file) throws CallFailed {
        try (Arena arena = Arena.ofConfined()) {
            return map(file, arena).get(ValueLayout.JAVA_INT, 0);
        }
    }

    private MemorySegment map(Descriptor file, Arena arena) throws CallFailed {
        return FilePiece.map(libc, List.of(new FilePiece(file, 0, libc.page())), arena);
    }

    @Test
    void shouldBringDescriptorsOfTheSameFilesInTheirOrder() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            List<Descriptor> sent = List.of(memfd(7), memfd(8), memfd(9));
            pair.one().send("frame".getBytes(), sent, LIMIT);
            UnixSocket.Message got = pair.other().receive(100, 10, LIMIT).orElseThrow();
            assertThat(got.bytes()).asString().isEqualTo("frame");
            assertThat(got.descriptors()).hasSize(3);
            for (int i = 0; i < 3; i++) {
                Descriptor file = got.descriptors().get(i);
                assertThat(content(file)).isEqualTo(7 + i);
                assertThat(file.number()).isNotEqualTo(sent.get(i).number());
                assertThat(libc.identity(file.number())).isEqualTo(libc.identity(sent.get(i).number()));
                assertThat(libc.fcntl(file.number(), F_GETFD, 0)).as("closed on exec").isEqualTo(FD_CLOEXEC);
            }
            got.discard();
            assertThat(sent).as("the sender's stay open").allMatch(f -> libc.identity(f.number()).isPresent());
        }
    }

    @Test
    void shouldSendAsManyDescriptorsAsTheKernelTakes() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            Descriptor file = memfd(5);
            List<Descriptor> many = IntStream.range(0, UnixSocket.MAX_DESCRIPTORS).mapToObj(i -> file).toList();
            pair.one().send(new byte[] {1}, many, LIMIT);
            UnixSocket.Message got = pair.other().receive(1, UnixSocket.MAX_DESCRIPTORS, LIMIT).orElseThrow();
            assertThat(got.descriptors()).hasSize(UnixSocket.MAX_DESCRIPTORS);
            got.discard();
            List<Descriptor> more = Stream.concat(many.stream(), Stream.of(file)).toList();
            assertThatThrownBy(() -> pair.one().send(new byte[] {1}, more, LIMIT)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("253");
            assertThatThrownBy(() -> pair.one().send(new byte[0], many, LIMIT)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldCloseWhatCameWithAMessageThatDidNotFit() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            List<Descriptor> five = List.of(memfd(1), memfd(2), memfd(3), memfd(4), memfd(5));
            long open = openDescriptors();
            for (int room = 0; room < 5; room++) {
                int here = room;
                pair.one().send(new byte[] {1}, five, LIMIT);
                assertErrno(() -> pair.other().receive(1, here, LIMIT), EMFILE);
                assertThat(openDescriptors()).as("room for " + room).isEqualTo(open);
            }
            pair.one().send(new byte[100], five, LIMIT);
            assertErrno(() -> pair.other().receive(99, 5, LIMIT), 90);
            assertThat(openDescriptors()).isEqualTo(open);
            pair.one().send(new byte[100], five, LIMIT);
            pair.other().receive(100, 5, LIMIT).orElseThrow().discard();
        }
    }

    @Test
    void shouldSayThatTheOtherEndIsGoneWhenAllWasRead() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            pair.one().send(new byte[] {3}, List.of(memfd(1)), LIMIT);
            pair.one().close();
            pair.other().receive(1, 1, LIMIT).orElseThrow().discard();
            assertErrno(() -> pair.other().receive(1, 1, LIMIT), EPIPE);
            assertErrno(() -> {
                pair.other().send(new byte[] {1}, List.of(), LIMIT);
                return null;
            }, EPIPE);
        }
    }

    @Test
    void shouldDropWhatNobodyReceived() throws Exception {
        long open = openDescriptors();
        UnixSocket.Pair pair = UnixSocket.pair(table);
        Descriptor file = memfd(1);
        pair.one().send(new byte[] {1}, List.of(file, file), LIMIT);
        pair.close();
        file.close();
        assertThat(openDescriptors()).isEqualTo(open);
    }

    @Test
    void shouldWaitWithALimitAndBeWokenByCloseOrInterrupt() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            assertThat(pair.one().receive(1, 0, NOW)).isEmpty();
            FutureTask<Optional<UnixSocket.Message>> waiting = new FutureTask<>(() -> pair.one().receive(1, 0, LIMIT));
            Thread thread = Thread.ofPlatform().start(waiting);
            thread.interrupt();
            assertThatThrownBy(waiting::get).cause().isInstanceOf(InterruptedException.class);
            FutureTask<Optional<UnixSocket.Message>> closed = new FutureTask<>(() -> pair.one().receive(1, 0, LIMIT));
            Thread.ofPlatform().start(closed);
            pair.one().close();
            assertThatThrownBy(closed::get).cause().isInstanceOf(CallFailed.class);
        }
    }

    @Test
    void shouldNotWaitForEverForAnEndThatReadsNothing() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100_000; i++) {
                    pair.one().send(new byte[1000], List.of(), NOW);
                }
            }).isInstanceOfSatisfying(CallFailed.class, e -> assertThat(e.errno()).isEqualTo(110));
        }
    }

    @Test
    void shouldNotSendADescriptorThatWasClosed() throws Exception {
        try (UnixSocket.Pair pair = UnixSocket.pair(table)) {
            Descriptor file = memfd(1);
            Descriptor gone = memfd(2);
            gone.close();
            assertErrno(() -> {
                pair.one().send(new byte[] {1}, List.of(file, gone), LIMIT);
                return null;
            }, Libc.EBADF);
            file.close();
            assertThat(libc.identity(file.number())).as("no call is in it any more").isEmpty();
            assertThat(pair.other().receive(1, 2, NOW)).isEmpty();
        }
    }

    @Test
    void shouldListenForThisUserOnlyAndRemoveItsFile() throws Exception {
        Path path = dir.resolve("socket");
        UnixSocket server = UnixSocket.listen(table, path, 4);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
        assertErrno(() -> UnixSocket.listen(table, path, 4), 98);
        assertThat(server.accept(NOW)).isEmpty();
        try (UnixSocket client = UnixSocket.connect(table, path); UnixSocket accepted = server.accept(LIMIT).orElseThrow()) {
            assertThat(accepted.peer().orElseThrow().pid()).isEqualTo((int) ProcessHandle.current().pid());
            client.send("hello".getBytes(), List.of(), LIMIT);
            assertThat(accepted.receive(10, 0, LIMIT).orElseThrow().bytes()).asString().isEqualTo("hello");
        }
        server.close();
        assertThat(path).doesNotExist();
        assertErrno(() -> UnixSocket.connect(table, path), 2);
        assertErrno(() -> UnixSocket.connect(table, dir.resolve("x".repeat(108))), 36);
        assertErrno(() -> UnixSocket.listen(table, dir.resolve("x".repeat(108)), 1), 36);
    }

    @Test
    void shouldShareMemoryWithAnotherProcess() throws Exception {
        Path path = dir.resolve("socket");
        List<Descriptor> files = List.of(memfd(41), memfd(42));
        try (UnixSocket server = UnixSocket.listen(table, path, 1)) {
            Process other = other(path, "", List.of());
            try (UnixSocket client = server.accept(LIMIT).orElseThrow()) {
                assertThat(client.peer().orElseThrow().pid()).isEqualTo((int) other.pid());
                client.receive(1, 0, LIMIT).orElseThrow();
                client.send("took".getBytes(), files, LIMIT);
                assertThat(client.receive(100, 0, LIMIT).orElseThrow().bytes()).asString().isEqualTo("took 41 42");
            }
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(content(files.get(0))).as("the other process wrote it").isEqualTo(-41);
        assertThat(content(files.get(1))).isEqualTo(-42);
    }

    @Test
    void shouldCloseTheFewThatAFullTableTook() throws Exception {
        Path path = dir.resolve("socket");
        Descriptor file = memfd(1);
        try (UnixSocket server = UnixSocket.listen(table, path, 1)) {
            Process other = other(path, "ulimit -n 200; ", List.of("full"));
            try (UnixSocket client = server.accept(LIMIT).orElseThrow()) {
                client.receive(1, 0, LIMIT).orElseThrow();
                client.send("took".getBytes(), List.of(file, file, file), LIMIT);
                assertThat(client.receive(100, 0, LIMIT).orElseThrow().bytes()).asString().isEqualTo("errno 24, 0 left");
            }
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Process other(Path socket, String before, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto", "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), OtherProcess.class.getName(), socket.toString()));
        command.addAll(more);
        List<String> shell = new ArrayList<>(List.of("sh", "-c", before + "exec \"$@\"", "sh"));
        shell.addAll(command);
        return new ProcessBuilder(shell).inheritIO().start();
    }
}
