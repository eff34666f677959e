package sharebuf.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs unit tests on a plain class path, in a JVM of their own per project. */
final class UnitTests {

    private UnitTests() {
    }

    /** The results of the tests in {@code classes}; {@code scratch} is an empty folder for what the run leaves. */
    static List<Result> run(String name, Path directory, Path classes, List<Path> classPath, List<String> flags,
        List<String> words, Path scratch) throws IOException, InterruptedException {
        List<Path> path = new ArrayList<>(classPath);
        path.add(self());
        Path file = scratch.resolve("results");
        Path output = scratch.resolve("output.txt");
        List<String> arguments = new ArrayList<>(List.of(file.toString(), classes.toString()));
        arguments.addAll(words);
        int exit = Fork.run(directory, path, flags, output, UnitRunner.class.getName(), arguments);
        List<Result> results = new ArrayList<>();
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (String line : lines) {
            if (!line.equals("end")) {
                results.add(Result.parse(line));
            }
        }
        if (exit != 0 || lines.isEmpty() || !lines.getLast().equals("end")) {
            String why = exit == -1 ? "the tests took too long and were ended"
                : "the JVM of the tests ended with " + exit + " before they were through";
            results.add(new Result(Result.Status.FAILED, name, "", name, 0, why + "\n" + tail(output)));
        }
        return results;
    }

    /** The last lines a JVM printed, for a failure that has no test of its own. */
    static String tail(Path output) throws IOException {
        List<String> lines = Files.exists(output) ? Files.readAllLines(output) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Where these classes come from: the runner in the other JVM is one of them. */
    static Path self() {
        try {
            return Path.of(UnitTests.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
