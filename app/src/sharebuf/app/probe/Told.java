package sharebuf.app.probe;

import sharebuf.buffer.Errno;
import sharebuf.linux.CallFailed;

/** Errnos in words. */
final class Told {
    private Told() {
    }

    static String errno(int number) {
        Errno known = Errno.of(number);
        return known.number() == number ? known.name() : "errno " + number;
    }

    static String problem(CallFailed e) {
        return e.what() + ": " + errno(e.errno());
    }
}
