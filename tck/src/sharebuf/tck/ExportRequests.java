package sharebuf.tck;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.device.DmaConstraints;
import sharebuf.device.SegmentLimits;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;

/** What an exporter is asked about: requests of first objects, each with the layout that all uses agree on. */
final class ExportRequests {
    private static final long GRANULE = 4096;

    /**
     * A question.
     *
     * @param request of the first object
     * @param usual the layout of the whole buffer
     */
    record Asked(Request request, Layout usual) {
    }

    private ExportRequests() {
    }

    /** Of all known formats and of none, of any constraints. */
    static List<Asked> random(Random random, int count) {
        List<PixelFormat> formats = PixelFormat.known();
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (random.nextInt(4) == 0) {
                all.add(bytes(1 + random.nextLong(1L << 1 + random.nextInt(30)), constraints(random), attributes(random)));
            } else {
                PixelFormat format = formats.get(i % formats.size());
                all.add(picture(format, 2 * (1 + random.nextInt(2048)), 2 * (1 + random.nextInt(1080)), 1L << random.nextInt(9), 1L << random.nextInt(5), constraints(random), attributes(random)));
            }
        }
        return all;
    }

    /** The smallest and the largest, each with everything that a request can carry. */
    static List<Asked> odd() {
        List<Asked> all = new ArrayList<>();
        for (long bytes : List.of(1L, GRANULE - 1, GRANULE + 1, 1L << 32, BufferSpec.MAX_BYTES - 1, BufferSpec.MAX_BYTES)) {
            all.add(bytes(bytes, MemoryConstraints.NONE, Set.of()));
            all.add(bytes(bytes, impossible(), EnumSet.allOf(DmaAttribute.class)));
        }
        for (PixelFormat format : PixelFormat.known()) {
            for (int[] size : new int[][] {{1, 1}, {1, BufferSpec.MAX_SIDE}, {BufferSpec.MAX_SIDE, 1}, {BufferSpec.MAX_SIDE, BufferSpec.MAX_SIDE}, {641, 479}}) {
                all.add(picture(format, size[0], size[1], 1, 1, MemoryConstraints.NONE, Set.of()));
                all.add(picture(format, size[0], size[1], 4096, 64, impossible(), EnumSet.allOf(DmaAttribute.class)));
            }
        }
        return all;
    }

    private static MemoryConstraints impossible() {
        return MemoryConstraints.direct(new UseId("device", "dma"), DmaConstraints.builder().mask(1).align(1L << 62).segments(new SegmentLimits(1, 1, 0)).regions(0, Set.of("nowhere"))
                .regions(3, Set.of("left", "right")).vendor(VendorConstraint.of("org.sharebuf.tck.made-up", VendorConstraint.Rule.MAX, 7)).build());
    }

    private static Asked bytes(long bytes, MemoryConstraints constraints, Set<DmaAttribute> attributes) {
        return asked(new Request("tck", BufferSpec.bytes(bytes), 0, bytes, constraints, attributes), 1, 1);
    }

    private static Asked picture(PixelFormat format, int width, int height, long pitchAlign, long heightAlign, MemoryConstraints constraints, Set<DmaAttribute> attributes) {
        return asked(new Request("tck", BufferSpec.picture(format, width, height), 0, 1, constraints, attributes), pitchAlign, heightAlign);
    }

    /** A request for what is in its spec, as large as that is; with the usual layout. */
    static Asked asked(Request r, long pitchAlign, long heightAlign) {
        Layout usual = r.spec().format().map(f -> Layout.linear(f, r.spec().width(), r.spec().height(), pitchAlign, heightAlign)).orElseGet(() -> Layout.ofBytes(r.spec().bytes()));
        return asked(r, usual);
    }

    /** The same with a layout, as the broker asks. */
    static Asked asked(Request r, Layout usual) {
        return new Asked(new Request(r.owner(), r.spec(), 0, usual.objects().getFirst(), r.constraints(), r.attributes(), Optional.of(usual)), usual);
    }

    private static MemoryConstraints constraints(Random random) {
        DmaConstraints.Builder dma = DmaConstraints.builder();
        if (random.nextInt(3) == 0) {
            dma.mask(0xffff_ffffL >>> random.nextInt(4));
        }
        if (random.nextInt(3) == 0) {
            dma.align(1L << random.nextInt(16));
        }
        if (random.nextInt(3) == 0) {
            dma.segments(new SegmentLimits(1 + random.nextInt(4), Long.MAX_VALUE, 0));
        }
        if (random.nextInt(3) == 0) {
            dma.regions(0, Set.of("left"));
        }
        return random.nextInt(4) == 0 ? MemoryConstraints.NONE : MemoryConstraints.direct(new UseId("device", "dma"), dma.build());
    }

    private static Set<DmaAttribute> attributes(Random random) {
        return random.nextBoolean() ? Set.of() : Set.of(DmaAttribute.values()[random.nextInt(DmaAttribute.values().length)]);
    }
}
