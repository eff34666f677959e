package sharebuf.deploy;

import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A JSON value with the line where it began. Immutable. */
sealed interface Json {
    /** Counted from 1. */
    int line();

    /** As messages show it. */
    String shown();

    /** As maps, lists, texts, numbers and truths. */
    Object plain();

    /** As JSON, in one line. */
    String written();

    /** An object; members in the order of the file. */
    record Members(int line, Map<String, Json> of) implements Json {
        @Override
        public String shown() {
            return "an object";
        }

        @Override
        public Object plain() {
            Map<String, Object> all = new LinkedHashMap<>();
            of.forEach((name, value) -> all.put(name, value.plain()));
            return all;
        }

        @Override
        public String written() {
            return of.entrySet().stream().map(e -> quoted(e.getKey()) + ": " + e.getValue().written()).collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /** An array. */
    record Items(int line, List<Json> of) implements Json {
        @Override
        public String shown() {
            return "an array";
        }

        @Override
        public Object plain() {
            return of.stream().map(Json::plain).toList();
        }

        @Override
        public String written() {
            return of.stream().map(Json::written).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** A text. */
    record Text(int line, String of) implements Json {
        @Override
        public String shown() {
            return "\"" + of + "\"";
        }

        @Override
        public Object plain() {
            return of;
        }

        @Override
        public String written() {
            return quoted(of);
        }
    }

    /** A number as it was written, true, false or null. */
    record Literal(int line, String of) implements Json {
        @Override
        public String shown() {
            return of;
        }

        @Override
        public Object plain() {
            return switch (of) {
                case "true", "false" -> Boolean.valueOf(of);
                case "null" -> sharebuf.fields.JsonReader.NULL; // no value of any key, and said so where it is looked at
                default -> new BigDecimal(of);
            };
        }

        @Override
        public String written() {
            return of;
        }
    }

    private static String quoted(String text) {
        return JsonProvider.provider().createValue(text).toString();
    }
}
