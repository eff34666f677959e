package sharebuf.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of a test run as JSON. */
final class TestReport {

    private TestReport() {
    }

    static void write(Path file, List<Result> results) throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (Result.Status status : Result.Status.values()) {
            long count = results.stream().filter(result -> result.status() == status).count();
            json.append('"').append(status.name().toLowerCase(Locale.ROOT)).append("\": ").append(count).append(", ");
        }
        List<String> lines = new ArrayList<>();
        for (Result each : results) {
            lines.add("  {\"class\": " + quote(each.type()) + ", \"method\": " + quote(each.method()) + ", \"name\": "
                + quote(each.name()) + ", \"status\": " + quote(each.status().name().toLowerCase(Locale.ROOT))
                + ", \"millis\": " + each.millis() + ", \"detail\": " + quote(each.detail()) + "}");
        }
        json.append("\"tests\": [\n").append(String.join(",\n", lines)).append("\n]}\n");
        if (file.toString().equals("-")) {
            System.out.print(json);
        } else {
            Files.writeString(file, json);
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < ' ') {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
