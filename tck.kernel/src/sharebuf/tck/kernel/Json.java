package sharebuf.tck.kernel;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes maps, collections, numbers and texts as JSON: an entry a line at the top, and for each of a list of objects. */
final class Json {
    private Json() {
    }

    /** An object with its members in order. */
    static Map<String, Object> object(Object... pairs) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            object.put((String) pairs[i], pairs[i + 1]);
        }
        return object;
    }

    static String write(Map<String, Object> root) {
        return root.entrySet().stream().map(e -> "  " + quoted(e.getKey()) + ": " + block(e.getValue())).collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    private static String block(Object value) {
        return value instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Map<?, ?>
                ? list.stream().map(each -> "    " + flat(each)).collect(Collectors.joining(",\n", "[\n", "\n  ]")) : flat(value);
    }

    private static String flat(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream().map(e -> quoted(e.getKey().toString()) + ": " + flat(e.getValue())).collect(Collectors.joining(", ", "{", "}"));
            case Collection<?> list -> list.stream().map(Json::flat).collect(Collectors.joining(", ", "[", "]"));
            case Number n -> n.toString();
            case Boolean b -> b.toString();
            default -> quoted(value.toString());
        };
    }

    private static String quoted(String text) {
        StringBuilder s = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                s.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                s.append(String.format("\\u%04x", (int) c));
            } else {
                s.append(c);
            }
        }
        return s.append('"').toString();
    }
}
