package sharebuf.fields;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) into maps, lists, texts, {@link BigDecimal} numbers, booleans, and {@link #NULL}. A key that stands twice in an
 * object is an error, as is anything behind the value.
 *
 * <p>Confined to one thread; errors name line and column.
 */
public final class JsonReader {
    /** The JSON value null. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };
    private static final int MAX_DEPTH = 64;

    private final String name;
    private final String text;
    private int at;

    private JsonReader(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * Reads a text.
     *
     * @param name of the file, for messages
     * @param text the text
     * @return the value
     * @throws WrongField where it is no JSON
     */
    public static Object read(String name, String text) throws WrongField {
        JsonReader reader = new JsonReader(name, text);
        Object value = reader.value(0);
        reader.space();
        if (reader.at < text.length()) {
            throw reader.wrong("nothing more");
        }
        return value;
    }

    private Object value(int depth) throws WrongField {
        space();
        if (depth > MAX_DEPTH) {
            throw wrong("at most " + MAX_DEPTH + " levels");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) throws WrongField {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        space();
        if (peek() == '}') {
            at++;
            return map;
        }
        while (true) {
            space();
            int start = at;
            String key = string();
            if (map.containsKey(key)) {
                at = start;
                throw wrong("each key once, '" + key + "' stands twice");
            }
            space();
            expect(':');
            map.put(key, value(depth + 1));
            space();
            if (peek() != ',') {
                expect('}');
                return map;
            }
            at++;
        }
    }

    private List<Object> array(int depth) throws WrongField {
        List<Object> list = new ArrayList<>();
        at++;
        space();
        if (peek() == ']') {
            at++;
            return list;
        }
        while (true) {
            list.add(value(depth + 1));
            space();
            if (peek() != ',') {
                expect(']');
                return list;
            }
            at++;
        }
    }

    private String string() throws WrongField {
        expect('"');
        StringBuilder s = new StringBuilder();
        while (peek() != '"') {
            char c = peek();
            if (c < 0x20) {
                throw wrong("the end of the text before the end of the " + (at < text.length() ? "line" : "file"));
            }
            at++;
            if (c == '\\') {
                c = switch (peek()) {
                    case '"', '\\', '/' -> peek();
                    case 'b' -> '\b';
                    case 'f' -> '\f';
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    case 'u' -> unicode();
                    default -> throw wrong("one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
                };
                at++;
            }
            s.append(c);
        }
        at++;
        return s.toString();
    }

    /** The four digits behind {@code u}; stays on the last. */
    private char unicode() throws WrongField {
        String digits = text.substring(at + 1, Math.min(at + 5, text.length()));
        if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw wrong("four hexadecimal digits");
        }
        at += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private BigDecimal number() throws WrongField {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
            at = start;
            throw wrong("a value");
        }
        return new BigDecimal(digits);
    }

    private Object word(String word, Object value) throws WrongField {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private void expect(char c) throws WrongField {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private WrongField wrong(String allowed) {
        int line = 1 + (int) text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
        int column = at - text.lastIndexOf('\n', Math.max(0, at - 1));
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the file";
        return new WrongField(name, ":", line + ":" + column, found, allowed);
    }
}
