package sharebuf.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
                for (String line : each.tail(12)) {
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
    Map<String, Object> data() throws IOException {
        List<Object> bundles = new ArrayList<>();
        for (Product.Bundle each : product.bundles()) {
            bundles.add(map("name", each.name(), "version", each.version(), "sha256", each.sha256()));
        }
        List<Object> jobs = new ArrayList<>();
        for (Result each : results) {
            jobs.add(map("name", each.job().name(), "command", each.job().command(), "passed", each.passed(),
                    "exit", each.exit().isPresent() ? each.exit().getAsInt() : null, "expected", each.job().expected(),
                    "seconds", each.seconds(), "folder", each.folder().toString(), "files", each.files()));
        }
        return map("lab", map("arch", "x86-64", "kernel", kernel, "boots", outcome.boots(), "bootSeconds", outcome.bootSeconds(),
                "ended", outcome.ended(), "trouble", outcome.trouble(), "seconds", seconds, "folder", share.toString()),
                "bundles", bundles, "jobs", jobs, "screens", screens.stream().map(Path::toString).toList());
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }
}
