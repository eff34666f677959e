package sharebuf.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.BoardException;

class PlannerTest {
    private static final String GOOD = """
            {"id": "a:b:1", "variables": {"pool": "1MiB"}, "configurations": {
              "sharebuf.sim.device~cam": {"sharebuf.device": "cam", "sharebuf.node": "v4l2", "role": "capture", "compatible": ["v,c"],
                 "sharebuf.addressSpace": "bus", "dmaRanges": ["0x80000000 0x0 8MiB"], "mask": "0xffffffff", "maxSegments": "1",
                 "formats": ["NV12"], "sizes": "16x16..64x64/2x2"},
              "sharebuf.sim.region~ram": {"sharebuf.region": "ram", "base": "0", "size": "8MiB", "reserved": ["4MiB - ${pool}+${pool}"]},
              "sharebuf.sim.region~pool": {"sharebuf.region": "pool", "base": "4MiB - ${pool}", "size": "${pool}", "reusable": true,
                 "lodgers": "40"},
              "sharebuf.sim.region~spare": {"sharebuf.region": "spare", "base": "0x800000", "size": "1MiB", "seat": "vacant"},
              "sharebuf.sim.memory~dram": {"base": "0", "size": "16MiB"},
              "x.alloc~ram": {"sharebuf.region": "ram", "whatever": "1"},
              "x.alloc~pool": {"sharebuf.region": "pool"},
              "x.map~bus": {"sharebuf.addressSpace": "bus"},
              "x.import~cam": {"sharebuf.device": "cam"}
            }}
            """;

    private static Plan plan(String text, Map<String, String> options) throws BoardException {
        return Planner.plan(new Keys(), BoardReader.read("f", text, options));
    }

    @Test
    void whatAPlaceNeedsComesFirst() throws BoardException {
        Plan plan = plan(GOOD, Map.of());
        assertThat(plan.places()).extracting(Config::fullPid).containsExactly("sharebuf.sim.memory~dram", "sharebuf.sim.region~ram",
                "sharebuf.sim.region~pool", "sharebuf.sim.region~spare", "sharebuf.sim.device~cam");
        assertThat(plan.places().get(1).values()).containsEntry("reserved", List.of("0x300000+1MiB"));
        assertThat(plan.places().get(2).values()).containsEntry("base", "3MiB").containsEntry("size", "1MiB").containsEntry("reusable", true);
        assertThat(plan.plugins()).hasSize(4);
        assertThat(plan.compatible().get("cam")).containsExactly("v,c");
    }

    @Test
    void everySeatButTheVacantOnesMustBeTaken() throws BoardException {
        assertThat(plan(GOOD, Map.of()).seats().keySet()).containsExactlyInAnyOrder(new SeatName("allocator", "ram"),
                new SeatName("allocator", "pool"), new SeatName("mapops", "bus"), new SeatName("importer", "cam"));
    }

    @Test
    void aRegionOfNoSizeIsNotThereAndItsAllocatorStaysUnused() throws BoardException {
        Plan plan = plan(GOOD, Map.of("pool", "0"));
        assertThat(plan.places()).extracting(Config::fullPid).doesNotContain("sharebuf.sim.region~pool");
        assertThat(plan.places().get(1).values()).containsEntry("reserved", List.of());
        assertThat(plan.plugins()).extracting(Config::fullPid).containsExactly("x.alloc~ram", "x.map~bus", "x.import~cam");
        assertThat(plan.seats()).doesNotContainKey(new SeatName("allocator", "pool"));
    }

    @Test
    void alternativesGoOnAsTextWithVariablesFilled() throws BoardException {
        String board = GOOD.replace("\"maxSegments\": \"1\"", "\"maxSegments\": \"1\", \"alternatives\": [{\"maxSegmentSize\": \"${pool}\", \"regions\": {\"0\": [\"pool\"]}}, {\"align\": 64}]");
        assertThat(plan(board, Map.of("pool", "2MiB")).places().getLast().values())
                .containsEntry("alternatives", "[{\"maxSegmentSize\": \"2MiB\", \"regions\": {\"0\": [\"pool\"]}}, {\"align\": 64}]");
        assertThat(plan(board, Map.of("pool", "4KiB")).places()).hasSize(5);
        assertThat(plan(GOOD.replace("\"mask\": \"0xffffffff\"", "\"alternatives\": {}"), Map.of()).places().getLast().values()).containsEntry("alternatives", "{}");
    }

    /** What is replaced in the good board, by what, and what the message must name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`\"size\": \"16MiB\"` | `\"size\": \"8MiB\"` | sharebuf.sim.region~spare/base: 0x800000-0x8fffff; allowed: inside the memory",
        "`\"base\": \"0x800000\"` | `\"base\": \"0x700000\"` | sharebuf.sim.region~spare/base: 0x700000-0x7fffff; allowed: nothing that overlaps",
        "`\"reserved\": [\"4MiB - ${pool}+${pool}\"]` | `\"reserved\": []` | sharebuf.sim.region~pool/base: 0x300000-0x3fffff; allowed: nothing",
        "`4MiB - ${pool}+${pool}` | `8MiB+4KiB` | `sharebuf.sim.region~ram/reserved: 0x800000+4KiB; allowed: offsets below 8MiB`",
        "`4MiB - ${pool}+${pool}` | `4MiB` | `sharebuf.sim.region~ram/reserved: 4MiB; allowed: offset+size`",
        "`\"size\": \"16MiB\"` | `\"size\": \"16MB\"` | sharebuf.sim.memory~dram/size: 16MB; allowed: a decimal",
        "`\"size\": \"16MiB\"` | `\"size\": [\"16MiB\"]` | `sharebuf.sim.memory~dram/size: [16MiB]; allowed: one text`",
        "`\"size\": \"16MiB\"` | `\"size\": \"0\"` | sharebuf.sim.memory~dram/size: 0; allowed: a multiple of 4KiB above 0",
        "`\"base\": \"0\", \"size\": \"16MiB\"` | `\"base\": \"1\", \"size\": \"16MiB\"` | sharebuf.sim.memory~dram/base",
        "`\"base\": \"0\", \"size\": \"16MiB\"` | `\"size\": \"16MiB\"` | `sharebuf.sim.memory~dram/base: absent`",
        "`\"lodgers\": \"40\"` | `\"lodgers\": \"101\"` | an integer from 0 to 100",
        "`\"lodgers\": \"40\"` | `\"lodger\": \"40\"` | `sharebuf.sim.region~pool/lodger: an unknown key; allowed: one of the keys base,`",
        "`\"reusable\": true` | `\"reusable\": \"maybe\"` | sharebuf.sim.region~pool/reusable: maybe; allowed: true or false",
        "`\"role\": \"capture\"` | `\"role\": \"camera\"` | one of capture m2m encoder scanout",
        "`0x80000000 0x0 8MiB` | `0x80000000 8MiB` | sharebuf.sim.device~cam/dmaRanges: 0x80000000 8MiB; allowed: bus address",
        "`0x80000000 0x0 8MiB` | `0x80000000 0x0 0` | a window of at least 1 byte",
        "`[\"0x80000000 0x0 8MiB\"]` | `[\"0x0 0x0 8MiB\", \"0x1000 0x0 8MiB\"]` | windows that overlap no other",
        "`\"mask\": \"0xffffffff\"` | `\"mask\": \"0\"` | sharebuf.sim.device~cam/mask: 0",
        "`\"mask\": \"0xffffffff\"` | `\"align\": \"3\"` | `sharebuf.sim.device~cam/align: 3; allowed: a power of two`",
        "`[\"NV12\"]` | `[\"NV99\"]` | `sharebuf.sim.device~cam/formats: NV99; allowed: formats of`",
        "`\"mask\": \"0xffffffff\"` | `\"alternatives\": [{}, {\"align\": 3}]` | `sharebuf.sim.device~cam/alternatives[1].align (line 3): 3; allowed: a power of two`",
        "`\"mask\": \"0xffffffff\"` | `\"alternatives\": [{}, {}, {}, {}, {}, {}, {}, {}, {}]` | `cam/alternatives (line 3): \"9 of them\"; allowed: at most 8`",
        "`\"mask\": \"0xffffffff\"` | `\"mask\": \"0xffff\", \"alternatives\": [{\"mask\": \"0x10000\"}]` | `alternatives[0].mask (line 3): \"0x10000\"; allowed: from 1 to the device's own mask 0xffff`",
        "`\"mask\": \"0xffffffff\"` | `\"alternatives\": [{\"regions\": [\"top\"]}]` | `alternatives[0].regions (line 3): [top]; allowed: at least one of [pool, ram, spare]`",
        "`\"mask\": \"0xffffffff\"` | `\"alternatives\": \"none\"` | `sharebuf.sim.device~cam/alternatives: none; allowed: an array of objects, or an object with such an array by use`",
        "`\"mask\": \"0xffffffff\"` | `\"alternatives\": [1]` | `sharebuf.sim.device~cam/alternatives: [1]; allowed: an array of objects`",
        "`\"whatever\": \"1\"` | `\"alternatives\": [{}]` | `x.alloc~ram/alternatives (line 10): an array; allowed: objects in a device of the platform only`",
        "`16x16..64x64` | `64x16..16x64` | 1 <= least <= largest",
        "`16x16..64x64` | `16x16` | WxH..WxH",
        "`{\"sharebuf.device\": \"cam\"}` | `{\"sharebuf.device\": \"can\"}` | `x.import~cam/sharebuf.device: can; allowed: one of cam`",
        "`{\"sharebuf.addressSpace\": \"bus\"}` | `{\"sharebuf.addressSpace\": \"b\"}` | `x.map~bus/sharebuf.addressSpace: b; allowed: one of bus`",
        "`{\"sharebuf.region\": \"pool\"}` | `{\"sharebuf.region\": \"ram\"}` | x.alloc~ram has it",
        "`\"sharebuf.region\": \"spare\"` | `\"sharebuf.region\": \"ram\"` | sharebuf.sim.region~spare/sharebuf.region: ram; allowed: a name",
    })
    void saysWhatIsWrongAndWhere(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> plan(GOOD.replace(good, bad), Map.of())).isInstanceOf(BoardException.class).hasMessageStartingWith("f: ")
                .hasMessageContaining(message);
    }
}
