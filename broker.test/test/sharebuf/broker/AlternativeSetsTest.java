package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/** Uses that accept several kinds of memory, each the best that can be had. */
class AlternativeSetsTest {
    private static final BufferSpec SPEC = BufferSpec.bytes(Scene.MIB);

    private final Scene scene = new Scene();

    AlternativeSetsTest() {
        pool("fast", 1, 2);
        pool("slow", 2, 16);
        prefers("camera", Access.WRITE, "fast", "slow");
        prefers("display", Access.READ, "slow", "fast");
        prefers("npu", Access.READ, "fast");
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private void pool(String name, int at, int mib) {
        FakeRegion region = scene.region(name, at * 64 * Scene.MIB, mib * Scene.MIB);
        scene.seat(name, CmaFor.region(region), "pool." + name);
    }

    private void prefers(String name, Access access, String... regions) {
        List<DmaConstraints> all = Arrays.stream(regions).map(r -> DmaConstraints.builder().regions(0, List.of(r)).build()).toList();
        Use use = new Use(new UseId(name, name), access, all.getFirst(), List.of(), true, LettingGo.BETWEEN_JOBS, 0).orElse(all.subList(1, all.size()));
        scene.device(name, "soc", access, all.getFirst(), new Scene.Quiet(name, access, all.getFirst()) {
            @Override
            public List<Use> uses() {
                return List.of(use);
            }
        });
    }

    private static String where(BufferSet set) {
        return set.explain().choices().getFirst().region();
    }

    private static Optional<String> told(BufferSet set, String use) {
        return set.explain().constraints().stream().filter(l -> l.constraint().equals("alternative") && l.by().equals(List.of(use))).map(Explanation.Line::value).findFirst();
    }

    @Test
    @DisplayName("alone each gets its best, together what costs least, in whatever order they are named")
    void best() {
        try (BufferSet alone = scene.session.allocateFor(SPEC, Scene.uses("camera")).orThrow()) {
            assertThat(where(alone)).isEqualTo("fast");
            assertThat(told(alone, "camera")).contains("1 of 2");
        }
        for (String[] order : new String[][] {{"camera", "display"}, {"display", "camera"}}) {
            try (BufferSet both = scene.session.allocateFor(SPEC, Scene.uses(order)).orThrow()) {
                assertThat(where(both)).as("as good as slow, and decided by the allocator's name").isEqualTo("fast");
                assertThat(told(both, "display").orElseThrow()).startsWith("2 of 2; not 1: region of object 0: ");
            }
        }
    }

    @Test
    @DisplayName("when the best memory is full for the count, the next alternative serves the whole set, and says why")
    void full() {
        try (BufferSet set = scene.session.allocateFor(SPEC.count(3), Scene.uses("camera")).orThrow()) {
            assertThat(set.buffers()).hasSize(3);
            assertThat(where(set)).isEqualTo("slow");
            assertThat(told(set, "camera").orElseThrow()).startsWith("2 of 2; not 1: pool.fast ");
        }
        try (BufferSet set = scene.session.describe(SPEC.count(3), Scene.uses("camera")).orThrow().allocate().then(BufferSet::map).orThrow()) {
            assertThat(where(set)).as("in two steps as in one").isEqualTo("slow");
            assertThat(set.attachments().getFirst().use().dma().regions().get(0)).containsExactly("slow");
        }
        try (BufferSet set = scene.session.describe(SPEC.count(17), Scene.uses("camera")).orThrow()) {
            assertThat(set.allocate().why().map(Refusal::errno)).contains(Errno.ENOMEM);
            assertThat(set.attachments().getFirst().use().dma().regions().get(0)).as("as described").containsExactly("fast");
        }
        Refusal why = scene.session.allocateFor(SPEC.count(17), Scene.uses("camera")).why().orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.ENOMEM);
        assertThat(why.found()).as("of what it likes best").contains("for buffer 3 of 17");
        assertThat(scene.liveExtents()).isZero();
    }

    @Test
    @DisplayName("a described set decides again with each use; a set with memory keeps what it has")
    void joins() {
        BufferSet described = scene.session.describe(SPEC, Scene.uses("display")).orThrow();
        assertThat(described.attach(UseId.parse("npu"), new MovePolicy.Never()).isOk()).isTrue();
        try (BufferSet set = described.allocate().then(BufferSet::map).orThrow()) {
            assertThat(where(set)).isEqualTo("fast");
            assertThat(set.attachments().getFirst().use().dma().regions().get(0)).containsExactly("fast");
        }
        try (BufferSet slow = scene.session.allocateFor(SPEC, Scene.uses("display")).orThrow()) {
            assertThat(where(slow)).isEqualTo("slow");
            assertThat(slow.attach(UseId.parse("camera"), new MovePolicy.Never()).isOk()).as("takes its second choice as it is").isTrue();
            assertThat(slow.attach(UseId.parse("npu"), new MovePolicy.Allow(Scene.MIB)).why().map(Refusal::device)).contains("npu");
            assertThat(where(slow)).isEqualTo("slow");
        }
    }
}
