package sharebuf.app.flow;

import java.util.List;
import sharebuf.app.media.Turn;

/** Who keeps the books of frames: whole, torn, or never seen. Thread-safe. */
interface Books {
    /** Whose they are. */
    String reader();

    /** What became of a frame. */
    Fate fate(long frame);

    /** How it sees pictures. */
    default Turn turn() {
        return Turn.NONE;
    }

    /** The first few that were torn, for people. */
    List<String> notes();

    /** What became of a frame at one reader. */
    enum Fate {
        WHOLE, TORN, LOST, NOT_MEANT
    }
}
