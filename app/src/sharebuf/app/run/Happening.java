package sharebuf.app.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.MovePolicy;
import sharebuf.plugin.Quantity;

/**
 * Something that is done in the middle of a run: {@code --at FRAME:ACTION}.
 *
 * <p>Immutable.
 *
 * @param frame at which frame of the camera, from 0
 * @param action what
 * @param target on which device, bundle or file
 */
public record Happening(long frame, Action action, String target) {
    /** What can be done. */
    public enum Action {
        /** A device joins. */
        ATTACH,
        /** A device leaves. */
        DETACH,
        /** A bundle is stopped. */
        STOP,
        /** A bundle is started. */
        START,
        /** A bundle is installed and started. */
        INSTALL,
        /** A bundle is replaced while its buffers live: by a jar, {@code BUNDLE:FILE.jar}, or by a copy under the next version, {@code BUNDLE}. */
        SWAP;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final String FORM = "FRAME:ACTION, ACTION one of attach=DEVICE detach=DEVICE stop=BUNDLE start=BUNDLE install=FILE.jar"
        + " swap=BUNDLE[:FILE.jar]";

    /**
     * Reads one.
     *
     * @param text as typed
     * @param frames how many frames the run has
     * @return what is to be done when
     * @throws WrongCall when it is none
     */
    public static Happening parse(String text, long frames) throws WrongCall {
        int colon = text.indexOf(':');
        int equals = text.indexOf('=', colon + 1);
        if (colon < 1 || equals < 0 || equals == text.length() - 1) {
            throw WrongCall.option("--at", text, FORM);
        }
        long frame;
        try {
            frame = Long.parseLong(text.substring(0, colon));
        } catch (NumberFormatException e) {
            throw WrongCall.option("--at", text, FORM);
        }
        if (frame < 0 || frame >= frames) {
            throw WrongCall.option("--at", text, "FRAME from 0 to " + (frames - 1) + ", the run has " + frames + " frames");
        }
        String name = text.substring(colon + 1, equals);
        String target = text.substring(equals + 1);
        Action action = Arrays.stream(Action.values()).filter(a -> a.toString().equals(name)).findFirst()
                .orElseThrow(() -> WrongCall.option("--at", text, FORM));
        Happening happening = new Happening(frame, action, target);
        if (happening.jar().filter(file -> !Files.isRegularFile(file)).isPresent() || happening.bundle().isEmpty()) {
            throw WrongCall.option("--at", text, action == Action.SWAP ? "BUNDLE, or BUNDLE:FILE.jar with a jar that exists" : "a jar that exists");
        }
        return happening;
    }

    /**
     * The bundle to change.
     *
     * @return its symbolic name; of {@link Action#INSTALL} and the actions on devices the whole target
     */
    public String bundle() {
        return action == Action.SWAP && target.contains(":") ? target.substring(0, target.indexOf(':')) : target;
    }

    /**
     * The jar to install.
     *
     * @return empty where the action names none
     */
    public Optional<Path> jar() {
        return switch (action) {
            case INSTALL -> Optional.of(Path.of(target));
            case SWAP -> target.contains(":") ? Optional.of(Path.of(target.substring(target.indexOf(':') + 1))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /**
     * Reads what an attach may do.
     *
     * @param text {@code never}, {@code ask} or {@code allow[:BYTES]}
     * @return the policy
     * @throws WrongCall when it is none
     */
    public static MovePolicy policy(String text) throws WrongCall {
        List<String> parts = List.of(text.split(":", 2));
        try {
            switch (parts.getFirst()) {
                case "never" -> {
                    if (parts.size() == 1) {
                        return MovePolicy.NEVER;
                    }
                }
                case "ask" -> {
                    if (parts.size() == 1) {
                        return MovePolicy.ASK;
                    }
                }
                case "allow" -> {
                    return new MovePolicy.Allow(parts.size() == 1 ? Long.MAX_VALUE : Quantity.parse(parts.get(1)));
                }
                default -> { }
            }
        } catch (IllegalArgumentException e) {
            throw WrongCall.option("--move", text, "never, ask, allow or allow:BYTES (" + e.getMessage() + ")");
        }
        throw WrongCall.option("--move", text, "never, ask, allow or allow:BYTES");
    }

    @Override
    public String toString() {
        return action + "=" + target;
    }
}
