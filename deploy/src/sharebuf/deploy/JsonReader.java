package sharebuf.deploy;

import jakarta.json.JsonException;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sharebuf.deployment.BoardException;

/**
 * Reads JSON with comments ({@code //} and {@code /*}), as OSGi Features may have them. Refuses what a plain reader lets pass: a member
 * that is given twice.
 */
final class JsonReader {
    private final String file;
    private final JsonParser parser;

    private JsonReader(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * Reads a text.
     *
     * @param file its name, for messages
     * @param text the text
     * @return the outermost object
     * @throws BoardException naming the line
     */
    static Json.Members read(String file, String text) throws BoardException {
        try (JsonParser parser = JsonProvider.provider().createParser(new StringReader(withoutComments(text)))) {
            JsonReader reader = new JsonReader(file, parser);
            Json value = reader.value(parser.next());
            if (value instanceof Json.Members members && !parser.hasNext()) {
                return members;
            }
            throw new BoardException(file, "line " + value.line(), value.shown(), "one object");
        } catch (JsonParsingException e) {
            throw new BoardException(file, "line " + e.getLocation().getLineNumber(), said(e), "JSON, as RFC 8259 has it, and comments");
        } catch (JsonException | java.util.NoSuchElementException e) {
            throw new BoardException(file, "end of the file", said(e), "JSON, as RFC 8259 has it, and comments");
        }
    }

    private static String said(RuntimeException e) {
        return e.getMessage() == null ? "it ends too early" : e.getMessage().lines().findFirst().orElse("");
    }

    private Json value(Event event) throws BoardException {
        int line = line();
        return switch (event) {
            case START_OBJECT -> members(line);
            case START_ARRAY -> items(line);
            case VALUE_STRING -> new Json.Text(line, parser.getString());
            case VALUE_NUMBER -> new Json.Literal(line, parser.getString());
            case VALUE_TRUE -> new Json.Literal(line, "true");
            case VALUE_FALSE -> new Json.Literal(line, "false");
            case VALUE_NULL -> new Json.Literal(line, "null");
            case KEY_NAME, END_OBJECT, END_ARRAY -> throw new IllegalStateException(event + " where a value begins");
        };
    }

    private Json members(int line) throws BoardException {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.next() == Event.KEY_NAME) {
            String name = parser.getString();
            int at = line();
            if (members.put(name, value(parser.next())) != null) {
                throw new BoardException(file, "line " + at, "\"" + name + "\" a second time", "each name once");
            }
        }
        return new Json.Members(line, members);
    }

    private Json items(int line) throws BoardException {
        List<Json> items = new ArrayList<>();
        for (Event event = parser.next(); event != Event.END_ARRAY; event = parser.next()) {
            items.add(value(event));
        }
        return new Json.Items(line, items);
    }

    private int line() {
        return (int) parser.getLocation().getLineNumber();
    }

    /** Comments become blanks, so that lines keep their numbers. */
    static String withoutComments(String text) {
        StringBuilder out = new StringBuilder(text);
        boolean quoted = false;
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (starts(text, i, '/')) {
                i = blank(out, i, text.indexOf('\n', i));
            } else if (starts(text, i, '*')) {
                int end = text.indexOf("*/", i + 2);
                i = blank(out, i, end < 0 ? -1 : end + 2);
            }
        }
        return out.toString();
    }

    private static boolean starts(String text, int at, char second) {
        return text.charAt(at) == '/' && at + 1 < text.length() && text.charAt(at + 1) == second;
    }

    private static int blank(StringBuilder out, int from, int end) {
        int to = end < 0 ? out.length() : end;
        for (int i = from; i < to; i++) {
            if (out.charAt(i) != '\n') {
                out.setCharAt(i, ' ');
            }
        }
        return to - 1;
    }
}
