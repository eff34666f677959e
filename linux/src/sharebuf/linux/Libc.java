package sharebuf.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The system calls that devices and their memory need. A call returns as the kernel does: at least 0, or the errno with a minus. So
 * EAGAIN, which is no failure, costs no exception; and a test can play the kernel.
 *
 * <p>Thread-safe. Nothing is repeated on EINTR here. Flag values are those of Linux (asm-generic/fcntl.h, linux/fcntl.h,
 * linux/memfd.h, asm-generic/mman-common.h), the same on x86-64 and arm64.
 */
public interface Libc {
    /** For {@link #open}. */
    int O_RDWR = 2;
    /** For {@link #open}. */
    int O_NONBLOCK = 0x800;
    /** For {@link #open}. */
    int O_CLOEXEC = 0x80000;
    /** For {@link #memfd}. */
    int MFD_CLOEXEC = 1;
    /** For {@link #memfd}. */
    int MFD_ALLOW_SEALING = 2;
    /** For {@link #fcntl}: another descriptor of the same open file, closed on exec. */
    int F_DUPFD_CLOEXEC = 1030;
    /** For {@link #fcntl}: adds seals. */
    int F_ADD_SEALS = 1033;
    /** For {@link #fcntl}: the seals there are. */
    int F_GET_SEALS = 1034;
    /** For {@link #fcntl}: the flags it was opened with. */
    int F_GETFL = 3;
    /** For {@link #fcntl}: the flags of the descriptor itself. */
    int F_SETFD = 2;
    /** For {@link #fcntl}: closed on exec. */
    int FD_CLOEXEC = 1;
    /** The part of the flags of {@link #open} that says whether it reads or writes. */
    int O_ACCMODE = 3;
    /** No further seal. */
    int F_SEAL_SEAL = 1;
    /** The file keeps its pages: what udmabuf asks for. */
    int F_SEAL_SHRINK = 2;
    /** The file gets no larger. */
    int F_SEAL_GROW = 4;
    /** For {@link #mmap}. */
    int PROT_NONE = 0;
    /** For {@link #mmap}. */
    int PROT_READ_WRITE = 3;
    /** For {@link #mmap}. */
    int MAP_SHARED = 1;
    /** For {@link #mmap}. */
    int MAP_PRIVATE = 2;
    /** For {@link #mmap}. */
    int MAP_FIXED = 0x10;
    /** For {@link #mmap}. */
    int MAP_ANONYMOUS = 0x20;
    /** For {@link #mmap}. */
    int MAP_NORESERVE = 0x4000;
    /** For {@link #mmap}: all pages now, not when they are touched. */
    int MAP_POPULATE = 0x8000;
    /** For {@link #poll}: something can be read; of a dma-buf: nobody writes it any more. */
    int POLLIN = 1;
    /** For {@link #poll}: something can be written; of a dma-buf: nobody works on it any more. */
    int POLLOUT = 4;
    /** For {@link #poll}: in the answer only. */
    int POLLNVAL = 0x20;
    /** The call was interrupted. */
    int EINTR = 4;
    /** For {@link #seek}: from the end of the file. */
    int SEEK_END = 2;
    /** From {@link #fileSystem}: a dma-buf, whoever exported it (linux/magic.h). */
    long DMA_BUF_MAGIC = 0x444d4142;
    /** No such descriptor. */
    int EBADF = 9;
    /** Try again. */
    int EAGAIN = 11;

    /**
     * The C library of this process.
     *
     * @return empty on another system than 64-bit Linux, or where native access is denied
     */
    static Optional<Libc> find() {
        if (!System.getProperty("os.name").equals("Linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(new NativeLibc());
        } catch (LinkageError | IllegalCallerException _) { // a C library without one of the calls, or native access denied
            return Optional.empty();
        }
    }

    /**
     * {@code open(2)}.
     *
     * @param path the file
     * @param flags {@code O_…}
     * @return descriptor or -errno
     */
    int open(Path path, int flags);

    /**
     * {@code close(2)}. Whatever it returns but EBADF, the descriptor is closed: not to be repeated.
     *
     * @param fd descriptor
     * @return 0 or -errno
     */
    int close(int fd);

    /**
     * {@code ioctl(2)}.
     *
     * @param fd descriptor
     * @param request the ioctl's number
     * @param arg native
     * @return what it returns, or -errno
     */
    int ioctl(int fd, long request, MemorySegment arg);

    /**
     * {@code fcntl(2)} with a number as argument.
     *
     * @param fd descriptor
     * @param command {@code F_…}
     * @param arg the argument
     * @return what it returns, or -errno
     */
    int fcntl(int fd, int command, long arg);

    /**
     * {@code read(2)}.
     *
     * @param fd descriptor
     * @param into native
     * @return bytes or -errno
     */
    long read(int fd, MemorySegment into);

    /**
     * {@code poll(2)} of one descriptor.
     *
     * @param fd descriptor
     * @param events {@code POLL…}, or-ed
     * @param millis how long; 0 does not wait
     * @return the events that are there, 0 when the time is over, or -errno
     */
    int poll(int fd, int events, int millis);

    /**
     * {@code memfd_create(2)}.
     *
     * @param name for {@code /proc}
     * @param flags {@code MFD_…}
     * @return descriptor or -errno
     */
    int memfd(String name, int flags);

    /**
     * {@code ftruncate(2)}.
     *
     * @param fd descriptor
     * @param size in bytes
     * @return 0 or -errno
     */
    int truncate(int fd, long size);

    /**
     * {@code mmap(2)}.
     *
     * @param address 0, or where with {@link #MAP_FIXED}
     * @param size in bytes
     * @param protection {@code PROT_…}
     * @param flags {@code MAP_…}
     * @param fd descriptor, or -1
     * @param offset a multiple of the page
     * @return the address or -errno
     */
    long mmap(long address, long size, int protection, int flags, int fd, long offset);

    /**
     * {@code munmap(2)}.
     *
     * @param address of a mapping
     * @param size in bytes
     * @return 0 or -errno
     */
    int munmap(long address, long size);

    /**
     * {@code memset(3)} with 0: as fast as the machine can, and other threads' garbage collection does not wait for it.
     *
     * @param bytes native
     */
    default void zero(MemorySegment bytes) {
        bytes.fill((byte) 0);
    }

    /**
     * {@code lseek(2)}.
     *
     * @param fd descriptor
     * @param offset in bytes
     * @param whence {@code SEEK_…}; a dma-buf knows its end, and says so by {@link #SEEK_END} with offset 0 (driver-api/dma-buf.rst)
     * @return the place from the file's start, or -errno
     */
    long seek(int fd, long offset, int whence);

    /**
     * What kind of file system a file is of, from {@code fstatfs(2)}.
     *
     * @param fd descriptor
     * @return its magic number, or -errno
     */
    long fileSystem(int fd);

    /**
     * Which file a descriptor is: two descriptors of one dma-buf say the same.
     *
     * @param fd descriptor
     * @return device and inode; empty when there is no such descriptor
     */
    Optional<FileId> identity(int fd);

    /**
     * Identity of an open file, from {@code fstat(2)}.
     *
     * @param device number of the file system
     * @param inode number of the file in it
     */
    record FileId(long device, long inode) {
    }

    /**
     * Bytes of a page.
     *
     * @return a power of two
     */
    long page();
}
