package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sharebuf lend} and {@code ./sharebuf borrow}: two processes, one memory, no device needed. */
class LendTest {
    @TempDir
    Path folder;

    private CompletableFuture<Call> async(String... words) {
        return CompletableFuture.supplyAsync(() -> Call.of(folder, words), r -> Thread.ofPlatform().daemon().start(r));
    }

    @Test
    @DisplayName("what one process lends another one maps, and sees every frame whole; then all is back and the socket is gone")
    void framesArriveWhole() throws Exception {
        Path socket = folder.resolve("frames");
        CompletableFuture<Call> lender = async("lend", socket.toString(), "--memory", "memfd", "--format", "NV12M", "--size", "320x240", "--count", "3", "--frames", "50", "--fps", "0",
                "--json", folder.resolve("lend.json").toString());
        Call taker = Call.of(folder, "borrow", socket.toString(), "--name", "acceptance", "--json", "-");
        Call lent = lender.get(120, TimeUnit.SECONDS);
        assertThat(taker.exit()).as(taker.told()).isZero();
        assertThat(lent.exit()).as(lent.told()).isZero();
        JsonObject borrowed = taker.json().asJsonObject().getJsonObject("borrowed");
        assertThat(borrowed.getString("memory")).isEqualTo("memfd");
        assertThat(borrowed.getInt("buffers")).isEqualTo(3);
        assertThat(borrowed.getJsonObject("frames").getInt("whole")).isEqualTo(50);
        assertThat(lent.out()).contains("50 frames lent to acceptance (pid ", "50 given back, all memory is back");
        assertThat(Files.readString(folder.resolve("lend.json"))).contains("\"left\": []");
        assertThat(socket).doesNotExist();
    }

    @Test
    @DisplayName("the socket of a lender that was killed is taken over")
    void aSocketThatNobodyListensAt() throws Exception {
        Path socket = folder.resolve("frames");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket)); // its file stays when it is closed
        }
        CompletableFuture<Call> lender = async("lend", socket.toString(), "--memory", "memfd", "--size", "64x32", "--frames", "2");
        Call taker = Call.of(folder, "borrow", socket.toString());
        assertThat(taker.exit()).as(taker.told()).isZero();
        assertThat(lender.get(120, TimeUnit.SECONDS).exit()).isZero();
    }

    @Test
    @DisplayName("a taker that leaves early is said to have left: exit 4")
    void aTakerThatLeaves() throws Exception {
        Path socket = folder.resolve("frames");
        CompletableFuture<Call> lender = async("lend", socket.toString(), "--memory", "memfd", "--size", "64x32", "--frames", "100000", "--fps", "0");
        Call taker = Call.of(folder, "borrow", socket.toString(), "--frames", "5");
        Call lent = lender.get(120, TimeUnit.SECONDS);
        assertThat(taker.exit()).as(taker.told()).isZero();
        assertThat(taker.out()).contains("5 frames taken, 5 whole");
        assertThat(lent.exit()).as(lent.told()).isEqualTo(4);
        assertThat(lent.err()).contains("the taker left");
    }

    @Test
    @DisplayName("what is wrong with the call is said with what is allowed: exit 2")
    void wrongCalls() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        for (Call call : new Call[] {Call.of(folder, "lend"), Call.of(folder, "lend", "x", "--memory", "vram"), Call.of(folder, "borrow", "x", "--name", "two words"),
            Call.of(folder, "lend", file.toString(), "--memory", "memfd"), Call.of(folder, "borrow", folder.resolve("nobody").toString(), "--wait", "1")}) {
            assertThat(call.exit()).as(call.told()).isEqualTo(2);
            assertThat(call.err()).as(call.told()).isNotBlank().doesNotContain("Exception");
        }
        assertThat(file).exists();
    }
}
