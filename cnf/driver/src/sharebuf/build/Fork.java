package sharebuf.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM for tests, with the switches all our JVMs have. */
final class Fork {
    static final List<String> FLAGS = List.of("--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow", "-Xmx1g", "-XX:+UseSerialGC", "-Djava.awt.headless=true");
    private static final long LIMIT_MINUTES = 35;

    private Fork() {
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Runs a main class, its output into a file; returns the exit code, or -1 when it took too long and was ended. */
    static int run(Path directory, List<Path> classPath, List<String> flags, Path output, String main,
        List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(FLAGS);
        command.addAll(flags);
        command.addAll(List.of("-cp", Files2.join(classPath), main));
        command.addAll(arguments);
        Files.createDirectories(output.getParent());
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(output.toFile()).start();
        process.getOutputStream().close();
        try {
            return process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
