package sharebuf.lab;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The end of a run.
 *
 * @param arch    the guest's processor
 * @param kernel  release of the guest's kernel
 * @param product what ran in the guest
 * @param boots   one for each machine
 * @param skipped jobs that could not be run here
 * @param screens pictures of screens
 * @param share   folder with everything
 * @param seconds that all took
 */
record Report(Arch arch, String kernel, Product product, List<Boot> boots, List<Skipped> skipped, List<Path> screens, Path share,
        double seconds) {
    /** Lines of a failed job that are told. */
    private static final int COMPLAINTS = 12;
    /** The same jars on the simulated board and on a kernel: what the product promises of these above all. */
    private static final List<String> TOLD = List.of("broker", "importer.v4l2", "importer.drm");

    /**
     * What came out of a machine.
     *
     * @param machine that was emulated
     * @param outcome of the emulator
     * @param results one for each job
     * @param alien   bundles of the guest that are not those of this machine
     */
    record Boot(Machine machine, Emulator.Outcome outcome, List<Result> results, List<String> alien) {
        private boolean passed() {
            return outcome.ended() && alien.isEmpty();
        }

        private Optional<Double> cpu(Result result) {
            return Optional.ofNullable(outcome.cpu().get(result.job().name()));
        }
    }

    /**
     * A job that was not run.
     *
     * @param job the job
     * @param why not
     */
    record Skipped(Job job, String why) {
    }

    boolean passed() {
        return boots.stream().allMatch(Boot::passed) && results().allMatch(Result::passed);
    }

    private Stream<Result> results() {
        return boots.stream().flatMap(each -> each.results.stream());
    }

    /** The table for a person. */
    void print(PrintStream out) throws IOException {
        for (Product.Bundle each : product.bundles()) {
            out.printf("  %-32s %-8s sha256 %s%n", each.name(), each.version(), each.sha256());
        }
        int width = Stream.concat(results().map(Result::job), skipped.stream().map(Skipped::job))
                .mapToInt(job -> job.name().length()).max().orElse(0);
        for (Boot boot : boots) {
            out.printf("%nmachine %s, boot %.1f s (%s)%n", boot.machine.word, boot.outcome.bootSeconds(),
                    boot.outcome.boots() == 1 ? "the first one" : boot.outcome.boots() + " tries");
            for (Result each : boot.results) {
                print(out, boot, each, width);
            }
            if (!boot.outcome.trouble().isEmpty()) {
                out.println("  " + boot.outcome.trouble());
            }
            if (boot.passed()) {
                out.println("  bundles: the guest found all " + product.bundles().size() + " with the sha256 they have here, " + TOLD.stream()
                        .flatMap(name -> product.bundles().stream().filter(each -> each.name().equals(name))).map(Product.Bundle::name)
                        .collect(Collectors.joining(", ")) + " among them");
            }
            boot.alien.forEach(each -> out.println("  " + each));
        }
        out.println();
        skipped.forEach(each -> out.printf("  skipped %s: %s%n", each.job.name(), each.why));
        screens.forEach(each -> out.println("  screen " + each));
        out.println("  everything is in " + share);
        long count = results().count();
        long failed = results().filter(each -> !each.passed()).count();
        out.printf("%d passed, %d failed%s; %.1f s%n", count - failed, failed,
                skipped.isEmpty() ? "" : ", " + skipped.size() + " skipped", seconds);
    }

    private static void print(PrintStream out, Boot boot, Result result, int width) throws IOException {
        out.printf("  %-6s %-" + width + "s %6.1f s %s  exit %s%n", result.passed() ? "ok" : "FAILED", result.job().name(),
                result.seconds(), boot.cpu(result).map(seconds -> String.format("%6.1f s CPU", seconds)).orElse("     ? s CPU"),
                result.verdict());
        if (!result.passed()) {
            for (String line : result.complaints(COMPLAINTS)) {
                out.println("           " + line);
            }
        }
    }

    /** The same as data. */
    JsonObject data() throws IOException {
        JsonArrayBuilder bundles = Json.createArrayBuilder();
        for (Product.Bundle each : product.bundles()) {
            bundles.add(Json.createObjectBuilder().add("name", each.name()).add("version", each.version()).add("sha256", each.sha256()));
        }
        JsonArrayBuilder machines = Json.createArrayBuilder();
        JsonArrayBuilder jobs = Json.createArrayBuilder();
        for (Boot boot : boots) {
            machines.add(Json.createObjectBuilder().add("name", boot.machine.word).add("boots", boot.outcome.boots())
                    .add("bootSeconds", boot.outcome.bootSeconds()).add("ended", boot.outcome.ended())
                    .add("sameBundles", boot.alien.isEmpty()).add("alien", Json.createArrayBuilder(boot.alien))
                    .add("trouble", boot.outcome.trouble()).add("folder", share.resolve(boot.machine.word).toString()));
            for (Result each : boot.results) {
                JsonObjectBuilder job = data(each);
                boot.cpu(each).ifPresent(seconds -> job.add("cpuSeconds", seconds));
                jobs.add(job);
            }
        }
        JsonArrayBuilder not = Json.createArrayBuilder();
        skipped.forEach(each -> not.add(Json.createObjectBuilder().add("name", each.job.name()).add("why", each.why)));
        JsonObjectBuilder lab = Json.createObjectBuilder().add("arch", arch.word).add("kernel", kernel).add("passed", passed())
                .add("seconds", seconds).add("folder", share.toString());
        return Json.createObjectBuilder().add("lab", lab).add("machines", machines).add("bundles", bundles).add("jobs", jobs)
                .add("skipped", not).add("screens", Json.createArrayBuilder(screens.stream().map(Path::toString).toList())).build();
    }

    private static JsonObjectBuilder data(Result result) throws IOException {
        JsonObjectBuilder job = Json.createObjectBuilder().add("name", result.job().name()).add("machine", result.job().machine().word)
                .add("command", result.job().command()).add("passed", result.passed()).add("expected", result.job().expected())
                .add("verdict", result.verdict()).add("seconds", result.seconds()).add("folder", result.folder().toString())
                .add("files", Json.createArrayBuilder(result.files())).add("wrong", Json.createArrayBuilder(result.wrong()))
                .add("complaints", Json.createArrayBuilder(result.passed() ? List.of() : result.complaints(COMPLAINTS)));
        // A job that never ended has no exit code.
        result.exit().ifPresent(code -> job.add("exit", code));
        return job;
    }
}
