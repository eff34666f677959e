package sharebuf.lab;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A line of a list of the guest: {@code NAME [arch=ARCH] REST}. Lines for other processors, empty ones and those that start with # are
 * left out.
 *
 * @param name the first word
 * @param rest what comes after it; may be empty
 */
record Setting(String name, String rest) {
    private static final Pattern LINE = Pattern.compile("(\\S+)(?:\\s+arch=(\\S+))?(?:\\s+(.*))?");

    static List<Setting> of(List<String> lines, Arch arch) {
        return lines.stream().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).flatMap(line -> {
            Matcher parts = LINE.matcher(line);
            if (!parts.matches() || parts.group(2) != null && Arch.of(parts.group(2)) != arch) {
                return Stream.empty();
            }
            return Stream.of(new Setting(parts.group(1), parts.group(3) == null ? "" : parts.group(3)));
        }).toList();
    }
}
