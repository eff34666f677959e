package sharebuf.platform.linux;

import sharebuf.buffer.Errno;
import sharebuf.linux.CallFailed;
import sharebuf.node.DeviceException;

/** System calls that failed, in the words of the API. */
final class Failures {
    private Failures() {
    }

    static DeviceException of(String device, String operation, CallFailed why) {
        return of(device, operation, why.errno(), why.getMessage());
    }

    /** An errno that the API does not list keeps its number in the text. */
    static DeviceException of(String device, String operation, int number, String detail) {
        Errno errno = Errno.of(number);
        String text = errno.number() == number ? detail : detail.isEmpty() ? "errno " + number : detail + ", errno " + number;
        return new DeviceException(errno, device, operation, text);
    }

    /** The name of an errno, or its number where the API does not list it. */
    static String name(int number) {
        Errno errno = Errno.of(number);
        return errno.number() == number ? errno.name() : "errno " + number;
    }

    /** Where the API has no place for a failure of the system. */
    static IllegalStateException unexpected(CallFailed why) {
        Errno errno = Errno.of(why.errno());
        return new IllegalStateException((errno.number() == why.errno() ? errno + ": " : "") + why.getMessage(), why);
    }
}
