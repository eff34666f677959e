package sharebuf.lab;

/** Tells a person what is going on. */
@FunctionalInterface
interface Progress {
    /** One line. */
    void say(String line);
}
