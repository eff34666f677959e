package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The few calls of the C library that the simulation needs: an anonymous file, its mappings, its holes. The only class with
 * native calls; {@link #find()} is empty where they do not exist, and {@link FileBacking} serves in their place.
 *
 * <p>Thread-safe. Flag values are those of Linux (asm-generic, uapi/linux/falloc.h, uapi/linux/memfd.h).
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class Libc {
    /** Mappings of files begin at multiples of this. Larger pages (arm64 with 16 or 64 KiB) make such a call fail with EINVAL. */
    static final long PAGE = 4096;

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 0x1;
    private static final int MAP_PRIVATE = 0x2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final int MFD_CLOEXEC = 1;

    private final MethodHandle memfdCreate;
    private final MethodHandle ftruncate;
    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle fallocate;
    private final MethodHandle close;
    private final StructLayout state = Linker.Option.captureStateLayout();
    private final VarHandle errno = state.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private Libc(Linker linker) {
        memfdCreate = handle(linker, "memfd_create", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        ftruncate = handle(linker, "ftruncate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        mmap = handle(linker, "mmap", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        munmap = handle(linker, "munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        fallocate = handle(linker, "fallocate", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
        close = handle(linker, "close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }

    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor type) {
        SymbolLookup lookup = linker.defaultLookup();
        return linker.downcallHandle(lookup.findOrThrow(name), type, Linker.Option.captureCallState("errno"));
    }

    /**
     * The calls, where they exist.
     *
     * @return empty on another system than 64-bit Linux
     */
    static Optional<Libc> find() {
        if (!System.getProperty("os.name").equals("Linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Libc(Linker.nativeLinker()));
        } catch (RuntimeException _) { // a C library without one of the calls, or native access denied: the fallback serves
            return Optional.empty();
        }
    }

    /**
     * An anonymous file of size 0.
     *
     * @return its descriptor
     */
    int anonymousFile(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            int fd = (int) memfdCreate.invokeExact(s, arena.allocateFrom(name), MFD_CLOEXEC);
            return (int) check(fd, "memfd_create", s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    void setSize(int fd, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            check((int) ftruncate.invokeExact(s, fd, size), "ftruncate to " + size + " bytes", s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Gives the pages of a range back; it reads zero afterwards. */
    void punchHole(int fd, long offset, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            check((int) fallocate.invokeExact(s, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, size),
                    "fallocate(PUNCH_HOLE) of " + size + " bytes", s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            check((int) close.invokeExact(s, fd), "close", s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Maps pieces of a file one behind the other, shared, for reading and writing.
     *
     * @param fd the file
     * @param offsets where the pieces begin, multiples of {@link #PAGE}
     * @param sizes their sizes, multiples of {@link #PAGE} except the last
     * @param arena unmaps them
     * @return all of them as one segment
     */
    MemorySegment map(int fd, long[] offsets, long[] sizes, Arena arena) {
        long total = 0;
        for (long size : sizes) {
            total = Math.addExact(total, size);
        }
        long at = offsets.length == 1 ? call(0, total, PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE, fd, offsets[0])
                : call(0, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        long bytes = total;
        MemorySegment all = MemorySegment.ofAddress(at).reinterpret(bytes, arena, s -> unmap(s.address(), bytes));
        if (offsets.length > 1) {
            long to = at; // the reservation is ours, so MAP_FIXED replaces nothing else
            for (int i = 0; i < offsets.length; i++) {
                call(to, sizes[i], PROT_READ_WRITE, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, offsets[i]);
                to += sizes[i];
            }
        }
        return all;
    }

    private long call(long address, long size, int protection, int flags, int fd, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            long at = (long) mmap.invokeExact(s, address, size, protection, flags, fd, offset);
            return check(at, "mmap of " + size + " bytes at file offset 0x" + Long.toHexString(offset), s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private void unmap(long address, long size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(state);
            check((int) munmap.invokeExact(s, address, size), "munmap of " + size + " bytes", s);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private long check(long result, String call, MemorySegment s) {
        if (result == -1) {
            throw new IllegalStateException(call + " failed with errno " + (int) errno.get(s, 0L));
        }
        return result;
    }

    private static RuntimeException unexpected(Throwable t) {
        return switch (t) {
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(t); // method handles of C functions throw nothing checked
        };
    }
}
