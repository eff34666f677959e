package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is written in C, for a guest that has no compiler but the processor of this machine: the benchmarks' yardstick, and the sample that
 * borrows frames. Stateless.
 */
final class Compiled {
    private Compiled() {
    }

    /** Files of the guest by their paths; none on a machine without a compiler: then the guest says that it has no C. */
    static Map<String, Path> files(Path home, Path cache) throws IOException, InterruptedException, Trouble {
        if (!Host.onPath(System.getenv().getOrDefault("PATH", ""), "cc")) {
            return Map.of();
        }
        Path library = cache.resolve("yardstick.so");
        Program.run(List.of("cc", "-O2", "-shared", "-fPIC", "-o", library.toString(), home.resolve("bench/src/sharebuf/bench/yardstick.c").toString()));
        Path borrow = cache.resolve("borrow");
        Program.run(List.of("cc", "-O2", "-o", borrow.toString(), home.resolve("samples/borrow.c").toString()));
        return Map.of("sharebuf/bench/yardstick.so", library, "bin/borrow", borrow);
    }
}
