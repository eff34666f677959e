package sharebuf.platform.sim;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import sharebuf.memory.Span;
import sharebuf.plugin.Quantity;

/**
 * Memory that devices reach which do not reach all: what they cannot reach is copied there and back. After {@code kernel/dma/swiotlb.c} of Linux: slots of
 * 2 KiB ({@code IO_TLB_SHIFT} 11) from a pool of fixed size that is taken at boot, first fit. A bounce there ends at 128 slots ({@code IO_TLB_SEGSIZE}); here it ends with the pool, so that
 * a device which takes one segment can be served at all.
 *
 * <p>Thread-safe.
 */
final class BouncePool {
    static final long SLOT = 2048;

    private final Span span;
    private final String option;
    /** Taken bytes, by offset. */
    private final TreeMap<Long, Long> taken = new TreeMap<>();

    /**
     * A pool.
     *
     * @param span where it lies
     * @param option the board option that makes it larger; empty when there is none
     */
    BouncePool(Span span, String option) {
        this.span = span;
        this.option = option;
    }

    /**
     * Takes adjacent slots.
     *
     * @param size in bytes
     * @param align of the first byte, a power of two
     * @param reaches whether the device reaches all bytes from a CPU address on
     * @return the CPU address; empty when no slots are free that it reaches
     */
    synchronized OptionalLong take(long size, long align, LongPredicate reaches) {
        long need = (size + SLOT - 1) / SLOT * SLOT;
        long step = Math.max(SLOT, align);
        long at = 0;
        for (Map.Entry<Long, Long> e : taken.entrySet()) {
            if (e.getKey() - at >= need && reaches.test(span.base() + at)) {
                break;
            }
            at = (e.getKey() + e.getValue() + step - 1) / step * step;
        }
        if (span.size() - at < need || !reaches.test(span.base() + at)) {
            return OptionalLong.empty();
        }
        taken.put(at, need);
        return OptionalLong.of(span.base() + at);
    }

    synchronized void give(long cpu) {
        taken.remove(cpu - span.base());
    }

    synchronized long free() {
        return span.size() - taken.values().stream().mapToLong(Long::longValue).sum();
    }

    Span span() {
        return span;
    }

    /** What to type for a pool that has so many bytes more. */
    Optional<String> larger(long bytes) {
        long mib = 1 << 20;
        return option.isEmpty() ? Optional.empty() : Optional.of("--board-option " + option + "=" + Quantity.text((span.size() + bytes + mib - 1) / mib * mib));
    }

    @Override
    public String toString() {
        return Quantity.text(span.size()) + " at 0x" + Long.toHexString(span.base());
    }
}
