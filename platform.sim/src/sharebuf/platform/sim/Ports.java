package sharebuf.platform.sim;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.format.Layout;
import sharebuf.format.PlaneLayout;
import sharebuf.memory.Span;

/**
 * Memory ports of a device: some reach one region each, and which plane goes through which port is wired. The device is programmed with
 * addresses relative to the start of the region.
 *
 * <pre>
 *   capture.0=right    plane 0 of what it writes leaves by a port that reaches region "right" only
 *   output=left        all planes of what it reads come by one that reaches "left"
 * </pre>
 *
 * <p>Immutable.
 *
 * @param regions name of the region by {@code use.plane} or {@code use}; absent: a port that reaches whatever the bus does
 */
record Ports(Map<String, String> regions) {
    static final Ports NONE = new Ports(Map.of());
    private static final Pattern ITEM = Pattern.compile("((?:output|capture)(?:\\.[0-7])?)=([A-Za-z0-9._-]+)");

    /** Copies. */
    Ports {
        regions = Map.copyOf(regions);
    }

    /** Reads a configuration. */
    static Ports parse(String pid, String[] items) {
        TreeMap<String, String> regions = new TreeMap<>();
        for (String item : items) {
            Matcher m = ITEM.matcher(item.strip());
            if (!m.matches() || regions.put(m.group(1), m.group(2)) != null) {
                throw RegionSpec.wrong(pid, "ports", item, "output=REGION or capture=REGION, for one plane output.0=REGION, each once");
            }
        }
        return new Ports(regions);
    }

    /**
     * Looks whether every plane can go where it is programmed to.
     *
     * @param use output or capture
     * @param layout of the picture; without planes, its first object is one
     * @param slot the objects, as programmed
     * @param places where a region lies
     * @return the first DMA address that no port reaches, with the reason
     */
    Optional<Misled> misled(String use, Layout layout, Slot slot, Function<String, Optional<Span>> places) {
        if (regions.isEmpty()) {
            return Optional.empty();
        }
        int planes = Math.max(1, layout.planes().size());
        for (int plane = 0; plane < planes; plane++) {
            String name = regions.getOrDefault(use + "." + plane, regions.get(use));
            if (name == null) {
                continue;
            }
            PlaneLayout where = layout.planes().isEmpty() ? new PlaneLayout(0, 0, layout.objects().getFirst(), 1) : layout.planes().get(plane);
            Optional<Span> reach = places.apply(name);
            Optional<Misled> misled = misled(use + " plane " + plane, name, reach, slot.planes[where.object()].list, where.offset(), where.size());
            if (misled.isPresent()) {
                return misled;
            }
        }
        return Optional.empty();
    }

    /**
     * An address that a port does not reach.
     *
     * @param dma the address
     * @param why what real hardware would have done
     */
    record Misled(long dma, String why) {
    }

    private static Optional<Misled> misled(String what, String name, Optional<Span> reach, ScatterList list, long offset, long size) {
        for (long at = offset; at < offset + size && at < list.total();) {
            int segment = list.segmentOf(at);
            long dma = list.dma()[segment] + (at - list.start()[segment]);
            long n = Math.min(list.end(segment), offset + size) - at;
            boolean inside = reach.filter(r -> Long.compareUnsigned(r.base(), dma) <= 0 && Long.compareUnsigned(dma + (n - 1), r.last()) <= 0).isPresent();
            if (!inside) {
                return Optional.of(new Misled(dma, what + " at DMA address 0x" + Long.toHexString(dma) + " stopped, its port reaches "
                        + reach.map(r -> name + " at " + r).orElse(name + ", which is not there") + " only; real hardware would have cut the distance from there to "
                        + "the bits that it has and moved the bytes somewhere inside"));
            }
            at += n;
        }
        return Optional.empty();
    }
}
