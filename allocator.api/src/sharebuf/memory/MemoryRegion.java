package sharebuf.memory;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.VendorConstraint;

/**
 * A range of memory that one allocator at a time may serve: a service of the platform with the property
 * {@value #REGION}.
 *
 * <p>Thread-safe. Lives as long as the platform; its values never change. Who is allowed to place extents is decided by the
 * region's seat, what is live stands in the broker's ledger: a region itself remembers nothing.
 */
@ProviderType
public interface MemoryRegion {
    /** Service property: the region's name, a String; set by the platform, and by an allocator to the region that it serves. */
    String REGION = "sharebuf.region";

    /**
     * Its name.
     *
     * @return unique on the board
     */
    RegionId id();

    /**
     * Who chooses the place.
     *
     * @return placed or granted
     */
    RegionKind kind();

    /**
     * The first CPU address.
     *
     * @return unsigned; of no meaning in a granted region
     */
    long base();

    /**
     * Bytes.
     *
     * @return a multiple of the granule
     */
    long size();

    /**
     * Offsets and sizes of extents are multiples of this.
     *
     * @return a power of two, in bytes
     */
    long granule();

    /**
     * Whether other users may borrow the memory while no buffer needs it, as the kernel's reusable CMA regions.
     *
     * @return true when so
     */
    boolean reusable();

    /**
     * Whether the CPU has struct pages and a mapping of its own for it.
     *
     * @return false for a {@code no-map} carveout
     */
    boolean mapped();

    /**
     * For a granted region: whether what the kernel grants is contiguous.
     *
     * @return true when known to be
     */
    boolean contiguous();

    /**
     * Whether an extent's CPU address is its offset from {@link #base}. Where it is not, the kernel picked the pages, and a request
     * is served only when any of them would suit it.
     *
     * @return true unless overridden in a placed region; never in a granted one
     */
    default boolean addressesKnown() {
        return kind() == RegionKind.PLACED;
    }

    /**
     * Where all memory of the region lies, however vaguely that is known.
     *
     * @return the region itself when addresses are known; else every address, or what the platform knows
     */
    default Windows within() {
        return addressesKnown() ? new Windows(List.of(new Windows.Window(base(), base() + (size() - 1)))) : Windows.ALL;
    }

    /**
     * In a granted region: asks the kernel for memory. Called by the ledger, for {@code Claims.grant}.
     *
     * @param size in bytes, a multiple of the granule
     * @return a number that stands for the offset, a multiple of the granule, so that no two live extents overlap; refused as the
     *         kernel refuses
     */
    default Outcome<Long> grant(long size) {
        return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "region", id() + " is placed", "a granted region"));
    }

    /**
     * The same for an owner. What was given back may be granted again without the kernel: it reads as it was left, by whomever, and the
     * ledger sees to it that nobody reads what another one left. Such memory keeps its number, so that the ledger knows it again; other
     * memory reads zero under any number.
     *
     * @param size in bytes, a multiple of the granule
     * @param owner stands for who asks: what the same owner gave back is the first choice; 0 for nobody in particular
     * @return as {@link #grant(long)}
     */
    default Outcome<Long> grant(long size, long owner) {
        return grant(size);
    }

    /**
     * In a granted region of a driver: takes memory that the driver made. Called by the ledger, for {@code Claims.take}, where the rules
     * for the descriptor stand.
     *
     * @param descriptor of a dma-buf; it becomes the platform's unless it is none or the platform has it open already
     * @param size bytes of it that are used, a multiple of the granule
     * @return a number that stands for the offset, as {@link #grant} returns it; or why not
     */
    default Outcome<Long> take(int descriptor, long size) {
        return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "region", id() + " takes no dma-bufs", "the region of a driver"));
    }

    /**
     * Whether its memory is that of others: dma-bufs that applications import are taken into it, and nothing is allocated from it. Its
     * {@code take} takes a second descriptor, the one that is given stays whose it is.
     *
     * @return false unless overridden
     */
    default boolean foreign() {
        return false;
    }

    /**
     * In a granted region: gives memory back to the kernel. Called by the ledger when the extent is released.
     *
     * @param extent as granted or taken
     */
    default void ungrant(Extent extent) {
    }

    /**
     * The device whose driver gives the memory of this region, where one does. Such memory suits that device whatever else it takes.
     *
     * @return name of the device; empty for memory that belongs to no driver
     */
    default Optional<String> device() {
        return Optional.empty();
    }

    /**
     * What the memory is in the terms of vendors' kinds of constraint, for whoever knows them; the core compares without knowing.
     *
     * @return at most one a name
     */
    default List<VendorConstraint> properties() {
        return List.of();
    }

    /**
     * Parts that nobody may use: the kernel's own, other reservations.
     *
     * @return extents in ascending order
     */
    List<Extent> reserved();

    /**
     * Makes a range free of its lodgers: movable pages of somebody else that live in a reusable region. What the move costs is
     * paid here and counted. Does nothing in other regions.
     *
     * @param offset from the region's start, a multiple of the granule
     * @param size in bytes, a multiple of the granule
     * @return the number of bytes that were moved away; refused with EBUSY when a lodger is pinned, with its place in
     *         {@code found}
     */
    Outcome<Long> vacate(long offset, long size);

    /**
     * How much of a range its lodgers hold, so that an allocator can say what a claim would move and choose the cheaper place.
     *
     * @param offset from the region's start, a multiple of the granule
     * @param size in bytes, a multiple of the granule
     * @return bytes that {@link #vacate} would move; 0 when there are none, or when the platform does not know
     */
    default long lent(long offset, long size) {
        return 0;
    }
}
