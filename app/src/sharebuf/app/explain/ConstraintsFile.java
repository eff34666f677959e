package sharebuf.app.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.fields.DmaFields;
import sharebuf.fields.Fields;
import sharebuf.fields.JsonReader;
import sharebuf.fields.VendorFields;
import sharebuf.fields.WrongField;
import sharebuf.format.FormatRange;
import sharebuf.format.Modifier;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.memory.RegionId;
import sharebuf.plugin.Quantity;

/**
 * Regions, uses and a request as data; the format is described in {@code docs/constraints-json.md}.
 *
 * <p>Immutable.
 *
 * @param regions the memory there is, at least one region
 * @param uses who will use the buffer, at least one
 * @param request what is wanted
 */
record ConstraintsFile(List<Region> regions, List<Use> uses, BufferSpec request) {
    private static final long PAGE = 4096;
    static final Map<String, LettingGo> LETTING_GO = Map.of("between-jobs", LettingGo.BETWEEN_JOBS, "flip", LettingGo.FLIP, "drain", LettingGo.DRAIN, "never", LettingGo.NEVER);
    static final Map<String, ObjectRule> OBJECTS = Map.of("one", ObjectRule.ONE, "per-plane", ObjectRule.PER_PLANE, "either", ObjectRule.EITHER);
    static final SizeRange ANY_SIZE = new SizeRange(1, BufferSpec.MAX_SIDE, 1, 1, BufferSpec.MAX_SIDE, 1);

    /**
     * A region.
     *
     * @param name its name
     * @param granted whether a kernel chooses the place
     * @param base first CPU address
     * @param size in bytes
     * @param granule in bytes
     * @param contiguous whether its memory is given in one piece
     * @param cacheable whether the CPU has a cached mapping of it
     * @param reserved what is taken already
     * @param properties what it is in terms of vendors' kinds of constraint
     */
    record Region(String name, boolean granted, long base, long size, long granule, boolean contiguous, boolean cacheable, List<Hole> reserved,
            List<VendorConstraint> properties) {
    }

    /** What is taken already, counted from the region's start. */
    record Hole(long offset, long size) {
    }

    static ConstraintsFile read(Path file) throws WrongCall {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw WrongCall.option("--constraints", file.toString(), "a file that can be read (" + e + ")");
        }
        return parse(file.toString(), text);
    }

    static ConstraintsFile parse(String name, String text) throws WrongCall {
        try {
            return read(name, text);
        } catch (WrongField e) {
            throw new WrongCall(e.getMessage());
        }
    }

    private static ConstraintsFile read(String name, String text) throws WrongField {
        Fields all = new Fields(name, "", JsonReader.read(name, text));
        List<Region> regions = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields each : all.objects("regions")) {
            Region region = region(each);
            if (!names.add(region.name())) {
                throw each.wrong("name", region.name(), "each region once");
            }
            for (Region other : regions) {
                if (overlap(region, other) && !inHole(region, other) && !inHole(other, region)) {
                    throw each.wrong("base", "0x" + Long.toHexString(region.base()), "addresses that do not overlap region " + other.name() + ", but for what it has reserved");
                }
            }
            regions.add(region);
        }
        if (regions.isEmpty()) {
            throw all.wrong("regions", "none", "at least one region");
        }
        List<Use> uses = new ArrayList<>();
        Set<UseId> ids = new HashSet<>();
        for (Fields each : all.objects("uses")) {
            Use use = use(each, names);
            if (!ids.add(use.id())) {
                throw each.wrong("use", use.id().toString(), "each use once");
            }
            uses.add(use);
        }
        if (uses.isEmpty()) {
            throw all.wrong("uses", "none", "at least one use");
        }
        BufferSpec request = request(all.object("request"), names);
        all.end();
        return new ConstraintsFile(List.copyOf(regions), List.copyOf(uses), request);
    }

    private static boolean overlap(Region a, Region b) {
        return Long.compareUnsigned(a.base(), b.base() + (b.size() - 1)) <= 0 && Long.compareUnsigned(b.base(), a.base() + (a.size() - 1)) <= 0;
    }

    /** Whether a region lies in a part that another has reserved, as a pool lies in the memory of the system. */
    static boolean inHole(Region inner, Region outer) {
        return outer.reserved().stream().anyMatch(h -> Long.compareUnsigned(outer.base() + h.offset(), inner.base()) <= 0
                && Long.compareUnsigned(inner.base() + (inner.size() - 1), outer.base() + h.offset() + (h.size() - 1)) <= 0);
    }

    private static Region region(Fields f) throws WrongField {
        String name = f.text("name");
        try {
            new RegionId(name);
        } catch (IllegalArgumentException e) {
            throw f.wrong("name", name, "letters, digits and . _ - , @");
        }
        String kind = f.text("kind", "placed");
        if (!kind.equals("placed") && !kind.equals("granted")) {
            throw f.wrong("kind", kind, "placed, granted");
        }
        long granule = f.quantity("granule", PAGE);
        if (granule < PAGE || Long.bitCount(granule) != 1) {
            throw f.wrong("granule", granule, "a power of two, at least " + PAGE);
        }
        long base = f.quantity("base");
        if (base % granule != 0) {
            throw f.wrong("base", "0x" + Long.toHexString(base), "a multiple of the granule " + granule);
        }
        long size = f.quantity("size");
        if (size < granule || size > BufferSpec.MAX_BYTES || size % granule != 0 || Long.compareUnsigned(base + (size - 1), base) < 0) {
            throw f.wrong("size", Long.toUnsignedString(size), "a multiple of the granule " + granule + ", up to 2^46, base and size together below 2^64");
        }
        List<Hole> reserved = new ArrayList<>();
        for (Fields hole : f.objects("reserved")) {
            long offset = hole.quantity("offset");
            long bytes = hole.quantity("size");
            hole.end();
            if (offset < 0 || offset >= size || offset % granule != 0) {
                throw hole.wrong("offset", Long.toUnsignedString(offset), "a multiple of the granule " + granule + " below " + size);
            }
            if (bytes < granule || bytes % granule != 0 || bytes > size - offset) {
                throw hole.wrong("size", Long.toUnsignedString(bytes), "a multiple of the granule " + granule + ", from " + granule + " to " + (size - offset));
            }
            for (Hole other : reserved) {
                if (offset < other.offset() + other.size() && other.offset() < offset + bytes) {
                    throw hole.wrong("offset", Long.toUnsignedString(offset), "nothing that overlaps " + other.offset() + "+" + other.size());
                }
            }
            reserved.add(new Hole(offset, bytes));
        }
        Region region = new Region(name, kind.equals("granted"), base, size, granule, f.flag("contiguous", false), f.flag("cacheable", true),
                List.copyOf(reserved), VendorFields.read(f));
        f.end();
        return region;
    }

    private static Use use(Fields f, Set<String> regions) throws WrongField {
        String device = f.text("device");
        String name = f.text("use", device);
        UseId id;
        try {
            id = new UseId(device, name);
        } catch (IllegalArgumentException e) {
            throw f.wrong("use", device + ":" + name, "letters, digits, . _ -");
        }
        if (device.equals("cpu")) {
            throw f.wrong("device", device, "any name but cpu, the CPU needs no description");
        }
        Access access = choice(f, "access", "read", Map.of("read", Access.READ, "write", Access.WRITE, "read-write", Access.READ_WRITE));
        DmaConstraints dma = DmaFields.read(f, Optional.of(regions));
        List<DmaConstraints> alternatives = DmaFields.alternatives(f, Optional.of(regions));
        List<FormatRange> formats = formats(f);
        boolean bytes = f.flag("bytes", formats.isEmpty());
        int held = (int) f.number("held", 0, 0, BufferSpec.MAX_COUNT);
        boolean anyFormat = f.flag("anyFormat", formats.isEmpty() && bytes);
        if (formats.isEmpty() && !bytes && !anyFormat) {
            throw f.wrong("bytes", false, "true, or a list of formats");
        }
        if (anyFormat && !formats.isEmpty()) {
            throw f.wrong("anyFormat", true, "false with a list of formats");
        }
        LettingGo lettingGo = choice(f, "lettingGo", "between-jobs", LETTING_GO);
        f.end();
        return new Use(id, access, dma, formats, bytes, anyFormat, lettingGo, held).orElse(alternatives);
    }

    private static List<FormatRange> formats(Fields f) throws WrongField {
        List<FormatRange> formats = new ArrayList<>();
        if (f.list("formats").stream().anyMatch(Map.class::isInstance)) {
            for (Fields each : f.objects("formats")) {
                formats.add(formatRange(each));
            }
            return formats;
        }
        for (Object each : f.list("formats")) {
            if (each instanceof String s) {
                PixelFormat format = format(f, "formats", s);
                ObjectRule rule = format.planes().size() == 1 ? ObjectRule.EITHER : format.objectPerPlane() ? ObjectRule.PER_PLANE : ObjectRule.ONE;
                formats.add(FormatRange.linear(format.base(), rule, ANY_SIZE));
            } else {
                throw f.wrong("formats", each, "a list of names: " + names());
            }
        }
        int pitchAlign = (int) f.number("pitchAlign", 1, 1, 1 << 20);
        int heightAlign = (int) f.number("heightAlign", 1, 1, 1 << 20);
        return formats.stream().map(r -> r.aligned(pitchAlign, heightAlign)).toList();
    }

    /** A format with all that can be said of it. */
    private static FormatRange formatRange(Fields f) throws WrongField {
        PixelFormat format = format(f, "format", f.text("format"));
        if (format.objectPerPlane()) {
            throw f.wrong("format", format.name(), "its base format " + format.base().name() + " with \"objects\": \"per-plane\"");
        }
        ObjectRule objects = choice(f, "objects", "either", OBJECTS);
        int[] sides = new int[6];
        String[] keys = {"minWidth", "maxWidth", "stepWidth", "minHeight", "maxHeight", "stepHeight"};
        for (int i = 0; i < keys.length; i++) {
            sides[i] = (int) f.number(keys[i], keys[i].startsWith("max") ? BufferSpec.MAX_SIDE : 1, 1, BufferSpec.MAX_SIDE);
            if (keys[i].startsWith("max") && sides[i] < sides[i - 1]) {
                throw f.wrong(keys[i], sides[i], "at least " + keys[i - 1] + " = " + sides[i - 1]);
            }
        }
        TreeSet<Modifier> modifiers = new TreeSet<>();
        for (String code : f.texts("modifiers")) {
            try {
                modifiers.add(new Modifier(Quantity.parse(code)));
            } catch (IllegalArgumentException e) {
                throw f.wrong("modifiers", code, "numbers as text, such as \"0x0\" for linear");
            }
        }
        int pitchAlign = (int) f.number("pitchAlign", 1, 1, Integer.MAX_VALUE);
        int heightAlign = (int) f.number("heightAlign", 1, 1, Integer.MAX_VALUE);
        Optional<Long> exactPitch = f.has("exactPitch") ? Optional.of(f.number("exactPitch", 1, 1, BufferSpec.MAX_BYTES)) : Optional.empty();
        f.end();
        return new FormatRange(format, objects, modifiers.isEmpty() ? new TreeSet<>(Set.of(Modifier.LINEAR)) : modifiers,
                new SizeRange(sides[0], sides[1], sides[2], sides[3], sides[4], sides[5]), pitchAlign, heightAlign, exactPitch);
    }

    private static PixelFormat format(Fields f, String key, String name) throws WrongField {
        return PixelFormat.named(name).orElseThrow(() -> f.wrong(key, name, names()));
    }

    private static String names() {
        return String.join(", ", PixelFormat.known().stream().map(PixelFormat::name).toList());
    }

    private static BufferSpec request(Fields f, Set<String> regions) throws WrongField {
        BufferSpec spec;
        if (f.has("format") == f.has("bytes")) {
            throw f.wrong("format", "together with bytes, or neither", "either format and size, or bytes");
        }
        if (f.has("bytes")) {
            spec = BufferSpec.bytes(f.number("bytes", 1, 1, BufferSpec.MAX_BYTES));
        } else {
            PixelFormat format = format(f, "format", f.text("format"));
            Size size;
            try {
                size = Size.parse("size", f.text("size"));
            } catch (WrongCall e) {
                throw f.wrong("size", f.value("size").orElse("missing"), "WxH, each side from 1 to " + BufferSpec.MAX_SIDE);
            }
            spec = BufferSpec.picture(format, size.width(), size.height());
        }
        spec = spec.count((int) f.number("count", 1, 1, BufferSpec.MAX_COUNT));
        Set<DmaAttribute> attributes = new HashSet<>();
        for (String name : f.texts("attributes")) {
            attributes.add(Arrays.stream(DmaAttribute.values()).filter(a -> a.name().equalsIgnoreCase(name.replace('-', '_'))).findFirst()
                    .orElseThrow(() -> f.wrong("attributes", name, Arrays.toString(DmaAttribute.values()))));
        }
        for (Map.Entry<Integer, Collection<String>> each : DmaFields.planes(f, Optional.of(regions)).entrySet()) {
            spec = spec.in(each.getKey(), each.getValue());
        }
        f.end();
        try {
            return spec.attributes(attributes);
        } catch (IllegalArgumentException e) {
            throw f.wrong("attributes", attributes, e.getMessage());
        }
    }

    private static <T> T choice(Fields f, String key, String fallback, Map<String, T> choices) throws WrongField {
        String text = f.text(key, fallback);
        T choice = choices.get(text);
        if (choice == null) {
            throw f.wrong(key, text, String.join(", ", choices.keySet().stream().sorted().toList()));
        }
        return choice;
    }
}
