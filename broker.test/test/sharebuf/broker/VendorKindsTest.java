package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.allocator.cma.CmaFor;
import sharebuf.broker.test.FakeRegion;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.VendorConstraint;
import sharebuf.memory.Extent;
import sharebuf.plugin.Live;

/** Constraints of kinds that the core does not know: merged, judged by what memory says of itself or by its allocator, never ignored. */
class VendorKindsTest {
    private static final String SLICE = "com.example.slice";
    private static final BufferSpec SPEC = BufferSpec.bytes(Scene.MIB);

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    private void region(String name, int at, String... properties) {
        FakeRegion region = FakeRegion.stating(name, at * Scene.MIB * 64, Scene.MIB * 16, properties);
        scene.region(region);
        scene.seat(name, CmaFor.region(region), "pool." + name);
    }

    private static DmaConstraints asks(String text) {
        return DmaConstraints.builder().vendor(VendorConstraint.parse(text)).build();
    }

    private Outcome<BufferSet> allocate(String... uses) {
        return scene.session.allocateFor(SPEC, Scene.uses(uses));
    }

    private static String where(BufferSet set) {
        return set.explain().choices().getFirst().region();
    }

    @Test
    @DisplayName("the stricter of two decides which region suits, and who asked is told")
    void merged() {
        region("a", 1, SLICE + " max 2");
        region("b", 2, SLICE + " max 4");
        region("c", 3);
        scene.device("camera", Access.WRITE, asks(SLICE + " max 2"));
        scene.device("display", Access.READ, asks(SLICE + " max 3"));
        try (BufferSet both = allocate("camera", "display").orThrow(); BufferSet one = allocate("camera").orThrow()) {
            assertThat(where(one)).isEqualTo("a");
            assertThat(where(both)).isEqualTo("b");
            Explanation e = both.explain();
            assertThat(e.constraints()).contains(new Explanation.Line(SLICE, "max 3", List.of("display")));
            assertThat(e.choices().getFirst().reason()).contains("not pool.a: " + SLICE + ": found max 2, needed max 3 for display")
                    .contains("not pool.c: " + SLICE + ": found an allocator that does not know it, needed max 3 for display");
        }
    }

    @Test
    @DisplayName("where nobody knows a kind it refuses, names who asked, and the fix helps")
    void unknown() {
        region("a", 1);
        scene.device("camera", Access.WRITE, Scene.any());
        scene.device("npu", Access.READ, asks("com.example.secure equal yes"));
        Refusal why = allocate("camera", "npu").why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("com.example.secure");
        assertThat(why.device()).isEqualTo("npu");
        assertThat(why.fix()).isEqualTo("--uses camera");
        allocate("camera").orThrow().close();
    }

    @Test
    @DisplayName("an allocator that knows the kind is asked; but not over the head of what its memory says")
    void understood() {
        FakeRegion plain = FakeRegion.of("plain", Scene.MIB * 64, Scene.MIB * 16);
        FakeRegion stating = FakeRegion.stating("stating", Scene.MIB * 128, Scene.MIB * 16, SLICE + " max 1");
        for (FakeRegion r : List.of(plain, stating)) {
            scene.region(r);
            scene.seat(r.id().name(), new Knowing(CmaFor.region(r)), "knowing." + r.id().name());
        }
        scene.device("camera", Access.WRITE, asks(SLICE + " max 2"));
        try (BufferSet set = allocate("camera").orThrow()) {
            assertThat(where(set)).isEqualTo("plain");
        }
    }

    @Test
    @DisplayName("who joins later is judged as well: memory that was not asked for its kind moves, or it is refused")
    void joinsLater() {
        region("a", 1);
        region("b", 2, SLICE + " max 4");
        scene.device("camera", Access.WRITE, Scene.any());
        scene.device("display", Access.READ, asks(SLICE + " max 3"));
        scene.device("second", Access.READ, asks(SLICE + " max 4"));
        scene.device("third", Access.READ, asks(SLICE + " max 5"));
        try (BufferSet set = allocate("camera").orThrow()) {
            assertThat(where(set)).isEqualTo("a");
            Refusal why = set.attach(Scene.uses("display").getFirst(), new MovePolicy.Never()).why().orElseThrow();
            assertThat(why.constraint()).isEqualTo(SLICE);
            assertThat(why.found()).startsWith("memory that was not asked for it");
            assertThat(set.attach(Scene.uses("display").getFirst(), new MovePolicy.Allow(Scene.MIB)).isOk()).isTrue();
            assertThat(where(set)).isEqualTo("b");
            assertThat(set.attach(Scene.uses("second").getFirst(), new MovePolicy.Never()).isOk()).as("the memory says that it suits").isTrue();
            assertThat(set.attach(Scene.uses("third").getFirst(), new MovePolicy.Allow(Scene.MIB)).why().map(Refusal::constraint)).contains(SLICE);
        }
    }

    /** Knows the kind, and takes any value of it. */
    private record Knowing(Allocator own) implements Allocator {
        @Override
        public Set<String> understands() {
            return Set.of(SLICE);
        }

        @Override
        public Outcome<Offer> offer(Request request) {
            return own.offer(request);
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) throws Exception {
            return own.place(request, claims);
        }

        @Override
        public void adopt(Live live) throws Exception {
            own.adopt(live);
        }

        @Override
        public void released(Extent extent) {
            own.released(extent);
        }
    }
}
