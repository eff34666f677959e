package sharebuf.app.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The names in {@code bundles.txt}. */
final class CoreBundles {
    private CoreBundles() {
    }

    /** What a command starts with, in order. */
    static List<String> of(String command) {
        try (InputStream in = CoreBundles.class.getResourceAsStream("bundles.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return select(lines.lines().toList(), command);
        } catch (IOException e) {
            throw new IllegalStateException("bundles.txt in the launcher's own jar", e);
        }
    }

    static List<String> select(List<String> lines, String command) {
        String own = command + ":";
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .filter(line -> line.indexOf(':') < 0 || line.startsWith(own))
                .map(line -> line.substring(line.indexOf(':') + 1).strip()).toList();
    }
}
