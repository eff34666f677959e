package sharebuf.lab;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes maps, lists, strings, numbers, booleans and null as JSON. Immutable. */
final class Json {

    private Json() {
    }

    static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, "\n");
        return out.append('\n').toString();
    }

    private static void write(StringBuilder out, Object value, String indent) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                String sign = "{";
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(sign).append(indent).append("  ");
                    quote(out, entry.getKey().toString());
                    out.append(": ");
                    write(out, entry.getValue(), indent + "  ");
                    sign = ",";
                }
                out.append(map.isEmpty() ? "{}" : indent + "}");
            }
            case List<?> list -> {
                out.append('[');
                for (Iterator<?> items = list.iterator(); items.hasNext();) {
                    write(out, items.next(), indent);
                    out.append(items.hasNext() ? ", " : "");
                }
                out.append(']');
            }
            case Double number when number.isNaN() || number.isInfinite() -> out.append("null");
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
