package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What a case does to this process: signals to a thread, a smaller table of descriptors. Numbers are those of Linux (asm-generic/signal.h,
 * asm-generic/resource.h), the same on x86-64 and arm64.
 *
 * <p>Immutable.
 */
@SuppressWarnings("restricted") // calls of the C library
final class Process {
    /** The JVM has a handler for it, and ignores it: all that it does is to interrupt a system call. */
    private static final int SIGPIPE = 13;
    private static final int RLIMIT_NOFILE = 7;

    private final MethodHandle gettid = handle("gettid", FunctionDescriptor.of(ValueLayout.JAVA_INT));
    private final MethodHandle tgkill = handle("tgkill", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private final MethodHandle getrlimit = handle("getrlimit", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private final MethodHandle setrlimit = handle("setrlimit", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        return linker.downcallHandle(libc.findOrThrow(name), type);
    }

    /** The number of the calling thread. */
    int thread() {
        try {
            return (int) gettid.invokeExact();
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** Interrupts the system call that a thread is in, if it is in one. */
    void signal(int thread) {
        try {
            int _ = (int) tgkill.invokeExact((int) ProcessHandle.current().pid(), thread, SIGPIPE);
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    /** How many descriptors this process may have; it may be set up to a second limit. */
    long descriptors() {
        try (Arena arena = Arena.ofConfined()) {
            return limits(arena).get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** Sets how many descriptors this process may have. */
    void descriptors(long most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = limits(arena);
            limits.set(ValueLayout.JAVA_LONG, 0, most);
            if ((int) setrlimit.invokeExact(RLIMIT_NOFILE, limits) != 0) {
                throw new IllegalStateException("setrlimit of " + most + " descriptors");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
    }

    private MemorySegment limits(Arena arena) {
        MemorySegment limits = arena.allocate(16, 8);
        try {
            if ((int) getrlimit.invokeExact(RLIMIT_NOFILE, limits) != 0) {
                throw new IllegalStateException("getrlimit");
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable t) {
            throw new IllegalStateException(t);
        }
        return limits;
    }
}
