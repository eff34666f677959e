package sharebuf.broker;

import java.util.Arrays;
import java.util.List;
import sharebuf.buffer.Outcome;

/**
 * Where the broker was called: class, method and line of the first frame that is not its own.
 *
 * <p>The stack is remembered, and read when somebody asks or in {@link #settle}: most of what is taken is given back before. A stack that is remembered
 * keeps the class loaders of its frames, so it must be settled before long.
 *
 * <p>Thread-safe.
 */
final class CallSite {
    /** Names of classes of the broker, and of what may lie between it and its caller, begin so. */
    private static final List<String> INSIDE = List.of("sharebuf.broker.", Outcome.class.getName(), "jdk.internal.reflect.", "java.lang.reflect.", "java.lang.invoke.");

    /** A {@link Stack}, later the text. */
    private volatile Object seen;

    private CallSite(Object seen) {
        this.seen = seen;
    }

    /** Nothing but its stack. */
    private static final class Stack extends Throwable {
        private static final long serialVersionUID = 1;

        private Stack() {
            super(null, null, false, true);
        }
    }

    /** The current one, to be read later if at all. */
    static CallSite here() {
        // Walking would be no slower for the few frames that count, but the JVM looks each method up in a table, in which whoever changes it
        // waits for whoever reads it, and that may be a thread which waits for a processor.
        return new CallSite(new Stack());
    }

    /** One that is known as text. */
    static CallSite of(String text) {
        return new CallSite(text);
    }

    /** The current one, at once. */
    static String now() {
        return StackWalker.getInstance().walk(frames -> frames.filter(f -> isOutside(f.getClassName())).findFirst()
                .map(f -> text(f.getClassName(), f.getMethodName(), f.getLineNumber()))).orElse("unknown");
    }

    private static boolean isOutside(String className) {
        return INSIDE.stream().noneMatch(className::startsWith);
    }

    private static String text(String className, String method, int line) {
        return className + "." + method + ":" + line;
    }

    /** Reads the stack, and keeps nothing of it but the text. */
    void settle() {
        if (seen instanceof Stack stack) {
            seen = Arrays.stream(stack.getStackTrace()).filter(f -> isOutside(f.getClassName())).findFirst()
                    .map(f -> text(f.getClassName(), f.getMethodName(), f.getLineNumber())).orElse("unknown");
        }
    }

    @Override
    public String toString() {
        settle();
        return (String) seen;
    }
}
