package sharebuf.allocator;

/**
 * What an allocator could give.
 *
 * <p>Immutable.
 *
 * @param rank how scarce the memory is: {@link #ORDINARY} or more; the least rank is taken, equal ranks go by allocator name
 * @param reason why this memory suits, for the explanation
 */
public record Offer(int rank, String reason) {
    /** Memory that everybody may use. */
    public static final int ORDINARY = 0;
    /** Memory kept for those who need it contiguous. */
    public static final int CONTIGUOUS = 10;
    /** A contiguous block of ordinary memory that happens to be free: luck, taken when no memory kept for that suits. */
    public static final int LUCK = 15;
    /** Memory kept for a purpose: SRAM, a vendor's window. */
    public static final int SPECIAL = 20;
    /** Memory that the driver of some device makes for itself: taken when nothing else suits, as when that device imports no other. */
    public static final int DRIVER = 30;

    /** Checks the rank. */
    public Offer {
        java.util.Objects.requireNonNull(reason, "reason");
        if (rank < 0) {
            throw new IllegalArgumentException("rank " + rank + ": at least 0");
        }
    }
}
