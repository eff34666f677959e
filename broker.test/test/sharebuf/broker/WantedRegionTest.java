package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;

/** The application says in which regions the objects of its buffers lie. */
class WantedRegionTest {
    private static final List<UseId> CPU = Scene.uses("cpu");
    private final Scene scene = new Scene();

    @BeforeEach
    void twoRegions() {
        for (String name : List.of("first", "second")) {
            FakeRegion region = scene.region(name, name.equals("first") ? 0x10_0000L : 0x80_0000L, Scene.MIB);
            scene.seat(name, GenericFor.region(region), name);
        }
    }

    @AfterEach
    void everythingWasGivenBack() {
        scene.session.close();
        assertThat(scene.liveExtents()).isZero();
        scene.close();
    }

    private static List<String> regions(Outcome<BufferSet> set) {
        return set.orThrow().explain().choices().stream().map(Explanation.Choice::region).toList();
    }

    @Test
    void everyObjectLiesWhereItIsWanted() {
        BufferSpec spec = BufferSpec.picture(PixelFormat.NV12M, 64, 64);
        assertThat(regions(scene.session.allocateFor(spec.in(0, List.of("second")).in(1, List.of("first")), CPU))).containsExactly("second", "first");
        assertThat(regions(scene.session.allocateFor(spec.in(1, List.of("second")), CPU))).containsExactly("first", "second");
        assertThat(regions(scene.session.allocateFor(spec.in(0, List.of("first", "second")).in(7, List.of("second")), CPU)))
                .as("either will do, and an object that there is not is not missed").containsExactly("first", "first");
    }

    @Test
    void whereNobodyServesIsRefusedAndSaysWhoWantsIt() {
        Refusal why = scene.session.allocateFor(BufferSpec.bytes(4096).in(0, List.of("third")), CPU).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EINVAL);
        assertThat(why.constraint()).isEqualTo("region");
        assertThat(why.message()).contains("third", "application");
    }

    @Test
    void itAgreesWithWhatDevicesPermitOrSaysWhoDoesNot() {
        DmaConstraints only = DmaConstraints.builder().regions(0, List.of("second")).build();
        scene.device("picky", Access.READ, only);
        List<UseId> picky = Scene.uses("picky");
        assertThat(regions(scene.session.allocateFor(BufferSpec.bytes(4096).in(0, List.of("first", "second")), picky))).containsExactly("second");
        Refusal why = scene.session.allocateFor(BufferSpec.bytes(4096).in(0, List.of("first")), picky).why().orElseThrow();
        assertThat(why.message()).contains("picky", "application");
    }

    @Test
    void theSpecSaysIt() {
        BufferSpec spec = BufferSpec.picture(PixelFormat.NV12M, 64, 64);
        assertThat(spec.in(0, List.of("a")).in(1, List.of("b", "c"))).hasToString("1 x NV12M 64x64 in 0=a, 1=b|c");
        assertThat(spec.in(0, List.of("b", "a")).in(1, List.of("a", "b"))).hasToString("1 x NV12M 64x64 in a or b").isNotEqualTo(spec);
        assertThat(spec.in(0, List.of("a")).count(3).regions()).isEqualTo(spec.in(0, List.of("a")).regions());
    }
}
