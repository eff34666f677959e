package sharebuf.lab;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * The end of a run.
 *
 * @param kernel  release of the guest's kernel
 * @param product what ran in the guest
 * @param outcome of the emulator
 * @param results one for each job
 * @param screens pictures of screens
 * @param share   folder with everything
 * @param seconds that all took
 */
record Report(String kernel, Product product, Emulator.Outcome outcome, List<Result> results, List<Path> screens, Path share,
        double seconds) {

    boolean passed() {
        return outcome.ended() && results.stream().allMatch(Result::passed);
    }

    /** The table for a person. */
    void print(PrintStream out) throws IOException {
        for (Product.Bundle each : product.bundles()) {
            out.printf("  %-32s %-8s sha256 %s%n", each.name(), each.version(), each.sha256());
        }
        out.println();
        int width = results.stream().mapToInt(each -> each.job().name().length()).max().orElse(0);
        for (Result each : results) {
            out.printf("  %-6s %-" + width + "s %6.1f s  exit %s%n", each.passed() ? "ok" : "FAILED", each.job().name(), each.seconds(),
                    each.verdict());
            if (!each.passed()) {
                for (String line : each.complaints(12)) {
                    out.println("           " + line);
                }
            }
        }
        if (!outcome.trouble().isEmpty()) {
            out.println("  " + outcome.trouble());
        }
        screens.forEach(each -> out.println("  screen " + each));
        out.println("  everything is in " + share);
        long failed = results.stream().filter(each -> !each.passed()).count();
        out.printf("%d passed, %d failed; %.1f s, boot %.1f s (%s)%n", results.size() - failed, failed, seconds, outcome.bootSeconds(),
                outcome.boots() == 1 ? "the first one" : outcome.boots() + " tries");
    }

    /** The same as data. */
    JsonObject data() throws IOException {
        JsonArrayBuilder bundles = Json.createArrayBuilder();
        for (Product.Bundle each : product.bundles()) {
            bundles.add(Json.createObjectBuilder().add("name", each.name()).add("version", each.version()).add("sha256", each.sha256()));
        }
        JsonArrayBuilder jobs = Json.createArrayBuilder();
        for (Result each : results) {
            jobs.add(data(each));
        }
        JsonObjectBuilder lab = Json.createObjectBuilder().add("arch", "x86-64").add("kernel", kernel).add("boots", outcome.boots())
                .add("bootSeconds", outcome.bootSeconds()).add("ended", outcome.ended()).add("trouble", outcome.trouble())
                .add("seconds", seconds).add("folder", share.toString());
        return Json.createObjectBuilder().add("lab", lab).add("bundles", bundles).add("jobs", jobs)
                .add("screens", Json.createArrayBuilder(screens.stream().map(Path::toString).toList())).build();
    }

    private static JsonObjectBuilder data(Result result) throws IOException {
        JsonObjectBuilder job = Json.createObjectBuilder().add("name", result.job().name()).add("command", result.job().command())
                .add("passed", result.passed()).add("expected", result.job().expected()).add("seconds", result.seconds())
                .add("folder", result.folder().toString()).add("files", Json.createArrayBuilder(result.files()))
                .add("wrong", Json.createArrayBuilder(result.wrong()));
        // A job that never ended has no exit code.
        result.exit().ifPresent(code -> job.add("exit", code));
        return job;
    }
}
