package sharebuf.deploy.jar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A manifest's header in the syntax of OSGi Core, 3.2.3: clauses with commas between, each with paths, attributes and directives. */
public final class ManifestHeader {
    /**
     * A clause.
     *
     * @param paths what it is about
     * @param attributes by name
     * @param directives by name
     */
    public record Clause(List<String> paths, Map<String, String> attributes, Map<String, String> directives) {
    }

    private ManifestHeader() {
    }

    /** Reads a header. Malformed parts are left to the framework, which refuses them when it installs the bundle. */
    static List<Clause> parse(String header) {
        List<Clause> clauses = new ArrayList<>();
        for (String text : split(header, ',')) {
            List<String> paths = new ArrayList<>();
            Map<String, String> attributes = new LinkedHashMap<>();
            Map<String, String> directives = new LinkedHashMap<>();
            for (String part : split(text, ';')) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    paths.add(part);
                } else if (part.charAt(equals - 1) == ':') {
                    directives.put(part.substring(0, equals - 1).strip(), unquoted(part.substring(equals + 1)));
                } else {
                    attributes.put(part.substring(0, equals).strip(), unquoted(part.substring(equals + 1)));
                }
            }
            clauses.add(new Clause(paths, attributes, directives));
        }
        return clauses;
    }

    /** Splits where a separator stands outside quotes. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            boolean end = i == text.length() || text.charAt(i) == separator && !quoted;
            if (end) {
                if (!text.substring(from, i).isBlank()) {
                    parts.add(text.substring(from, i).strip());
                }
                from = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return parts;
    }

    private static String unquoted(String value) {
        String bare = value.strip();
        return bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"") ? bare.substring(1, bare.length() - 1) : bare;
    }
}
