package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Successors that misbehave where no call of a contract is made: frames flow on, and nothing of them is left. */
class HostilePluginTest {
    @TempDir
    Path folder;

    private Call run(String action, String body) throws IOException {
        List<String> imports = List.of("sharebuf.allocator", "sharebuf.buffer", "sharebuf.memory", "sharebuf.plugin");
        String allocator = "public sharebuf.buffer.Outcome<sharebuf.allocator.Offer> offer(sharebuf.allocator.Request r) { throw new IllegalStateException(\"not asked\"); }"
                + " public sharebuf.buffer.Outcome<sharebuf.buffer.Outcome.Done> place(sharebuf.allocator.Request r, sharebuf.allocator.Claims c) { throw new IllegalStateException(\"not asked\"); }"
                + " public void released(sharebuf.memory.Extent e) { }";
        Path jar = HandmadeJar.of(folder, "allocator", "sharebuf.allocator.Allocator", imports, allocator + body);
        return Call.of(folder, "run", "--frames", "40", "--size", "320x240", "--at", "10:" + action.replace("JAR", jar.toString()));
    }

    @Test
    @DisplayName("a constructor that throws: refused with what it threw, and no class of it is kept")
    void theConstructorThrows() throws IOException {
        Call call = run("swap=allocator.cma:JAR", " public Mine() { throw new IllegalStateException(\"no licence\"); }");
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("failed", "serves on: vendor.mine 1.0.0", "no licence", "40 of 40 delivered, 0 lost, 0 torn", "everything was given back");
    }

    @Test
    @DisplayName("a constructor that does not return: given up, and the old one serves on")
    void theConstructorHangs() throws IOException {
        Call call = run("swap=allocator.cma:JAR", " public Mine() { while (true) { Thread.interrupted(); java.util.concurrent.locks.LockSupport.park(); } }");
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("failed", "serves on: vendor.mine 1.0.0: its start did not end within 10000 ms, last seen in vendor.Mine.<init>", "40 of 40 delivered, 0 lost, 0 torn");
    }

    @Test
    @DisplayName("a jar with the name of a bundle of the core is not installed beside it")
    void theNameOfTheCore() throws IOException {
        Path core = Call.home().resolve("broker/generated/broker.jar");
        Call call = Call.of(folder, "run", "--frames", "40", "--size", "320x240", "--at", "10:install=" + core);
        assertThat(call.exit()).as(call.told()).isEqualTo(1);
        assertThat(call.out()).contains("failed", "broker.jar is not taken: broker belongs to the core", "everything was given back");
    }
}
