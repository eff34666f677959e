package sharebuf.app.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.app.cli.WrongCall;

/**
 * Something that a soak does: {@code FRAME ACTION ARGUMENTS}, such as {@code 340 swap importer.drm}.
 *
 * <p>Immutable.
 *
 * @param frame at which frame of the first camera, or as soon as the step before is done
 * @param action what
 * @param arguments on what
 */
record Step(long frame, Action action, List<String> arguments) {
    /** What can be done. */
    enum Action {
        /** {@code BUNDLE}: replaced by a copy under the next version. */
        SWAP(1),
        /** {@code BUNDLE}: stopped, and started again at once. */
        BOUNCE(1),
        /** {@code BUNDLE}: stopped. */
        STOP(1),
        /** {@code BUNDLE}: started. */
        START(1),
        /** {@code DEVICE POLICY}: joins the first pipeline; POLICY as of {@code run --move}. */
        ATTACH(2),
        /** {@code DEVICE}: leaves the first pipeline. */
        DETACH(1),
        /** {@code BUNDLE METHOD N KIND}: the N-th call of a method from now on misbehaves. */
        FAULT(4),
        /** {@code SEED}: an application that takes, fills, attaches, moves and gives back. */
        WORK(1);

        private final int arguments;

        Action(int arguments) {
            this.arguments = arguments;
        }

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern LINE = Pattern.compile("(\\d{1,9}) ([a-z]+)((?: \\S+)*?)(?: \\|.*)?");

    /** Copies the list. */
    Step {
        arguments = List.copyOf(arguments);
    }

    static Step of(long frame, Action action, Object... arguments) {
        return new Step(frame, action, Arrays.stream(arguments).map(String::valueOf).toList());
    }

    String argument(int index) {
        return arguments.get(index);
    }

    /**
     * Reads a line as it is printed; what follows a bar is the outcome of another time and not looked at.
     *
     * @throws WrongCall when it is none
     */
    static Step parse(String where, String line) throws WrongCall {
        Matcher m = LINE.matcher(line.strip());
        Action action = m.matches() ? Arrays.stream(Action.values()).filter(a -> a.toString().equals(m.group(2))).findFirst().orElse(null) : null;
        List<String> arguments = action == null || m.group(3).isBlank() ? List.of() : List.of(m.group(3).strip().split(" "));
        if (action == null || arguments.size() != action.arguments) {
            throw new WrongCall(where + ": '" + line + "'; allowed: FRAME ACTION ARGUMENTS, such as 340 swap importer.drm, 350 fault allocator.cma place 2 error");
        }
        return new Step(Long.parseLong(m.group(1)), action, arguments);
    }

    @Override
    public String toString() {
        return (frame + " " + action + " " + String.join(" ", arguments)).strip();
    }
}
