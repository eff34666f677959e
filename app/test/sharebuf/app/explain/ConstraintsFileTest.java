package sharebuf.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.Access;
import sharebuf.device.Use;
import sharebuf.device.VendorConstraint;
import sharebuf.format.PixelFormat;

class ConstraintsFileTest {
    private static final String GOOD = """
            {"regions": [{"name": "a", "base": 0, "size": "1MiB"}], "uses": [{"device": "gpu"}], "request": {"bytes": 4096}}
            """;

    /** The example of the documentation; the folder is the project or the workspace, as the tests are started. */
    private static String example() throws IOException {
        Path doc = Files.exists(Path.of("docs/constraints-json.md")) ? Path.of("docs/constraints-json.md") : Path.of("../docs/constraints-json.md");
        String text = Files.readString(doc);
        int from = text.indexOf("```json") + 7;
        return text.substring(from, text.indexOf("```", from));
    }

    @Test
    void theDocumentedExampleIsRead() throws Exception {
        ConstraintsFile data = ConstraintsFile.parse("example", example());
        assertThat(data.regions()).extracting(ConstraintsFile.Region::name).containsExactly("cma", "ram");
        assertThat(data.regions().getFirst().reserved()).containsExactly(new ConstraintsFile.Hole(0, 1 << 20));
        Use camera = data.uses().getFirst();
        assertThat(camera.access()).isEqualTo(Access.WRITE);
        assertThat(camera.dma().segments().maxCount()).isEqualTo(1);
        assertThat(camera.dma().ranges().getFirst().bus()).isEqualTo(0xc0000000L);
        assertThat(camera.formats()).hasSize(2).allMatch(f -> f.pitchAlign() == 32);
        assertThat(data.uses().get(1).dma().segments().maxSize()).isEqualTo(65536);
        assertThat(data.uses().get(2).anyFormat()).isTrue();
        assertThat(data.request()).isEqualTo(BufferSpec.picture(PixelFormat.NV12, 640, 480).count(2));
    }

    @Test
    void itBecomesABoardOfOrdinaryAllocators() throws Exception {
        Map<?, ?> configurations = (Map<?, ?>) DataBoard.feature(ConstraintsFile.parse("example", example()), "0.1.0").get("configurations");
        assertThat(configurations.keySet().stream().map(Object::toString).toList()).containsExactly("sharebuf.sim.memory~cma", "sharebuf.sim.region~cma",
                "sharebuf.allocator.cma~cma", "sharebuf.sim.memory~ram", "sharebuf.sim.region~ram", "sharebuf.allocator.generic~ram");
    }

    @Test
    void kindsThatNobodyKnowsAreData() throws Exception {
        Use gpu = ConstraintsFile.parse("f", GOOD.replace("\"gpu\"", "\"gpu\", \"held\": 3, \"vendor\": {\"x.slice\": {\"rule\": \"lcm\", \"value\": 6},"
                + " \"x.way\": {\"rule\": \"intersection\", \"value\": [\"b\", \"a\"]}, \"x.mode\": {\"rule\": \"equal\", \"value\": \"fast\"}}")).uses().getFirst();
        assertThat(gpu.held()).isEqualTo(3);
        assertThat(gpu.dma().vendor()).extracting(v -> v.name() + " " + v.rule() + " " + v.value()).containsExactlyInAnyOrder("x.slice LCM 6", "x.way INTERSECTION a|b", "x.mode EQUAL fast");
    }

    @Test
    void kindsOfVendorsAreReadAndGivenToTheRegion() throws Exception {
        String file = GOOD.replace("\"1MiB\"", "\"1MiB\", \"vendor\": {\"com.example.ports\": {\"rule\": \"intersection\", \"value\": [\"b\", \"a\"]}, \"com.example.slice\": {\"rule\": \"max\", \"value\": 8}}")
                .replace("\"gpu\"", "\"gpu\", \"vendor\": {\"com.example.slice\": {\"rule\": \"max\", \"value\": 4}, \"com.example.lanes\": {\"rule\": \"and\", \"value\": \"0xff\"}}");
        ConstraintsFile data = ConstraintsFile.parse("f", file);
        assertThat(data.uses().getFirst().dma().vendor()).extracting(VendorConstraint::text).containsExactly("com.example.lanes and 255", "com.example.slice max 4");
        Map<?, ?> configurations = (Map<?, ?>) DataBoard.feature(data, "0.1.0").get("configurations");
        assertThat(((Map<?, ?>) configurations.get("sharebuf.sim.region~a")).get("properties"))
                .isEqualTo(List.of("com.example.ports intersection a|b", "com.example.slice max 8"));
    }

    @Test
    void alternativesAreCompleteInThemselves() throws Exception {
        Use gpu = ConstraintsFile.parse("f", GOOD.replace("\"gpu\"", "\"gpu\", \"align\": 64, \"maxSegments\": 1, \"alternatives\": [{\"maxSegments\": 4}, {\"iommu\": true}]")).uses().getFirst();
        assertThat(gpu.acceptable()).hasSize(3);
        assertThat(gpu.acceptable().get(1).align()).isEqualTo(1);
        assertThat(gpu.acceptable().get(1).segments().maxCount()).isEqualTo(4);
        assertThat(gpu.acceptable().get(2).iommu()).isTrue();
    }

    @Test
    void allSixtyFourBitsCanBeSaid() throws Exception {
        String high = GOOD.replace("\"base\": 0", "\"base\": 18446744073708503040");
        assertThat(ConstraintsFile.parse("f", high).regions().getFirst().base()).isEqualTo(-(1L << 20));
    }

    @Test
    void whatIsWrongIsSaidWithKeyValueAndWhatIsAllowed() {
        for (List<String> each : List.of(
                List.of("\"base\": 0", "\"base\": -1", "regions[0].base: -1"),
                List.of("\"base\": 0", "\"base\": 1.5", "regions[0].base: 1.5"),
                List.of("\"base\": 0", "\"base\": 100", "regions[0].base: \"0x64\""),
                List.of("\"base\": 0", "\"base\": \"x\"", "regions[0].base: \"x\""),
                List.of("\"1MiB\"", "0", "regions[0].size: \"0\""),
                List.of("\"1MiB\"", "\"1MiB\", \"kind\": \"lent\"", "regions[0].kind: \"lent\""),
                List.of("\"1MiB\"", "\"1MiB\", \"granule\": 5000", "regions[0].granule: 5000"),
                List.of("\"1MiB\"", "\"1MiB\", \"colour\": 1", "regions[0].colour: 1"),
                List.of("\"1MiB\"", "\"1MiB\", \"reserved\": [{\"offset\": \"2MiB\", \"size\": 4096}]", "regions[0].reserved[0].offset"),
                List.of("\"1MiB\"", "\"1MiB\", \"contiguous\": 1", "regions[0].contiguous: 1"),
                List.of("}], \"uses\"", "}, {\"name\": \"b\", \"base\": 4096, \"size\": 4096}], \"uses\"", "regions[1].base"),
                List.of("\"gpu\"", "\"g p\"", "uses[0].use"),
                List.of("\"1MiB\"", "\"1MiB\", \"vendor\": 4", "regions[0].vendor: 4"),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"slice\": {\"rule\": \"max\", \"value\": 4}}", "uses[0].vendor.slice"),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"x.way\": {\"rule\": \"equal\", \"value\": \"a|b\"}}", "uses[0].vendor.x.way"),
                List.of("\"gpu\"", "\"gpu\", \"alternatives\": [{\"align\": 3}]", "uses[0].alternatives[0].align: 3"),
                List.of("\"gpu\"", "\"gpu\", \"alternatives\": [{\"held\": 3}]", "uses[0].alternatives[0].held: 3"),
                List.of("\"gpu\"", "\"gpu\", \"alternatives\": [{}, {}, {}, {}, {}, {}, {}, {}, {}]", "uses[0].alternatives"),
                List.of("\"gpu\"", "\"cpu\"", "uses[0].device: \"cpu\""),
                List.of("\"gpu\"", "\"gpu\", \"align\": 3", "uses[0].align: 3"),
                List.of("\"gpu\"", "\"gpu\", \"maxSegments\": 0", "uses[0].maxSegments: 0"),
                List.of("\"gpu\"", "\"gpu\", \"boundary\": 3", "uses[0].boundary: 3"),
                List.of("\"gpu\"", "\"gpu\", \"mask\": 0", "uses[0].mask: 0"),
                List.of("\"gpu\"", "\"gpu\", \"held\": 65", "uses[0].held: 65"),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"x\": {\"rule\": \"sum\", \"value\": 1}}", "uses[0].vendor.x.rule: \"sum\""),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"x\": {\"rule\": \"lcm\", \"value\": 0}}", "uses[0].vendor.x.value: 0"),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"x\": {\"rule\": \"intersection\", \"value\": []}}", "uses[0].vendor.x.value"),
                List.of("\"gpu\"", "\"gpu\", \"vendor\": {\"x\": {\"rule\": \"equal\", \"value\": \"a\", \"also\": 1}}", "uses[0].vendor.x.also: 1"),
                List.of("\"gpu\"", "\"gpu\", \"regions\": [\"z\"]", "uses[0].regions"),
                List.of("\"gpu\"", "\"gpu\", \"regions\": {\"7\": [\"a\"]}", "uses[0].regions"),
                List.of("\"gpu\"", "\"gpu\", \"formats\": [\"XYZ\"]", "uses[0].formats: \"XYZ\""),
                List.of("\"gpu\"", "\"gpu\", \"access\": \"both\"", "uses[0].access: \"both\""),
                List.of("\"gpu\"", "\"gpu\", \"ranges\": [{\"bus\": 0, \"cpu\": 0, \"size\": 0}]", "uses[0].ranges[0].size"),
                List.of("{\"device\": \"gpu\"}", "{\"device\": \"gpu\"}, {\"device\": \"gpu\"}", "uses[1].use"),
                List.of("4096}}", "0}}", "request.bytes: 0"),
                List.of("{\"bytes\": 4096}", "{}", "request.format"),
                List.of("{\"bytes\": 4096}", "{\"format\": \"NV12\", \"size\": \"x\"}", "request.size: \"x\""),
                List.of("{\"bytes\": 4096}", "{\"bytes\": 4096, \"count\": 65}", "request.count: 65"),
                List.of("{\"bytes\": 4096}", "7", "request: 7"))) {
            String text = GOOD.replace(each.get(0), each.get(1));
            assertThat(text).as(each.toString()).isNotEqualTo(GOOD);
            assertThatThrownBy(() -> ConstraintsFile.parse("file.json", text)).as(text).isInstanceOf(WrongCall.class)
                    .hasMessageStartingWith("file.json: " + each.get(2)).hasMessageContaining("; allowed: ");
        }
    }
}
