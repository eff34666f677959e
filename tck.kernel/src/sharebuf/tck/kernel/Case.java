package sharebuf.tck.kernel;

import java.util.List;
import java.util.Optional;

/**
 * A case.
 *
 * <p>Immutable.
 *
 * @param name group and name, such as {@code udmabuf/unaligned_offset}
 * @param level how high it plays
 * @param model whose test it follows, or which law of the project it checks
 * @param needs what the machine must have
 * @param body plays it
 */
record Case(String name, Level level, String model, List<Need> needs, Body body) {
    /** What a case does. */
    interface Body {
        /**
         * Plays the case.
         *
         * @param stage what it may use; everything on it is taken down afterwards
         * @return what was seen, for people
         * @throws Exception the case failed; {@link Skipped} when the machine lacks something
         */
        String play(Stage stage) throws Exception;
    }

    /** Copies the list. */
    Case {
        needs = List.copyOf(needs);
    }

    String group() {
        return name.substring(0, name.indexOf('/'));
    }

    /** Whether words of the command line mean it: its name, or its group. */
    boolean is(String words) {
        return name.equals(words) || group().equals(words);
    }

    /** What of its needs the machine lacks. */
    Optional<String> missing(Finds finds) {
        return needs.stream().map(need -> need.missing(finds)).flatMap(Optional::stream).findFirst();
    }
}
