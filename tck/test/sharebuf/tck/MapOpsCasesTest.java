package sharebuf.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.MemoryConstraints;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;

/** Each case passes dma_map_ops that keep the contract and catches some that break its point. */
class MapOpsCasesTest {
    @TestFactory
    Stream<DynamicTest> honestOnesPass() {
        return Stream.of(7L, 8L, 9L).flatMap(seed -> MapOpsCases.all(seed).stream().map(c -> dynamicTest(c.name() + " " + seed, () -> c.run(space -> new HonestMapping()))));
    }

    /** Case to dma_map_ops that must fail it. */
    private static final Map<String, MapOpsSubject> BROKEN = Map.of("through-keeps", space -> new HonestMapping() {
        @Override
        public MemoryConstraints through(Device device, UseId use, DmaConstraints own) {
            return MemoryConstraints.translated(use, DmaConstraints.builder().build());
        }
    }, "maps-what-suits", space -> new HonestMapping() {
        @Override
        public void map(MapRequest request, Table table) {
            Piece first = request.pieces().getFirst();
            table.enter(place(request), first.extent(), 0, first.extent().size(), request.access());
        }
    }, "addresses-are-its-own", space -> new HonestMapping() {
        @Override
        long place(MapRequest request) {
            taken.clear();
            return super.place(request);
        }
    }, "unmap-takes-all", space -> new HonestMapping() {
        @Override
        public void unmap(Mapped mapped, Table table) {
            runs(mapped).forEach(table::remove);
        }
    }, "denied-entries-heal", space -> new HonestMapping() {
        @Override
        public void map(MapRequest request, Table table) {
            try {
                super.map(request, table);
            } catch (IllegalArgumentException e) {
                taken.clear();
            }
        }
    }, "shortage-heals", space -> new HonestMapping() {
        private boolean sulking;

        @Override
        long place(MapRequest request) {
            sulking |= taken.size() > 20;
            if (sulking) {
                throw refused("once there was none");
            }
            return super.place(request);
        }
    }, "map-adoption", space -> new HonestMapping() {
        @Override
        public void adopt(Live live) {
            taken.clear();
        }
    }, "map-adoption-again", space -> new HonestMapping() {
        private boolean adopted;

        @Override
        public void adopt(Live live) {
            if (!adopted) {
                super.adopt(live);
            }
            adopted = !live.mappings().isEmpty();
        }
    }, "map-catching-up", space -> new HonestMapping() {
        @Override
        public boolean catchUp(Changes changes) {
            taken.clear();
            return true;
        }
    }, "odd-objects", space -> new HonestMapping() {
        @Override
        RefusedException refused(String found) {
            throw new IllegalStateException(found);
        }
    });

    @TestFactory
    Stream<DynamicTest> brokenOnesFail() {
        return MapOpsCases.all(7).stream().map(c -> dynamicTest(c.name(), () -> assertThatThrownBy(() -> c.run(BROKEN.get(c.name()))).isInstanceOf(CaseFailed.class)
                .hasMessageNotContaining("NullPointerException")));
    }

    @Test
    void everyCaseHasOneThatBreaksIt() {
        assertThat(MapOpsCases.all(1)).extracting(MapOpsCases.Case::name).containsExactlyInAnyOrderElementsOf(BROKEN.keySet());
    }

    @Test
    void overlapsOfTheSameMemoryAreNone() {
        // Where addresses are computed, one object for two uses has the same ones.
        List<MapOpsCases.Case> own = MapOpsCases.all(7).stream().filter(c -> c.name().equals("addresses-are-its-own")).toList();
        own.getFirst().run(space -> new HonestMapping() {
            @Override
            public MemoryConstraints through(Device device, UseId use, DmaConstraints declared) {
                return MemoryConstraints.direct(use, declared);
            }

            @Override
            public void map(MapRequest request, Table table) {
                for (Piece piece : request.pieces()) {
                    long bus = request.own().ranges().isEmpty() ? piece.span().base() : request.own().ranges().getFirst().bus() + piece.span().base() - request.own().ranges().getFirst().cpu();
                    table.enter(bus, piece.extent(), 0, piece.extent().size(), request.access());
                }
            }

            @Override
            public void unmap(Mapped mapped, Table table) {
                runs(mapped).forEach(table::remove);
                table.flush();
            }
        });
    }
}
