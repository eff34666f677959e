package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.SizeRange;

/** Fixes as the reader types them. Stateless. */
final class Fixes {
    private Fixes() {
    }

    /** The same uses without one; the CPU alone when none is left. */
    static String without(UseId out, Collection<UseId> uses) {
        List<String> left = uses.stream().filter(u -> !u.equals(out)).map(UseId::toString).distinct().toList();
        return "--uses " + (left.isEmpty() ? "cpu" : String.join(",", left));
    }

    /** Each use once. */
    static String once(Collection<UseId> uses) {
        return "--uses " + String.join(",", uses.stream().map(UseId::toString).distinct().toList());
    }

    static List<UseId> ids(List<Party> parties) {
        return parties.stream().map(p -> p.use().id()).toList();
    }

    /** The names as typed, the wrong one replaced by the nearest that is there and not named already. */
    static String replaced(String wrong, List<String> names, List<String> there) {
        Optional<String> nearest = there.stream().filter(t -> !names.contains(t)).min(Comparator.comparingInt((String t) -> distance(wrong, t)).thenComparing(t -> t));
        List<String> fixed = new ArrayList<>(names);
        fixed.replaceAll(n -> n.equals(wrong) ? nearest.orElse("cpu") : n);
        return "--uses " + String.join(",", fixed.stream().distinct().toList());
    }

    /** A picture that a use takes, where bytes were asked for. */
    static String picture(FormatRange range) {
        SizeRange s = range.sizes();
        String size = s.contains(640, 480) ? "640x480" : s.minWidth() + "x" + s.minHeight();
        return "--format " + range.format() + " --size " + size;
    }

    /** Half the sides, for what is too large altogether. */
    static String smaller(BufferSpec spec) {
        return spec.format().isPresent() ? "--size " + Math.max(2, spec.width() / 4 * 2) + "x" + Math.max(2, spec.height() / 4 * 2) : "--bytes " + Math.max(1, spec.bytes() / 2);
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[b.length()];
    }
}
