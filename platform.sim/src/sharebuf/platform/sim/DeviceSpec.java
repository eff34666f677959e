package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.SegmentLimits;
import sharebuf.fields.DmaFields;
import sharebuf.fields.Fields;
import sharebuf.fields.JsonReader;
import sharebuf.fields.WrongField;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Quantity;

/**
 * What a device is configured to be.
 *
 * <p>Immutable; made by {@link #parse}, which names PID, key, value and what is allowed.
 *
 * @param pid of the configuration
 * @param kind {@link DeviceNode#V4L2} or {@link DeviceNode#DRM}
 * @param role what it does
 * @param device as importers know it
 * @param formats what it takes, at least one
 * @param sizes which sizes
 * @param pitchAlign of the first plane, in bytes
 * @param heightAlign of the first plane, in rows
 * @param multiplanar whether it speaks V4L2's multi-planar API
 * @param ports which planes go through a port that reaches one region only
 */
record DeviceSpec(String pid, String kind, Role role, Device device, List<PixelFormat> formats, SizeRange sizes, int pitchAlign,
        int heightAlign, boolean multiplanar, Ports ports) {

    private static final Pattern SIZES = Pattern.compile("(\\d{1,5})x(\\d{1,5})\\.\\.(\\d{1,5})x(\\d{1,5})(?:/(\\d{1,5})x(\\d{1,5}))?");

    /** What a device does. */
    enum Role {
        /** A camera. */
        CAPTURE,
        /** Memory to memory: pixels in, the same pixels out. */
        M2M,
        /** Pixels in, a bitstream out. */
        ENCODER,
        /** A display. */
        SCANOUT
    }

    /** Copies the list. */
    DeviceSpec {
        formats = List.copyOf(formats);
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming PID, key, value and the allowed range
     */
    static DeviceSpec parse(String pid, DeviceConfig c) {
        String name = c.sharebuf_device();
        check(pid, "sharebuf.device", name, name.matches("[A-Za-z0-9._-]+"), () -> "letters, digits, . _ -");
        check(pid, "sharebuf.addressSpace", c.sharebuf_addressSpace(), !c.sharebuf_addressSpace().isEmpty(), () -> "the name of an address space");
        Role role = Arrays.stream(Role.values()).filter(r -> r.name().equalsIgnoreCase(c.role())).findFirst()
                .orElseThrow(() -> RegionSpec.wrong(pid, "role", c.role(), "capture, m2m, encoder, scanout"));
        String kind = role == Role.SCANOUT ? DeviceNode.DRM : DeviceNode.V4L2;
        check(pid, "sharebuf.node", c.sharebuf_node(), c.sharebuf_node().equals(kind), () -> kind + " for the role " + c.role());
        check(pid, "pitchAlign", c.pitchAlign(), c.pitchAlign() >= 1, () -> "at least 1");
        check(pid, "heightAlign", c.heightAlign(), c.heightAlign() >= 1, () -> "at least 1");
        List<PixelFormat> formats = new ArrayList<>();
        for (String format : c.formats()) {
            formats.add(PixelFormat.named(format).filter(f -> c.multiplanar() || !f.objectPerPlane() || role == Role.SCANOUT)
                    .orElseThrow(() -> RegionSpec.wrong(pid, "formats", format, PixelFormat.known() + ", M formats with multiplanar only")));
        }
        check(pid, "formats", "", !formats.isEmpty(), () -> "at least one of " + PixelFormat.known());
        DmaConstraints dma = dma(pid, c);
        List<String> uses = role == Role.M2M || role == Role.ENCODER ? List.of("output", "capture") : List.of(name);
        Device device = new Device(name, List.of(c.compatible()), c.sharebuf_addressSpace(), dma, alternatives(pid, c.alternatives(), dma, uses));
        check(pid, "iommu", c.iommu(), !c.iommu() || c.dmaRanges().length == 0, () -> "false for a device with dmaRanges");
        Ports ports = Ports.parse(pid, c.ports());
        check(pid, "iommu", c.iommu(), !c.iommu() || ports.regions().isEmpty(), () -> "false for a device with ports");
        check(pid, "ports", String.join(", ", c.ports()), ports.regions().isEmpty() || role == Role.M2M || role == Role.ENCODER, () -> "none for the role " + c.role());
        return new DeviceSpec(pid, kind, role, device, formats, sizes(pid, c.sizes()), c.pitchAlign(), c.heightAlign(), c.multiplanar(), ports);
    }

    private static DmaConstraints dma(String pid, DeviceConfig c) {
        DmaConstraints.Builder dma = DmaConstraints.builder().coherent(c.coherent()).iommu(c.iommu());
        for (String range : c.dmaRanges()) {
            String[] numbers = range.strip().split("\\s+");
            check(pid, "dmaRanges", range, numbers.length == 3, () -> "bus cpu size, such as 0xc0000000 0x0 1GiB");
            build(pid, "dmaRanges", range, () -> dma.range(new DmaRange(Quantity.parse(numbers[0]), Quantity.parse(numbers[1]), Quantity.parse(numbers[2]))));
        }
        build(pid, "mask", c.mask(), () -> dma.mask(Quantity.parse(c.mask())));
        build(pid, "align", c.align(), () -> dma.align(Quantity.parse(c.align())));
        String limits = c.maxSegments() + ", " + c.maxSegmentSize() + ", " + c.boundary();
        build(pid, "maxSegments, maxSegmentSize, boundary", limits, () -> {
            long size = Quantity.parse(c.maxSegmentSize());
            return dma.segments(new SegmentLimits(c.maxSegments() == 0 ? Integer.MAX_VALUE : c.maxSegments(), size == 0 ? Long.MAX_VALUE : size,
                    Quantity.parse(c.boundary())));
        });
        RegionSpec.kinds(pid, "constraints", c.constraints()).forEach(dma::vendor);
        return dma.build();
    }

    private static SortedMap<String, List<DmaConstraints>> alternatives(String pid, String text, DmaConstraints wiring, List<String> uses) {
        if (text.isEmpty()) {
            return new TreeMap<>();
        }
        try {
            return DmaFields.ofDevice(new Fields(pid, "", Map.of(DmaFields.ALTERNATIVES, JsonReader.read(pid, text))), wiring, uses, Optional.empty());
        } catch (WrongField e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static SizeRange sizes(String pid, String text) {
        Matcher m = SIZES.matcher(text.strip());
        check(pid, "sizes", text, m.matches(), () -> "16x16..4096x4096, or with steps 16x16..4096x4096/2x2");
        int[] n = new int[6];
        for (int i = 0; i < n.length; i++) {
            n[i] = m.group(i + 1) == null ? 1 : Integer.parseInt(m.group(i + 1));
        }
        return build(pid, "sizes", text, () -> new SizeRange(n[0], n[2], n[4], n[1], n[3], n[5]));
    }

    private static <T> T build(String pid, String key, String value, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(pid + ": " + key + " = " + value + ": " + e.getMessage(), e);
        }
    }

    private static void check(String pid, String key, Object value, boolean ok, Supplier<String> allowed) {
        if (!ok) {
            throw RegionSpec.wrong(pid, key, value, allowed.get());
        }
    }
}
