package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The benchmarks' yardstick in C, for a guest that has no compiler but the processor of this machine. Stateless. */
final class Yardstick {
    private Yardstick() {
    }

    /** The library; empty on a machine without a compiler, then the guest measures without C and says so. */
    static Optional<Path> compile(Path home, Path cache) throws IOException, InterruptedException, Trouble {
        if (!Host.onPath(System.getenv().getOrDefault("PATH", ""), "cc")) {
            return Optional.empty();
        }
        Path library = cache.resolve("yardstick.so");
        Program.run(List.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), home.resolve("bench/src/sharebuf/bench/yardstick.c").toString()));
        return Optional.of(library);
    }
}
