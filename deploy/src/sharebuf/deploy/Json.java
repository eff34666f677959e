package sharebuf.deploy;

import java.util.List;
import java.util.Map;

/** A JSON value with the line where it began. Immutable. */
sealed interface Json {
    /** Counted from 1. */
    int line();

    /** As messages show it. */
    String shown();

    /** An object; members in the order of the file. */
    record Members(int line, Map<String, Json> of) implements Json {
        @Override
        public String shown() {
            return "an object";
        }
    }

    /** An array. */
    record Items(int line, List<Json> of) implements Json {
        @Override
        public String shown() {
            return "an array";
        }
    }

    /** A text. */
    record Text(int line, String of) implements Json {
        @Override
        public String shown() {
            return "\"" + of + "\"";
        }
    }

    /** A number as it was written, true, false or null. */
    record Literal(int line, String of) implements Json {
        @Override
        public String shown() {
            return of;
        }
    }
}
