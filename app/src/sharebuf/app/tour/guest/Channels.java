package sharebuf.app.tour.guest;

import java.util.Optional;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;

/**
 * What the maker of a board thought of: memory is wired to four channels in turns, 64 KiB each, and a use may say in which one its buffers shall lie, so that the others
 * are left to somebody in a hurry. Nobody but the maker's own bundle knows of it.
 *
 * <p>Stateless.
 */
final class Channels {
    /** The kind of constraint: {@code example.channel equal c2}. */
    static final String KIND = "example.channel";
    /** Bytes of a channel before the next one's turn. */
    static final long STRIPE = 64 << 10;
    private static final int COUNT = 4;

    private Channels() {
    }

    /** The channel that is asked for; empty when any will do. */
    static Optional<Integer> wanted(MemoryConstraints constraints) {
        return Optional.ofNullable(constraints.vendor().get(KIND)).map(asked -> number(asked.value()));
    }

    private static int number(VendorConstraint channel) {
        String name = channel.value();
        if (channel.rule() != VendorConstraint.Rule.EQUAL || !name.matches("c[0-3]")) {
            throw new IllegalArgumentException(channel.text() + ": equal c0 to c3");
        }
        return name.charAt(1) - '0';
    }

    /** The first offset at or behind one that is wired to a channel. */
    static long next(MemoryRegion region, long offset, int channel) {
        long at = offset;
        while (of(region, at) != channel) {
            at = (region.base() + at) / STRIPE * STRIPE + STRIPE - region.base();
        }
        return at;
    }

    /** The channel of a byte. */
    static int of(MemoryRegion region, long offset) {
        return (int) ((region.base() + offset) / STRIPE % COUNT);
    }

    /** Bytes from there on that are wired to the same channel. */
    static long left(MemoryRegion region, long offset) {
        return STRIPE - (region.base() + offset) % STRIPE;
    }

    /** Whether all of an extent is wired to one channel. */
    static boolean inside(MemoryRegion region, Extent extent, int channel) {
        return of(region, extent.offset()) == channel && extent.size() <= left(region, extent.offset());
    }
}
