package sharebuf.app.tour;

import java.util.ArrayList;
import java.util.List;

/**
 * What a scene has seen. Each sight is a check: what is claimed and not seen ends the scene.
 *
 * <p>Confined to one thread.
 */
final class Seen {
    private final List<String> lines = new ArrayList<>();

    /** Something was claimed and is not so. */
    static final class NotSeen extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotSeen(String what) {
            super(what);
        }
    }

    /** Claims something. */
    void that(boolean so, String what) {
        if (!so) {
            throw new NotSeen("not seen: " + what);
        }
        lines.add(what);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
