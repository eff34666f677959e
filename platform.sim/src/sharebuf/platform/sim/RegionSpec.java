package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;
import sharebuf.plugin.Quantity;

/**
 * What a region is configured to be.
 *
 * <p>Immutable; made by {@link #parse}, which names PID, key, value and what is allowed.
 *
 * @param pid of the configuration
 * @param name of the region
 * @param span its CPU addresses
 * @param granule a power of two, at least {@link Libc#PAGE}; at least {@link #LEAST} where the CPU has no mapping
 * @param reusable whether lodgers live in it
 * @param mapped whether the CPU has a mapping of its own
 * @param lent percent of the granules that are lent to lodgers
 * @param pinned per mille of the lodgers that cannot move
 * @param seed decides which
 * @param reserved holes, as CPU addresses, ascending
 * @param properties what it is in terms of vendors' kinds of constraint
 */
record RegionSpec(String pid, String name, Span span, long granule, boolean reusable, boolean mapped, int lent, int pinned, long seed,
        List<Span> reserved, List<VendorConstraint> properties) {
    /** Memory without pages is handed out in pieces as small as the kernel's SRAM driver has them (SRAM_GRANULARITY). */
    private static final long LEAST = 32;

    /** Copies the lists. */
    RegionSpec {
        reserved = List.copyOf(reserved);
        properties = List.copyOf(properties);
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming PID, key, value and the allowed range
     */
    static RegionSpec parse(String pid, RegionConfig c) {
        check(pid, "sharebuf.region", "", !c.sharebuf_region().isEmpty(), () -> "the region's name");
        long granule = quantity(pid, "granule", c.granule());
        check(pid, "granule", c.granule(), granule >= (c.mapped() ? Libc.PAGE : LEAST) && Long.bitCount(granule) == 1,
                () -> "a power of two, at least " + Libc.PAGE + "; at least " + LEAST + " where mapped is false");
        check(pid, "reusable", c.reusable(), c.mapped() || !c.reusable(), () -> "false where mapped is false: lodgers need pages");
        Span span = span(pid, c.base(), c.size(), granule);
        check(pid, "lodgers", c.lodgers(), c.lodgers() >= 0 && c.lodgers() <= 100, () -> "0 to 100 percent");
        check(pid, "lodgers", c.lodgers(), c.lodgers() == 0 || c.reusable(), () -> "0 unless reusable is true");
        check(pid, "pinned", c.pinned(), c.pinned() >= 0 && c.pinned() <= 1000, () -> "0 to 1000 per mille");
        seat(pid, c.seat());
        return new RegionSpec(pid, c.sharebuf_region(), span, granule, c.reusable(), c.mapped(), c.lodgers(), c.pinned(), c.seed(),
                reserved(pid, c.reserved(), span, granule), kinds(pid, "properties", c.properties()));
    }

    /**
     * Reads the configuration of a driver's own memory.
     *
     * @throws IllegalArgumentException naming PID, key, value and the allowed range
     */
    static RegionSpec parse(String pid, DriverConfig c) {
        check(pid, "sharebuf.region", "", !c.sharebuf_region().isEmpty(), () -> "the region's name");
        seat(pid, c.seat());
        return new RegionSpec(pid, c.sharebuf_region(), span(pid, c.base(), c.size(), Libc.PAGE), Libc.PAGE, false, true, 0, 0, 1, List.of(), List.of());
    }

    private static void seat(String pid, String seat) {
        check(pid, "seat", seat, seat.equals("required") || seat.equals("vacant"), () -> "required or vacant");
    }

    private static Span span(String pid, String baseText, String sizeText, long granule) {
        long base = quantity(pid, "base", baseText);
        check(pid, "base", baseText, base % granule == 0, () -> "a multiple of the granule " + granule);
        long size = quantity(pid, "size", sizeText);
        check(pid, "size", sizeText, size > 0 && size % granule == 0 && Long.compareUnsigned(base + (size - 1), base) >= 0,
                () -> "a multiple of the granule " + granule + ", base and size below 2^64");
        return new Span(base, size);
    }

    /** The CPU addresses of an extent of the region. */
    Span span(Extent extent) {
        if (extent.end() > span.size()) {
            throw new IllegalArgumentException(extent + " leaves the region of 0x" + Long.toHexString(span.size()) + " bytes");
        }
        return new Span(span.base() + extent.offset(), extent.size());
    }

    private static List<Span> reserved(String pid, String[] texts, Span region, long granule) {
        List<Span> holes = new ArrayList<>();
        for (String text : texts) {
            int plus = text.indexOf('+');
            check(pid, "reserved", text, plus > 0, () -> "offset+size, such as 0x0+64MiB");
            long offset = quantity(pid, "reserved", text.substring(0, plus));
            long size = quantity(pid, "reserved", text.substring(plus + 1));
            if (size == 0) {
                continue; // a hole for a region that this board has not
            }
            check(pid, "reserved", text, size > 0 && offset >= 0 && offset < region.size() && size <= region.size() - offset
                    && (offset | size) % granule == 0,
                    () -> "multiples of the granule " + granule + " inside the region's 0x" + Long.toHexString(region.size()) + " bytes");
            holes.add(new Span(region.base() + offset, size));
        }
        holes.sort((a, b) -> Long.compareUnsigned(a.base(), b.base()));
        for (int i = 1; i < holes.size(); i++) {
            Span before = holes.get(i - 1);
            check(pid, "reserved", holes.get(i), !Dram.overlap(before, holes.get(i)), () -> "nothing that overlaps " + before);
        }
        return holes;
    }

    /** Vendors' kinds of constraint, each once. */
    static List<VendorConstraint> kinds(String pid, String key, String[] texts) {
        List<VendorConstraint> kinds = new ArrayList<>();
        for (String text : texts) {
            try {
                VendorConstraint kind = VendorConstraint.parse(text);
                check(pid, key, text, kinds.stream().noneMatch(k -> k.name().equals(kind.name())), () -> "each name once");
                kinds.add(kind);
            } catch (IllegalArgumentException e) {
                throw e.getMessage().startsWith(pid) ? e : new IllegalArgumentException(pid + ": " + key + ": " + e.getMessage(), e);
            }
        }
        return kinds;
    }

    private static long quantity(String pid, String key, String text) {
        try {
            return Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(pid + ": " + key + " = " + text + ": " + e.getMessage(), e);
        }
    }

    private static void check(String pid, String key, Object value, boolean ok, Supplier<String> allowed) {
        if (!ok) {
            throw wrong(pid, key, value, allowed.get());
        }
    }

    static IllegalArgumentException wrong(String pid, String key, Object value, String allowed) {
        return new IllegalArgumentException(pid + ": " + key + " = " + value + ": allowed is " + allowed);
    }
}
