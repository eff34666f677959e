package sharebuf.app.tour;

import sharebuf.app.cli.WrongCall;

/** Plays an idea through the public API. */
interface Scene {
    /**
     * Plays.
     *
     * @param stage where
     * @param seen gets what is seen
     * @throws Exception any; then the idea is not shown
     */
    void play(Stage stage, Seen seen) throws Exception;
}
