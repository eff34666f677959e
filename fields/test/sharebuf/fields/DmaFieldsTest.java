package sharebuf.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.DmaRange;

/** What the uses of a device accept instead, and what is wrong with it. */
class DmaFieldsTest {
    private static final DmaConstraints WIRING = DmaConstraints.builder().range(new DmaRange(0xc0000000L, 0, 1 << 30)).mask(0xffffffffL).coherent(true).align(64).build();

    private static SortedMap<String, List<DmaConstraints>> read(String alternatives) throws WrongField {
        return DmaFields.ofDevice(new Fields("f", "", JsonReader.read("f", "{\"alternatives\": " + alternatives + "}")), WIRING, List.of("output", "capture"), Optional.of(Set.of("left", "right")));
    }

    @Test
    void wiringStaysAndTheRestHasItsDefaults() throws WrongField {
        SortedMap<String, List<DmaConstraints>> all = read("[{\"maxSegments\": 16, \"maxSegmentSize\": \"64KiB\"}, {\"mask\": \"0xfffffff\", \"regions\": [\"left\"]}, {}]");
        assertThat(all).containsOnlyKeys(Device.EVERY_USE);
        List<DmaConstraints> each = all.get(Device.EVERY_USE);
        assertThat(each).hasSize(3).allSatisfy(d -> {
            assertThat(d.ranges()).isEqualTo(WIRING.ranges());
            assertThat(d.coherent()).isTrue();
            assertThat(d.align()).isEqualTo(1);
        });
        assertThat(each.get(0).segments().maxCount()).isEqualTo(16);
        assertThat(each.get(0).segments().maxSize()).isEqualTo(65536);
        assertThat(each.get(0).mask()).isEqualTo(0xffffffffL);
        assertThat(each.get(1).mask()).isEqualTo(0xfffffffL);
        assertThat(each.get(1).regions()).hasSize(4).containsEntry(3, new java.util.TreeSet<>(Set.of("left")));
    }

    @Test
    void eachUseMayHaveItsOwn() throws WrongField {
        Device device = new Device("codec", List.of(), "soc", WIRING, read("{\"output\": [{}], \"capture\": [{\"align\": 8}, {}]}"));
        assertThat(device.alternatives("output")).hasSize(1);
        assertThat(device.alternatives("capture")).hasSize(2);
        assertThat(device.alternatives("other")).isEmpty();
        assertThat(new Device("codec", List.of(), "soc", WIRING, read("[{}]")).alternatives("output")).hasSize(1);
        assertThat(new Device("codec", List.of(), "soc", WIRING).alternatives("output")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[{}, {\"align\": 3}] | f: alternatives[1].align: 3; allowed: a power of two",
        "[{\"maxSegments\": 0}] | f: alternatives[0].maxSegments: 0; allowed: from 1 to 2147483647",
        "[{\"iommu\": true}] | f: alternatives[0].iommu: true; allowed: no such key here",
        "[{\"ranges\": []}] | f: alternatives[0].ranges: []; allowed: no such key here",
        "[{\"mask\": \"0x1ffffffff\"}] | f: alternatives[0].mask: \"0x1ffffffff\"; allowed: from 1 to the device's own mask 0xffffffff",
        "[{\"regions\": [\"top\"]}] | f: alternatives[0].regions: [top]; allowed: at least one of [left, right]",
        "[{\"held\": 3}] | f: alternatives[0].held: 3; allowed: one of the keys",
        "{\"output\": [{\"boundary\": 3}]} | f: alternatives.output[0].boundary: 3",
        "[{}, {}, {}, {}, {}, {}, {}, {}, {}] | f: alternatives: \"9 of them\"; allowed: at most 8",
        "{\"output\": [{}, {}, {}, {}, {}, {}, {}, {}, {}]} | f: alternatives.output: \"9 of them\"; allowed: at most 8",
        "{\"input\": [{}]} | f: alternatives.input: [{}]; allowed: a list for every use, or an object with lists by use, of output, capture",
        "[7] | f: alternatives[0]: 7; allowed: an object",
        "7 | f: alternatives: 7; allowed: a list",
        "[{\"align\": null}] | f: alternatives[0].align: null",
        "[{\"align\": }] | f:1:29: '}'; allowed: a value",
    })
    void saysWhatIsWrongAndWhere(String alternatives, String message) {
        assertThatThrownBy(() -> read(alternatives)).isInstanceOf(WrongField.class).hasMessageStartingWith(message);
    }
}
