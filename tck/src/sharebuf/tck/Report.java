package sharebuf.tck;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What the cases said: a line each, and the same as JSON. Holds text only, so that nothing of the plug-in outlives it. */
final class Report {
    private record Line(String name, boolean passed, String what) {
    }

    private final String jar;
    private final PrintStream out;
    private final List<Line> lines = new ArrayList<>();
    private String bundle = "";
    private String kind = "";
    private String pid = "";

    Report(String jar, PrintStream out) {
        this.jar = jar;
        this.out = out;
    }

    void about(String bundleName, String pluginKind, String pluginPid) {
        bundle = bundleName;
        kind = pluginKind;
        pid = pluginPid;
        out.println(bundle + ": " + kind + " " + pid);
    }

    void passed(String name, String what) {
        add(new Line(name, true, what));
    }

    void failed(String name, String why) {
        add(new Line(name, false, why));
    }

    private void add(Line line) {
        lines.add(line);
        out.printf("%s  %-24s %s%n", line.passed ? "pass" : "FAIL", line.name, line.what);
    }

    long failed() {
        return lines.stream().filter(l -> !l.passed).count();
    }

    void finish() {
        out.println(lines.size() - failed() + " passed, " + failed() + " failed");
        lines.stream().filter(l -> !l.passed).forEach(l -> System.err.println("sharebuf: check: " + jar + " fails " + l.name));
    }

    String json() {
        StringBuilder s = new StringBuilder("{\"jar\":").append(quoted(jar)).append(",\"bundle\":").append(quoted(bundle)).append(",\"kind\":").append(quoted(kind))
                .append(",\"pid\":").append(quoted(pid)).append(",\"passed\":").append(lines.size() - failed()).append(",\"failed\":").append(failed()).append(",\"cases\":[");
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            s.append(i == 0 ? "" : ",").append("{\"name\":").append(quoted(line.name)).append(",\"outcome\":\"").append(line.passed ? "pass" : "fail").append("\",\"what\":")
                    .append(quoted(line.what)).append('}');
        }
        return s.append("]}").toString();
    }

    private static String quoted(String text) {
        StringBuilder s = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                s.append('\\').append(c);
            } else if (c < ' ') {
                s.append(String.format("\\u%04x", (int) c));
            } else {
                s.append(c);
            }
        }
        return s.append('"').toString();
    }
}
