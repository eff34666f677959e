package sharebuf.broker.seat;

import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;

/**
 * What a plug-in threw, copied: class name, message and the top of the stack as text. The throwable itself is dropped, because its
 * backtrace keeps the plug-in's class loader alive, even when it is an exception of the JDK.
 *
 * <p>Immutable.
 *
 * @param type name of its class
 * @param message its message; empty when it had none
 * @param stack the top frames
 */
record Thrown(String type, String message, List<String> stack) {
    private static final int FRAMES = 6;

    static Thrown of(Throwable t) {
        String message;
        try {
            message = t.getMessage() == null ? "" : t.getMessage();
        } catch (Throwable hostile) {
            message = "(its getMessage threw " + hostile.getClass().getName() + ")";
        }
        StackTraceElement[] frames = t.getStackTrace();
        return new Thrown(t.getClass().getName(), message, java.util.Arrays.stream(frames).limit(FRAMES).map(StackTraceElement::toString).toList());
    }

    Refusal refusal(Errno errno, String plugin, String operation) {
        String at = stack.isEmpty() ? "" : " at " + stack.getFirst();
        return Refusal.of(errno, "plug-in " + plugin + " " + operation, type + (message.isEmpty() ? "" : ": " + message) + at,
                "a return without an exception");
    }
}
