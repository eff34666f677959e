package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.generic.GenericFor;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.inventory.Snapshot;

/** An operator works on the sets of others by their numbers. */
class OperatorDeskTest {
    private static final UseId SCREEN = UseId.parse("screen");

    private final Scene scene = new Scene();
    private final OperatorDesk desk = new OperatorDesk(scene.broker);
    private BufferSet set;
    private long number;

    @BeforeEach
    void board() {
        scene.region("ram", 0x1000_0000L, 64 * 4096);
        scene.seat("ram", GenericFor.region(scene.broker.all().getFirst().ledger().region()), "generic");
        scene.device("camera", Access.WRITE, Scene.any());
        scene.device("screen", Access.READ, Scene.any());
        scene.device("far", Access.READ, DmaConstraints.builder().mask(0xffff).build());
        scene.session.describe(BufferSpec.bytes(1), Scene.uses("camera")).orThrow().close();
        set = scene.session.allocateFor(BufferSpec.bytes(8192).count(2), Scene.uses("camera")).orThrow();
        number = shown().number();
    }

    @AfterEach
    void close() {
        scene.close();
        assertThat(scene.liveExtents()).isZero();
    }

    private Snapshot.LiveSet shown() {
        return InventoryView.of(scene.broker).sets().getFirst();
    }

    @Test
    @DisplayName("a set is found by its number, gets a use and loses it again; its owner sees both")
    void attachAndDetach() {
        assertThat(shown()).isEqualTo(new Snapshot.LiveSet(number, set.spec(), BufferSet.State.MAPPED, Scene.uses("camera"),
                set.buffers().stream().map(b -> b.id()).toList(), "test", "test 1.0.0"));
        assertThat(desk.attach(number, SCREEN, MovePolicy.NEVER).orThrow()).isEqualTo(SCREEN);
        assertThat(set.uses()).containsExactlyElementsOf(Scene.uses("camera", "screen"));
        assertThat(scene.broker.mappings().all()).hasSize(4);
        desk.detach(number, SCREEN).orThrow();
        assertThat(set.uses()).containsExactlyElementsOf(Scene.uses("camera"));
        assertThat(scene.broker.mappings().all()).hasSize(2);
    }

    @Test
    @DisplayName("what would move is told, and nothing moves")
    void plan() {
        scene.region("low", 0, 64 * 4096);
        scene.seat("low", GenericFor.region(scene.broker.all().stream().filter(p -> p.name().equals("low")).findFirst().orElseThrow().ledger().region()), "generic.low");
        assertThat(desk.plan(number, SCREEN).orThrow().moves()).isFalse();
        MovePlan plan = desk.plan(number, UseId.parse("far")).orThrow();
        assertThat(plan.bytes()).isEqualTo(2 * 8192);
        assertThat(plan.objects()).allSatisfy(o -> assertThat(o.toRegion()).isEqualTo("low"));
        assertThat(set.buffers()).allSatisfy(b -> assertThat(b.generation()).isZero());
        assertThat(desk.plan(99, SCREEN).why().orElseThrow().errno()).isEqualTo(Errno.ENOENT);
    }

    @Test
    @DisplayName("what cannot be done is refused with what there is, and changes nothing")
    void refusals() {
        List<Refusal> refusals = List.of(desk.attach(99, SCREEN, MovePolicy.NEVER).why().orElseThrow(), desk.detach(99, SCREEN).why().orElseThrow(),
                desk.detach(number, SCREEN).why().orElseThrow());
        assertThat(refusals).allSatisfy(r -> {
            assertThat(r.errno()).isEqualTo(Errno.ENOENT);
            assertThat(r.fix()).isEqualTo("dma:sets");
        });
        assertThat(desk.detach(number, UseId.parse("camera")).why().orElseThrow().errno()).isEqualTo(Errno.EBUSY);
        assertThat(desk.attach(number, UseId.parse("far"), MovePolicy.NEVER).why().orElseThrow().constraint()).isEqualTo("reach");
        assertThat(set.uses()).containsExactlyElementsOf(Scene.uses("camera"));
    }

    @Test
    @DisplayName("a set that its owner closed is not there any more, and its number is never used again")
    void closedSet() {
        set.close();
        assertThat(desk.attach(number, SCREEN, MovePolicy.NEVER).why().orElseThrow().found()).contains("no open set has number " + number);
        set = scene.session.allocateFor(BufferSpec.bytes(8192), Scene.uses("camera")).orThrow();
        assertThat(shown().number()).isGreaterThan(number);
    }
}
