package sharebuf.fields;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;

/**
 * What a use demands of memory, and what it accepts instead. One form for both, whoever reads it.
 *
 * <p>Stateless.
 */
public final class DmaFields {
    /** The key of what is accepted instead. */
    public static final String ALTERNATIVES = "alternatives";
    /** No pixel format of such files has more planes. */
    private static final int PLANES = 4;

    private DmaFields() {
    }

    /**
     * What memory must be; a key that is left out has its default.
     *
     * @param f where it stands, among other keys
     * @param regions the names that may be permitted; empty: any
     * @return the constraints
     * @throws WrongField when a value is wrong
     */
    public static DmaConstraints read(Fields f, Optional<Set<String>> regions) throws WrongField {
        DmaConstraints.Builder dma = DmaConstraints.builder();
        for (Fields r : f.objects("ranges")) {
            range(dma, r);
        }
        dma.iommu(f.flag("iommu", false)).coherent(f.flag("coherent", false));
        long mask = f.quantity("mask", -1);
        if (mask == 0) {
            throw f.wrong("mask", mask, "the highest bus address, at least 1");
        }
        return rest(f, dma.mask(mask), regions);
    }

    /**
     * What a use accepts instead, the best first, each complete in itself.
     *
     * @param f where the key {@value #ALTERNATIVES} stands
     * @param regions the names that may be permitted; empty: any
     * @return empty when the key is missing
     * @throws WrongField when a value is wrong, or there are more than {@value Use#MOST_ALTERNATIVES}
     */
    public static List<DmaConstraints> alternatives(Fields f, Optional<Set<String>> regions) throws WrongField {
        List<DmaConstraints> all = new ArrayList<>();
        for (Fields each : counted(f, ALTERNATIVES)) {
            all.add(read(each, regions));
            each.end();
        }
        return all;
    }

    /**
     * What the uses of a device accept instead: a list for each of its uses, or an object with a list by use. How a device is wired is no choice:
     * {@code ranges}, {@code iommu} and {@code coherent} are the device's in each, and {@code mask} too where it is left out.
     *
     * @param f where the key {@value #ALTERNATIVES} stands
     * @param wiring the windows, IOMMU, coherence and mask of the device
     * @param names of its uses, without the device
     * @param regions the names that may be permitted; empty: any
     * @return by name of the use, {@link Device#EVERY_USE} for a list; empty when the key is missing
     * @throws WrongField when a value is wrong, or there are more than {@value Use#MOST_ALTERNATIVES} for a use
     */
    public static SortedMap<String, List<DmaConstraints>> ofDevice(Fields f, DmaConstraints wiring, List<String> names, Optional<Set<String>> regions) throws WrongField {
        SortedMap<String, List<DmaConstraints>> byUse = new TreeMap<>();
        if (f.value(ALTERNATIVES).orElse(null) instanceof Map<?, ?>) {
            Fields uses = f.object(ALTERNATIVES);
            for (String use : uses.keys()) {
                if (!names.contains(use)) {
                    throw uses.wrong(use, uses.value(use).orElseThrow(), "a list for every use, or an object with lists by use, of " + String.join(", ", names));
                }
                byUse.put(use, wired(counted(uses, use), wiring, regions));
            }
        } else if (f.has(ALTERNATIVES)) {
            byUse.put(Device.EVERY_USE, wired(counted(f, ALTERNATIVES), wiring, regions));
        }
        return byUse;
    }

    private static List<Fields> counted(Fields f, String key) throws WrongField {
        List<Fields> all = f.objects(key);
        if (all.size() > Use.MOST_ALTERNATIVES) {
            throw f.wrong(key, all.size() + " of them", "at most " + Use.MOST_ALTERNATIVES);
        }
        return all;
    }

    private static List<DmaConstraints> wired(List<Fields> each, DmaConstraints wiring, Optional<Set<String>> regions) throws WrongField {
        List<DmaConstraints> all = new ArrayList<>();
        for (Fields f : each) {
            for (String key : List.of("ranges", "iommu", "coherent")) {
                if (f.has(key)) {
                    throw f.wrong(key, f.value(key).orElseThrow(), "no such key here, the device is wired in one way");
                }
            }
            DmaConstraints.Builder dma = DmaConstraints.builder().iommu(wiring.iommu()).coherent(wiring.coherent());
            wiring.ranges().forEach(dma::range);
            long mask = f.quantity("mask", wiring.mask());
            if (mask == 0 || Long.compareUnsigned(mask, wiring.mask()) > 0) {
                throw f.wrong("mask", "0x" + Long.toHexString(mask), "from 1 to the device's own mask 0x" + Long.toHexString(wiring.mask()));
            }
            all.add(rest(f, dma.mask(mask), regions));
            f.end();
        }
        return all;
    }

    private static DmaConstraints rest(Fields f, DmaConstraints.Builder dma, Optional<Set<String>> regions) throws WrongField {
        long align = f.number("align", 1, 1, BufferSpec.MAX_BYTES);
        if (Long.bitCount(align) != 1) {
            throw f.wrong("align", align, "a power of two");
        }
        dma.align(align);
        long boundary = f.number("boundary", 0, 0, Long.MAX_VALUE);
        if (Long.bitCount(boundary) > 1) {
            throw f.wrong("boundary", boundary, "0 or a power of two");
        }
        dma.segments(new SegmentLimits((int) f.number("maxSegments", Integer.MAX_VALUE, 1, Integer.MAX_VALUE),
                f.number("maxSegmentSize", Long.MAX_VALUE, 1, Long.MAX_VALUE), boundary));
        planes(f, regions).forEach(dma::regions);
        VendorFields.read(f).forEach(dma::vendor);
        return dma.build();
    }

    private static void range(DmaConstraints.Builder dma, Fields r) throws WrongField {
        long bus = r.quantity("bus");
        long cpu = r.quantity("cpu");
        long size = r.quantity("size");
        r.end();
        try {
            dma.range(new DmaRange(bus, cpu, size));
        } catch (IllegalArgumentException e) {
            throw r.wrong("size", Long.toUnsignedString(size), "at least 1, below 2^64 on both sides, no overlap on the bus (" + e.getMessage() + ")");
        }
    }

    /**
     * Permitted regions: {@code ["a", "b"]} for every plane, or {@code {"0": ["a"], "1": ["b"]}}.
     *
     * @param f where the key {@code regions} stands
     * @param known the names that there are; empty: any
     * @return names by plane; empty when the key is missing
     * @throws WrongField when a plane or a name is wrong
     */
    public static Map<Integer, Collection<String>> planes(Fields f, Optional<Set<String>> known) throws WrongField {
        Map<Integer, Collection<String>> planes = new TreeMap<>();
        if (f.value("regions").orElse(null) instanceof Map<?, ?>) {
            Fields byPlane = f.object("regions");
            for (String key : byPlane.keys()) {
                if (!key.matches("[0-3]")) {
                    throw f.wrong("regions", key, "planes 0 to " + (PLANES - 1));
                }
                planes.put(Integer.parseInt(key), byPlane.texts(key));
            }
        } else if (f.has("regions")) {
            for (int plane = 0; plane < PLANES; plane++) {
                planes.put(plane, f.texts("regions"));
            }
        }
        for (Collection<String> names : planes.values()) {
            if (names.isEmpty() || known.isPresent() && !known.get().containsAll(names)) {
                throw f.wrong("regions", names, "at least one" + known.map(k -> " of " + k.stream().sorted().toList()).orElse(""));
            }
        }
        return planes;
    }
}
