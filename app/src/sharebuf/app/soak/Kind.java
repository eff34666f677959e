package sharebuf.app.soak;

import java.util.Locale;

/** How a plug-in misbehaves in the middle of a call. */
enum Kind {
    /** It throws an exception. */
    EXCEPTION(4),
    /** It throws an Error. */
    ERROR(4),
    /** It does not come back before it is interrupted. */
    HANG(1),
    /** It takes 300 ms and hears no interrupt. */
    SLOW(3),
    /** It stops its own bundle, and goes on. */
    STOP(3);

    /** How often it is drawn, beside the others. */
    final int weight;

    Kind(int weight) {
        this.weight = weight;
    }

    /** As it is typed, and as plug-ins are told. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
