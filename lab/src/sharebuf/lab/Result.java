package sharebuf.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What came out of a job.
 *
 * @param job     the job
 * @param folder  with everything it left
 * @param exit    its exit code; empty when the guest did not come to its end
 * @param seconds that it took, by the guest's clock
 * @param wrong   what is wrong with its pictures
 */
record Result(Job job, Path folder, OptionalInt exit, double seconds, List<String> wrong) {

    /** Reads {@code exit} in the job's folder: code, begin and end in seconds since power-on. Compares its pictures. */
    static Result read(Path share, Job job) throws IOException {
        Path folder = share.resolve("jobs").resolve(job.name());
        Path file = folder.resolve("exit");
        if (!Files.exists(file)) {
            return new Result(job, folder, OptionalInt.empty(), 0, List.of());
        }
        String[] words = Files.readString(file).strip().split(" ");
        List<String> wrong = new ArrayList<>();
        for (SamePixels each : job.same()) {
            each.difference(folder).ifPresent(wrong::add);
        }
        return new Result(job, folder, OptionalInt.of(Integer.parseInt(words[0])),
                Double.parseDouble(words[2]) - Double.parseDouble(words[1]), List.copyOf(wrong));
    }

    boolean passed() {
        return exited() && wrong.isEmpty();
    }

    private boolean exited() {
        return exit.isPresent() && exit.getAsInt() == job.expected();
    }

    /** The exit code, and what is wrong with it. */
    String verdict() {
        if (exit.isEmpty()) {
            return "never ended";
        }
        int code = exit.getAsInt();
        String said = Integer.toString(code);
        if (code == 128 + 9 && seconds >= job.seconds()) {
            said = "killed after " + job.seconds() + " s";
        }
        return exited() ? said : said + ", expected " + job.expected();
    }

    /** The files it left, relative to its folder. */
    List<String> files() throws IOException {
        return Tree.files(folder).stream().map(file -> folder.relativize(file).toString())
                .filter(name -> !name.equals("exit")).toList();
    }

    /** What a person has to see of a job that failed: what is wrong with its pictures, or else the last lines it wrote. */
    List<String> complaints(int lines) throws IOException {
        return exited() ? wrong : tail(lines);
    }

    /** The last lines of its standard error, or else of its standard output. */
    List<String> tail(int lines) throws IOException {
        for (String name : List.of("stderr", "stdout")) {
            Path file = folder.resolve(name);
            if (Files.exists(file) && Files.size(file) > 0) {
                List<String> all = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
                return all.subList(Math.max(0, all.size() - lines), all.size());
            }
        }
        return List.of();
    }
}
