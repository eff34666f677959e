package sharebuf.app.cli;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Writes JSON: maps in their order, collections, texts, numbers, booleans, and {@code null} for an empty Optional.
 *
 * <p>Two spaces of indent; a list of plain values stays on one line.
 */
public final class Json {
    private Json() {
    }

    /**
     * Writes a value.
     *
     * @param value what is written
     * @return the text, with an end of line
     */
    public static String write(Object value) {
        StringBuilder s = new StringBuilder();
        append(s, value, 0);
        return s.append('\n').toString();
    }

    private static void append(StringBuilder s, Object value, int depth) {
        switch (value) {
            case null -> s.append("null");
            case Optional<?> o -> append(s, o.orElse(null), depth);
            case Map<?, ?> map -> object(s, map, depth);
            case Collection<?> list -> array(s, list, depth);
            case Double d when d.isNaN() || d.isInfinite() -> s.append("null");
            case Double d -> s.append(Math.rint(d * 1000) / 1000);
            case Number n -> s.append(n);
            case Boolean b -> s.append(b.booleanValue());
            default -> quote(s, value.toString());
        }
    }

    private static void object(StringBuilder s, Map<?, ?> map, int depth) {
        if (map.isEmpty()) {
            s.append("{}");
            return;
        }
        boolean flat = depth > 0 && map.values().stream().allMatch(Json::plain);
        s.append('{');
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            between(s, flat, depth + 1);
            quote(s, entry.getKey().toString());
            s.append(": ");
            append(s, entry.getValue(), depth + 1);
            s.append(entries.hasNext() ? "," : "");
            s.append(flat && entries.hasNext() ? " " : "");
        }
        between(s, flat, depth);
        s.append('}');
    }

    private static void array(StringBuilder s, Collection<?> list, int depth) {
        boolean flat = list.stream().allMatch(Json::plain);
        s.append('[');
        Iterator<?> values = list.iterator();
        while (values.hasNext()) {
            between(s, flat, depth + 1);
            append(s, values.next(), depth + 1);
            s.append(values.hasNext() ? "," : "");
            s.append(flat && values.hasNext() ? " " : "");
        }
        between(s, flat || list.isEmpty(), depth);
        s.append(']');
    }

    private static boolean plain(Object value) {
        return !(value instanceof Map<?, ?> || value instanceof Collection<?> || value instanceof Optional<?> o && o.isPresent() && !plain(o.get()));
    }

    private static void between(StringBuilder s, boolean flat, int depth) {
        if (!flat) {
            s.append('\n').append("  ".repeat(depth));
        }
    }

    private static void quote(StringBuilder s, String text) {
        s.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> s.append("\\\"");
                case '\\' -> s.append("\\\\");
                case '\n' -> s.append("\\n");
                case '\t' -> s.append("\\t");
                default -> {
                    // A lone surrogate is no text that a reader of UTF-8 would take.
                    boolean lone = Character.isHighSurrogate(c) && (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1)))
                            || Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
                    if (c < 0x20 || lone) {
                        s.append(String.format("\\u%04x", (int) c));
                    } else {
                        s.append(c);
                    }
                }
            }
        }
        s.append('"');
    }
}
