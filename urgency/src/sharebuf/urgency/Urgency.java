package sharebuf.urgency;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which threads the system runs first where more of them want to run than there are processors (sched(7)). A priority of Java's, where the JVM hands it on at all, says
 * how large a share of a busy processor a thread gets in the long run; it may wait for its share while others use up theirs, which takes milliseconds.
 *
 * <p>A thread that is started by an urgent one is ordinary. {@link Thread#setPriority} ends {@link #FIRST} where the JVM hands priorities on.
 *
 * <p>Thread-safe. Where there is no such thing (another system than 64-bit Linux, a process without the right, which is root's or comes with {@code RLIMIT_NICE} and
 * {@code RLIMIT_RTPRIO}, native access denied), nothing is given and nobody is told but by the answer.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
public enum Urgency {
    /** As any other. */
    ORDINARY(0, 0, 0),
    /**
     * Before ordinary ones, each of which gets a tenth of what it gets: for work that others wait for. When it sleeps or yields they run, also within the JVM, where
     * one thread may wait in such a way for another that is in the middle of something.
     */
    FIRST(0, 0, -10),
    /**
     * In real time, before all others and until it waits by itself: for what stands for hardware, and only for code that has run often. Where the JVM waits for
     * another thread by short sleeps, as when it links what is new, an ordinary one on the same processor gets no time to end that wait.
     */
    REAL_TIME(1, 1, 0);

    /** No thread. */
    public static final int NOBODY = -1;

    // Linux: uapi/linux/sched.h, uapi/linux/resource.h
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;
    private static final int PRIO_PROCESS = 0;

    private static final Optional<Calls> SYSTEM = Calls.find();

    private final int policy;
    private final int priority;
    private final int nice;

    Urgency(int policy, int priority, int nice) {
        this.policy = policy;
        this.priority = priority;
        this.nice = nice;
    }

    /** The calls of the C library. */
    private record Calls(MethodHandle schedSetscheduler, MethodHandle setpriority, MethodHandle gettid) {
        static Optional<Calls> find() {
            if (!System.getProperty("os.name").equals("Linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Calls(handle("sched_setscheduler", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS),
                        handle("setpriority", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), handle("gettid")));
            } catch (RuntimeException _) { // a C library without one of the calls, or native access denied
                return Optional.empty();
            }
        }

        private static MethodHandle handle(String name, MemoryLayout... arguments) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
        }
    }

    /**
     * The number that the system has for the current thread.
     *
     * @return as gettid(2); {@link #NOBODY} where there is none
     */
    public static int thread() {
        try {
            return SYSTEM.isPresent() ? (int) SYSTEM.get().gettid.invokeExact() : NOBODY;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Gives this urgency to a thread, which may be another one than the current.
     *
     * @param thread of this process, as {@link #thread} says it; one that has ended does no harm
     * @return whether it has it now
     */
    public boolean give(int thread) {
        if (thread == NOBODY || SYSTEM.isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            // The flag also for ordinary ones: taking it back needs more rights than the rest.
            return (int) SYSTEM.get().schedSetscheduler.invokeExact(thread, policy | SCHED_RESET_ON_FORK, arena.allocateFrom(ValueLayout.JAVA_INT, priority)) == 0
                    && (int) SYSTEM.get().setpriority.invokeExact(PRIO_PROCESS, thread, nice) == 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Gives it to threads of this process that are known by their name only: those of the JVM itself are no threads of Java.
     *
     * @param name as proc_pid_comm(5) says it: of 15 bytes at most
     * @return how many have it now
     */
    public int giveNamed(String name) {
        int count = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().equals(name) && give(Integer.parseInt(thread.getFileName().toString()))) {
                    count++;
                }
            }
        } catch (IOException | DirectoryIteratorException _) { // no such file system, or a thread ended meanwhile
            return count;
        }
        return count;
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t); // method handles of C functions throw nothing checked
        };
    }
}
