package sharebuf.app.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import sharebuf.app.cli.Json;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;
import sharebuf.format.FormatRange;
import sharebuf.format.Modifier;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionKind;

/**
 * Writes regions, uses and a request in the form that {@link ConstraintsFile} reads. What has its default is left out.
 *
 * <p>Stateless.
 */
final class SavedConstraints {
    private static final long PAGE = 4096;
    /** Scattered memory is what this allocator gives; whoever else serves a region is taken to give one piece. */
    private static final String SCATTERS = "sharebuf.allocator.generic";

    private SavedConstraints() {
    }

    /**
     * Writes a file, after it was read back and compared.
     *
     * @throws WrongCall when it would not read as it is, or the file cannot be written
     */
    static void write(Path file, ConstraintsFile data) throws WrongCall {
        String text = text(data);
        try {
            if (!ConstraintsFile.parse("--save " + file, text).equals(data)) {
                throw new WrongCall("--save " + file + ": what it would hold does not read the same");
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw WrongCall.option("--save", file.toString(), "a file that can be written (" + e + ")");
        }
    }

    /**
     * What a board has. Live buffers are holes. Left out are regions whose addresses nobody knows and regions of smaller pieces than a page, which have no such form.
     */
    static ConstraintsFile of(Collection<MemoryRegion> there, Snapshot now, Collection<Use> uses, BufferSpec request) {
        List<ConstraintsFile.Region> regions = new ArrayList<>();
        there.stream().filter(r -> r.addressesKnown() && r.granule() >= PAGE).sorted(Comparator.comparing(r -> r.id().name())).forEach(r -> {
            List<ConstraintsFile.Hole> holes = new ArrayList<>();
            r.reserved().forEach(e -> holes.add(hole(e)));
            now.regions().stream().filter(s -> s.name().equals(r.id().name())).forEach(s -> s.extents().forEach(o -> holes.add(hole(o.extent()))));
            holes.sort(Comparator.comparingLong(ConstraintsFile.Hole::offset));
            boolean scatters = now.seats().stream().anyMatch(s -> s.name().equals(r.id().name()) && s.plugin().startsWith(SCATTERS));
            regions.add(new ConstraintsFile.Region(r.id().name(), r.kind() == RegionKind.GRANTED, r.base(), r.size(), r.granule(), !scatters, r.mapped(), holes, r.properties()));
        });
        return new ConstraintsFile(regions, List.copyOf(uses), request);
    }

    private static ConstraintsFile.Hole hole(Extent e) {
        return new ConstraintsFile.Hole(e.offset(), e.size());
    }

    static String text(ConstraintsFile data) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("regions", data.regions().stream().map(SavedConstraints::region).toList());
        all.put("uses", data.uses().stream().map(SavedConstraints::use).toList());
        all.put("request", request(data.request()));
        return Json.write(all);
    }

    private static Map<String, Object> region(ConstraintsFile.Region r) {
        Map<String, Object> f = new LinkedHashMap<>();
        f.put("name", r.name());
        put(f, "kind", r.granted() ? "granted" : "placed", "placed");
        f.put("base", hex(r.base()));
        f.put("size", hex(r.size()));
        put(f, "granule", hex(r.granule()), hex(PAGE));
        put(f, "contiguous", r.contiguous(), false);
        put(f, "cacheable", r.cacheable(), true);
        put(f, "reserved", r.reserved().stream().map(h -> ordered("offset", hex(h.offset()), "size", hex(h.size()))).toList(), List.of());
        put(f, "vendor", vendor(r.properties()), Map.of());
        return f;
    }

    private static Map<String, Object> use(Use u) {
        Map<String, Object> f = new LinkedHashMap<>();
        f.put("device", u.id().device());
        put(f, "use", u.id().use(), u.id().device());
        put(f, "access", word(u.access()), word(Access.READ));
        f.putAll(dma(u.dma()));
        put(f, "formats", u.formats().stream().map(SavedConstraints::format).toList(), List.of());
        put(f, "bytes", u.bytes(), u.formats().isEmpty());
        put(f, "anyFormat", u.anyFormat(), u.formats().isEmpty() && u.bytes());
        put(f, "lettingGo", word(u.lettingGo()), "between-jobs");
        put(f, "held", u.held(), 0);
        put(f, "alternatives", u.alternatives().stream().map(SavedConstraints::dma).toList(), List.of());
        return f;
    }

    private static Map<String, Object> dma(DmaConstraints c) {
        Map<String, Object> f = new LinkedHashMap<>();
        put(f, "ranges", c.ranges().stream().map(r -> ordered("bus", hex(r.bus()), "cpu", hex(r.cpu()), "size", hex(r.size()))).toList(), List.of());
        put(f, "iommu", c.iommu(), false);
        put(f, "coherent", c.coherent(), false);
        put(f, "mask", hex(c.mask()), hex(-1));
        put(f, "align", c.align(), 1L);
        put(f, "maxSegments", c.segments().maxCount(), SegmentLimits.NONE.maxCount());
        put(f, "maxSegmentSize", c.segments().maxSize(), SegmentLimits.NONE.maxSize());
        put(f, "boundary", c.segments().boundary(), 0L);
        put(f, "regions", byPlane(c.regions()), Map.of());
        put(f, "vendor", vendor(c.vendor()), Map.of());
        return f;
    }

    private static Map<String, Object> format(FormatRange r) {
        Map<String, Object> f = new LinkedHashMap<>();
        f.put("format", r.format().name());
        f.put("objects", word(r.objects()));
        put(f, "minWidth", r.sizes().minWidth(), 1);
        put(f, "maxWidth", r.sizes().maxWidth(), BufferSpec.MAX_SIDE);
        put(f, "stepWidth", r.sizes().stepWidth(), 1);
        put(f, "minHeight", r.sizes().minHeight(), 1);
        put(f, "maxHeight", r.sizes().maxHeight(), BufferSpec.MAX_SIDE);
        put(f, "stepHeight", r.sizes().stepHeight(), 1);
        put(f, "modifiers", r.modifiers().stream().map(m -> hex(m.code())).toList(), List.of(hex(Modifier.LINEAR.code())));
        put(f, "pitchAlign", r.pitchAlign(), 1);
        put(f, "heightAlign", r.heightAlign(), 1);
        r.exactPitch().ifPresent(p -> f.put("exactPitch", p));
        return f;
    }

    private static Map<String, Object> request(BufferSpec spec) {
        Map<String, Object> f = new LinkedHashMap<>();
        spec.format().ifPresentOrElse(p -> {
            f.put("format", p.name());
            f.put("size", spec.width() + "x" + spec.height());
        }, () -> f.put("bytes", spec.bytes()));
        put(f, "count", spec.count(), 1);
        put(f, "regions", byPlane(spec.regions()), Map.of());
        put(f, "attributes", spec.attributes().stream().sorted().map(SavedConstraints::word).toList(), List.of());
        return f;
    }

    private static Map<String, Object> byPlane(SortedMap<Integer, SortedSet<String>> regions) {
        Map<String, Object> f = new LinkedHashMap<>();
        regions.forEach((plane, names) -> f.put(plane.toString(), List.copyOf(names)));
        return f;
    }

    private static Map<String, Object> vendor(List<VendorConstraint> kinds) {
        Map<String, Object> f = new LinkedHashMap<>();
        for (VendorConstraint k : kinds) {
            Object value = switch (k.rule()) {
                case INTERSECTION -> List.copyOf(k.names());
                case EQUAL -> k.names().first();
                default -> k.rule() == Rule.AND ? hex(k.number()) : k.number();
            };
            f.put(k.name(), ordered("rule", word(k.rule()), "value", value));
        }
        return f;
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> f = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            f.put(keysAndValues[i].toString(), keysAndValues[i + 1]);
        }
        return f;
    }

    private static void put(Map<String, Object> f, String key, Object value, Object omitted) {
        if (!value.equals(omitted)) {
            f.put(key, value);
        }
    }

    private static String word(Enum<?> e) {
        return e.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
