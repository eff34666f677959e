package sharebuf.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;
import sharebuf.device.LettingGo;
import sharebuf.device.SegmentLimits;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.device.VendorConstraint;
import sharebuf.device.VendorConstraint.Rule;
import sharebuf.format.FormatRange;
import sharebuf.format.Modifier;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;

/** What is saved reads the same. Random data, seed printed. */
class SavedConstraintsTest {
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    private <T extends Enum<T>> T any(Class<T> type) {
        return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }

    private List<VendorConstraint> vendor() {
        List<VendorConstraint> all = new ArrayList<>();
        for (Rule rule : Rule.values()) {
            if (one(5)) {
                String name = "com.example." + (char) ('a' + all.size());
                all.add(switch (rule) {
                    case INTERSECTION -> VendorConstraint.of(name, rule, new TreeSet<>(List.of("left", "right").subList(0, 1 + random.nextInt(2))));
                    case EQUAL -> VendorConstraint.of(name, rule, new TreeSet<>(Set.of("on")));
                    case AND -> VendorConstraint.of(name, rule, random.nextLong() | 1);
                    default -> VendorConstraint.of(name, rule, 1 + random.nextLong(Long.MAX_VALUE - 1));
                });
            }
        }
        return all;
    }

    private DmaConstraints dma(List<String> regions) {
        DmaConstraints.Builder b = DmaConstraints.builder().iommu(one(4)).coherent(one(4));
        if (one(2)) {
            b.range(new DmaRange(0xc000_0000L, random.nextLong(1L << 40), 1 + random.nextLong(1L << 28)));
        }
        if (one(3)) {
            b.range(new DmaRange(random.nextLong(1L << 30), random.nextLong(), 1 + random.nextLong(1L << 20)));
        }
        if (one(2)) {
            b.mask(random.nextLong() | 1);
        }
        b.align(1L << random.nextInt(20));
        if (one(2)) {
            b.segments(new SegmentLimits(1 + random.nextInt(100), 1 + random.nextLong(Long.MAX_VALUE - 1), one(2) ? 0 : 1L << random.nextInt(40)));
        }
        for (int plane = 0; plane < 4; plane++) {
            if (one(4)) {
                b.regions(plane, regions.subList(0, 1 + random.nextInt(regions.size())));
            }
        }
        vendor().forEach(b::vendor);
        return b.build();
    }

    private FormatRange format() {
        int w = 1 + random.nextInt(4000);
        int h = 1 + random.nextInt(4000);
        TreeSet<Modifier> modifiers = new TreeSet<>(List.of(one(2) ? Modifier.LINEAR : new Modifier(random.nextLong())));
        List<PixelFormat> base = PixelFormat.known().stream().filter(f -> !f.objectPerPlane()).toList();
        return new FormatRange(base.get(random.nextInt(base.size())), any(ObjectRule.class), modifiers, new SizeRange(w, w + random.nextInt(100), 1 + random.nextInt(3), h, h + random.nextInt(9), 1),
                1 + random.nextInt(512), 1 + random.nextInt(64), one(3) ? Optional.of(1 + random.nextLong(1 << 20)) : Optional.empty());
    }

    private ConstraintsFile data() {
        List<ConstraintsFile.Region> regions = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            names.add("region" + i);
            long granule = 4096L << random.nextInt(3);
            List<ConstraintsFile.Hole> holes = one(2) ? List.of() : List.of(new ConstraintsFile.Hole(0, granule), new ConstraintsFile.Hole(4 * granule, 2 * granule));
            long base = one(5) && i == 0 ? -(1L << 30) : (long) i << 33;
            regions.add(new ConstraintsFile.Region("region" + i, one(3), base, granule * (8 + random.nextInt(1000)), granule, one(2), one(2), holes, vendor()));
        }
        List<Use> uses = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            List<FormatRange> formats = one(2) ? List.of() : List.of(format(), format());
            List<DmaConstraints> alternatives = one(2) ? List.of() : List.of(dma(names), dma(names));
            boolean anyFormat = formats.isEmpty() && one(2);
            uses.add(new Use(new UseId("device" + i, one(2) ? "device" + i : "use"), any(Access.class), dma(names), formats, formats.isEmpty() && !anyFormat || one(2), anyFormat,
                    any(LettingGo.class), random.nextInt(65), alternatives));
        }
        BufferSpec spec = one(2) ? BufferSpec.bytes(1 + random.nextLong(1L << 40)) : BufferSpec.picture(PixelFormat.NV12M, 2 + random.nextInt(4000), 2 + random.nextInt(4000));
        spec = spec.count(1 + random.nextInt(64));
        if (one(3)) {
            spec = spec.in(0, names).attributes(Set.of(DmaAttribute.CONTIGUOUS, DmaAttribute.NO_KERNEL_MAPPING));
        }
        return new ConstraintsFile(regions, uses, spec);
    }

    @Test
    void whatIsSavedReadsTheSame() throws Exception {
        System.out.println("SavedConstraintsTest seed " + seed);
        for (int i = 0; i < 3_000; i++) {
            ConstraintsFile data = data();
            String text = SavedConstraints.text(data);
            ConstraintsFile read = ConstraintsFile.parse("saved", text);
            assertThat(read).as("seed %s, round %s", seed, i).isEqualTo(data);
            assertThat(SavedConstraints.text(read)).as("seed %s", seed).isEqualTo(text);
        }
    }

    @Test
    void aRegionMayLieInAHoleOfAnother(@TempDir Path folder) throws Exception {
        String nested = """
                {"regions": [{"name": "pool", "base": "1MiB", "size": "1MiB"}, {"name": "ram", "base": 0, "size": "16MiB", "reserved": [{"offset": "1MiB", "size": "1MiB"}]}],
                 "uses": [{"device": "gpu"}], "request": {"bytes": 4096}}
                """;
        ConstraintsFile data = ConstraintsFile.parse("f", nested);
        assertThat(((Map<?, ?>) DataBoard.feature(data, "0.1.0").get("configurations")).keySet().stream().map(Object::toString).filter(k -> k.startsWith("sharebuf.sim.memory")))
                .as("one range of memory, which holds both").containsExactly("sharebuf.sim.memory~ram");
        assertThatThrownBy(() -> ConstraintsFile.parse("f", nested.replace("\"offset\": \"1MiB\"", "\"offset\": \"2MiB\""))).isInstanceOf(WrongCall.class).hasMessageContaining("regions[1].base");
        Path file = folder.resolve("saved.json");
        SavedConstraints.write(file, data);
        assertThat(ConstraintsFile.read(file)).isEqualTo(data);
        assertThat(Files.readString(file)).doesNotContain("granule").contains("0x100000");
        assertThatThrownBy(() -> SavedConstraints.write(folder.resolve("none/saved.json"), data)).isInstanceOf(WrongCall.class).hasMessageContaining("--save");
    }

    @Test
    void whatWouldNotReadTheSameIsNotSaved(@TempDir Path folder) {
        ConstraintsFile tied = new ConstraintsFile(List.of(new ConstraintsFile.Region("a", false, 0, 4096, 4096, false, true, List.of(), List.of())),
                List.of(new Use(new UseId("gpu", "gpu"), Access.READ, DmaConstraints.builder().regions(0, List.of("elsewhere")).build(), List.of(), true, LettingGo.FLIP, 0)), BufferSpec.bytes(1));
        Path file = folder.resolve("saved.json");
        assertThatThrownBy(() -> SavedConstraints.write(file, tied)).isInstanceOf(WrongCall.class).hasMessageContaining("uses[0].regions").hasMessageContaining("allowed: ");
        assertThat(file).doesNotExist();
    }
}
