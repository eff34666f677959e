package sharebuf.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A range of an open file, to be mapped.
 *
 * <p>Immutable.
 *
 * @param file the file
 * @param offset first byte, a multiple of the page
 * @param size in bytes, at least 1; a multiple of the page unless it is the last of several
 */
public record FilePiece(Descriptor file, long offset, long size) {

    /**
     * Maps pieces one behind the other, shared, for reading and writing.
     *
     * @param libc does it
     * @param pieces at least one
     * @param arena unmaps them
     * @return all of them as one segment
     * @throws CallFailed when the kernel refuses one, or a file was closed
     */
    @SuppressWarnings("restricted") // an address that mmap returned becomes a segment
    public static MemorySegment map(Libc libc, List<FilePiece> pieces, Arena arena) throws CallFailed {
        long total = 0;
        for (FilePiece piece : pieces) {
            total = Math.addExact(total, piece.size);
        }
        long bytes = total;
        boolean one = pieces.size() == 1;
        long at = one ? pieces.getFirst().mapAt(libc, 0, 0)
                : check(libc.mmap(0, bytes, Libc.PROT_NONE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0), "mmap of " + bytes + " bytes");
        MemorySegment all = MemorySegment.ofAddress(at).reinterpret(bytes, arena, s -> libc.munmap(s.address(), bytes));
        if (!one) {
            long to = at; // the reservation is ours, so MAP_FIXED replaces nothing else
            for (FilePiece piece : pieces) {
                piece.mapAt(libc, to, Libc.MAP_FIXED);
                to += piece.size;
            }
        }
        return all;
    }

    /**
     * Maps it, shared, for reading and writing. Whoever asks unmaps it.
     *
     * @param libc does it
     * @return its address
     * @throws CallFailed when the kernel refuses, or the file was closed
     */
    public long map(Libc libc) throws CallFailed {
        return mapAt(libc, 0, 0);
    }

    private long mapAt(Libc libc, long address, int flags) throws CallFailed {
        String what = "mmap of " + size + " bytes of " + file.what() + " from 0x" + Long.toHexString(offset);
        int fd = CallFailed.check(file.enter(), what);
        try {
            return check(libc.mmap(address, size, Libc.PROT_READ_WRITE, Libc.MAP_SHARED | flags, fd, offset), what);
        } finally {
            file.leave();
        }
    }

    private static long check(long address, String what) throws CallFailed {
        if (address < 0 && address > -4096) { // the kernel's range of errno
            throw new CallFailed(what, (int) -address);
        }
        return address;
    }
}
