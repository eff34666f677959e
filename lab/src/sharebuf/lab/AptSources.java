package sharebuf.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where this machine gets Debian packages from, so that another suite can be asked for at the same mirror.
 *
 * @param uri    of the archive
 * @param signed path of its keyring; empty: apt's own keyrings
 */
record AptSources(String uri, String signed) {

    /** The first Debian archive in a machine's lists; security and other vendors' archives are none. */
    static Optional<AptSources> of(List<String> texts) {
        return texts.stream().flatMap(text -> (isStanzas(text) ? stanzas(text) : lines(text)).stream()).findFirst();
    }

    /** A list that asks the same archive for another suite. */
    String write(String suite) {
        return "Types: deb\nURIs: " + uri + "\nSuites: " + suite + "\nComponents: main\n"
                + (signed.isEmpty() ? "" : "Signed-By: " + signed + "\n");
    }

    private static boolean isStanzas(String text) {
        return text.lines().anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("uris:"));
    }

    private static List<AptSources> stanzas(String text) {
        List<AptSources> found = new ArrayList<>();
        for (String stanza : text.replaceAll("(?m)^#.*\\n?", "").split("\\n\\s*\\n")) {
            Map<String, String> fields = new HashMap<>();
            for (String line : stanza.lines().toList()) {
                int colon = line.indexOf(':');
                if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                    fields.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
                }
            }
            boolean enabled = !fields.getOrDefault("enabled", "yes").equals("no");
            if (enabled && words(fields, "types").contains("deb") && words(fields, "components").contains("main")) {
                words(fields, "uris").stream().filter(AptSources::isDebian).findFirst()
                        .ifPresent(uri -> found.add(new AptSources(uri, keyring(fields.getOrDefault("signed-by", "")))));
            }
        }
        return found;
    }

    private static List<String> words(Map<String, String> fields, String name) {
        return List.of(fields.getOrDefault(name, "").split("\\s+"));
    }

    private static List<AptSources> lines(String text) {
        List<AptSources> found = new ArrayList<>();
        for (String line : text.lines().map(String::strip).filter(each -> each.startsWith("deb ") || each.startsWith("deb\t")).toList()) {
            String options = line.contains("[") ? line.substring(line.indexOf('['), line.indexOf(']') + 1) : "";
            String[] words = line.substring(3).replace(options, "").strip().split("\\s+");
            if (words.length > 2 && List.of(words).contains("main") && isDebian(words[0])) {
                found.add(new AptSources(words[0], keyring(options.replaceAll(".*signed-by=([^\\] ]*).*", "$1"))));
            }
        }
        return found;
    }

    private static boolean isDebian(String uri) {
        return uri.contains("/debian") && !uri.contains("security");
    }

    /** A keyring can also be written out in the list itself, or not at all. */
    private static String keyring(String value) {
        return value.startsWith("/") ? value : "";
    }
}
