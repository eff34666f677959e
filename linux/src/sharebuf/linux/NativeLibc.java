package sharebuf.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * {@link Libc} by downcalls. Each thread has one piece of memory for errno and small structures, so that a call allocates nothing.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class NativeLibc implements Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
    // Constants, so that the JIT sees through them; variadic arguments are passed as the ABI demands.
    private static final MethodHandle OPEN = call("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = call("close", -1, JAVA_INT, JAVA_INT);
    private static final MethodHandle IOCTL = call("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle FCNTL = call("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle READ = call("read", -1, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle POLL = call("poll", -1, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle MEMFD = call("memfd_create", -1, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle TRUNCATE = call("ftruncate", -1, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MMAP = call("mmap", -1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = call("munmap", -1, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FSTAT = call("fstat", -1, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle SEEK = call("lseek", -1, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle FSTATFS = call("fstatfs", -1, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle MEMSET = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("memset"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG));
    private static final MethodHandle PAGESIZE = call("getpagesize", -1, JAVA_INT);

    private static final long BUFFER = 16; // behind errno
    private static final long STAT = 256; // struct stat has 144 bytes on x86-64, 128 on arm64; st_dev and st_ino begin both; struct statfs has 120
    private static final long FD = BUFFER; // struct pollfd
    private static final long EVENTS = BUFFER + 4;
    private static final long REVENTS = BUFFER + 6;

    private final ThreadLocal<MemorySegment> local = ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BUFFER + STAT, 16));
    private final long page;

    NativeLibc() {
        try {
            page = (int) PAGESIZE.invokeExact(local.get());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static MethodHandle call(String name, int variadic, ValueLayout result, ValueLayout... arguments) {
        Linker.Option errno = Linker.Option.captureCallState("errno");
        Linker.Option[] options = variadic < 0 ? new Linker.Option[] {errno} : new Linker.Option[] {errno, Linker.Option.firstVariadicArg(variadic)};
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), options);
    }

    @Override
    public int open(Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = local.get();
            return result((int) OPEN.invokeExact(s, arena.allocateFrom(path.toString()), flags, 0), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int close(int fd) {
        try {
            MemorySegment s = local.get();
            return result((int) CLOSE.invokeExact(s, fd), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment arg) {
        try {
            MemorySegment s = local.get();
            return result((int) IOCTL.invokeExact(s, fd, request, arg), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int fcntl(int fd, int command, long arg) {
        try {
            MemorySegment s = local.get();
            return result((int) FCNTL.invokeExact(s, fd, command, arg), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long read(int fd, MemorySegment into) {
        try {
            MemorySegment s = local.get();
            return result((long) READ.invokeExact(s, fd, into, into.byteSize()), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int poll(int fd, int events, int millis) {
        try {
            MemorySegment s = local.get();
            s.set(JAVA_INT, FD, fd);
            s.set(JAVA_SHORT, EVENTS, (short) events);
            s.set(JAVA_SHORT, REVENTS, (short) 0);
            int found = result((int) POLL.invokeExact(s, s.asSlice(BUFFER), 1L, millis), s);
            return found <= 0 ? found : Short.toUnsignedInt(s.get(JAVA_SHORT, REVENTS));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int memfd(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = local.get();
            return result((int) MEMFD.invokeExact(s, arena.allocateFrom(name), flags), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int truncate(int fd, long size) {
        try {
            MemorySegment s = local.get();
            return result((int) TRUNCATE.invokeExact(s, fd, size), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long mmap(long address, long size, int protection, int flags, int fd, long offset) {
        try {
            MemorySegment s = local.get();
            return result((long) MMAP.invokeExact(s, address, size, protection, flags, fd, offset), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int munmap(long address, long size) {
        try {
            MemorySegment s = local.get();
            return result((int) MUNMAP.invokeExact(s, address, size), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public void zero(MemorySegment bytes) {
        try {
            MemorySegment _ = (MemorySegment) MEMSET.invokeExact(bytes, 0, bytes.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long seek(int fd, long offset, int whence) {
        try {
            MemorySegment s = local.get();
            return result((long) SEEK.invokeExact(s, fd, offset, whence), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long fileSystem(int fd) {
        try {
            MemorySegment s = local.get();
            int done = result((int) FSTATFS.invokeExact(s, fd, s.asSlice(BUFFER)), s);
            return done < 0 ? done : s.get(JAVA_LONG, BUFFER); // f_type, a word at the beginning
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public Optional<FileId> identity(int fd) {
        try {
            MemorySegment s = local.get();
            int done = (int) FSTAT.invokeExact(s, fd, s.asSlice(BUFFER));
            return done == 0 ? Optional.of(new FileId(s.get(JAVA_LONG, BUFFER), s.get(JAVA_LONG, BUFFER + 8))) : Optional.empty();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public long page() {
        return page;
    }

    /** Memory for the errno of one call: the first argument of a handle of {@link #call}. */
    static MemorySegment state(Arena arena) {
        return arena.allocate(STATE);
    }

    static int result(int value, MemorySegment state) {
        return value != -1 ? value : -(int) ERRNO.get(state, 0L);
    }

    static long result(long value, MemorySegment state) {
        return value != -1 ? value : -(int) ERRNO.get(state, 0L);
    }

    static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t); // method handles of C functions throw nothing checked
        };
    }
}
