package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The file that holds the bytes of simulated memory. Sparse: only touched pages cost.
 *
 * <p>Thread-safe. Mappings outlive {@link #close()}: they end with their arenas.
 */
interface Backing {
    /**
     * The best that the machine has: a memfd, or a deleted temporary file.
     *
     * @return empty of bytes
     */
    static Backing create() {
        return Libc.find().<Backing>map(MemfdBacking::new).orElseGet(FileBacking::new);
    }

    /** What it is, for people. */
    String name();

    /** Makes the file this long, in bytes; it never shrinks. */
    void grow(long size);

    /**
     * Maps pieces one behind the other.
     *
     * @param offsets in the file, multiples of {@link Libc#PAGE}
     * @param sizes multiples of {@link Libc#PAGE}, except the last
     * @param arena ends the mapping
     * @return the bytes
     * @throws UnsupportedOperationException when there is more than one piece and the machine cannot join them
     */
    MemorySegment map(long[] offsets, long[] sizes, Arena arena);

    /**
     * Makes a range read zero by giving its pages back.
     *
     * @return false when this file cannot; nothing was done then
     */
    boolean punch(long offset, long size);

    /** Closes the file. */
    void close();
}
