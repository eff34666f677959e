package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;

class DramTest {
    private static final long GIB = 1L << 30;

    private static Backing backing(String name) {
        return name.equals("file") ? new FileBacking() : Backing.create();
    }

    private static void set(MemorySegment s, long at, int value) {
        s.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }

    private static int get(MemorySegment s, long at) {
        return s.get(ValueLayout.JAVA_BYTE, at);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memfd", "file"})
    void shouldHoldGibibytesAndCostOnlyWhatIsTouched(String name) {
        try (Dram dram = new Dram(backing(name)); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(0, 4 * GIB));
            dram.add(new Span(0xfffffff0_0000_0000L, 4 * GIB));
            MemorySegment low = dram.view(List.of(new Span(4 * GIB - 10, 10)), arena);
            MemorySegment high = dram.view(List.of(new Span(0xfffffff0_0000_0000L, 3 * GIB)), arena);
            set(low, 9, 5);
            set(high, 3 * GIB - 1, 6);
            assertThat(get(dram.at(new Span(4 * GIB - 1, 1)), 0)).isEqualTo(5);
            assertThat(get(dram.at(new Span(0xfffffff0_0000_0000L + 3 * GIB - 1, 1)), 0)).isEqualTo(6);
            assertThat(low.byteSize()).isEqualTo(10);
        }
    }

    @Test
    void shouldRefuseWhatIsNoMemory() {
        try (Dram dram = new Dram(Backing.create()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(0x10000, 0x10000));
            assertThatIllegalArgumentException().isThrownBy(() -> dram.add(new Span(0x1f000, 0x1000))).withMessageContaining("0x10000-0x1ffff");
            assertThatIllegalArgumentException().isThrownBy(() -> dram.add(new Span(0x20000, 0x1001)));
            assertThatIllegalArgumentException().isThrownBy(() -> dram.view(List.of(new Span(0x1ff00, 0x200)), arena))
                    .withMessageContaining("0x10000-0x1ffff");
            assertThat(dram.write(0x1ffff, arena.allocate(2), 0, 2)).isFalse();
            assertThat(dram.read(0xffff, arena.allocate(2), 0, 2)).isFalse();
            assertThat(dram.read(-1, arena.allocate(2), 0, 2)).isFalse();
        }
    }

    /** Random extents in random order: byte n of the view is byte n of the extents, in both directions. */
    @Test
    void shouldShowScatteredExtentsAsOneSegment() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (Board board = new Board()) {
            for (int round = 0; round < 200; round++) {
                int count = 1 + random.nextInt(12);
                List<Extent> extents = new java.util.ArrayList<>();
                for (int i = 0; i < count; i++) {
                    extents.add(new Extent(Board.RAM, (random.nextInt(256) + 256L * i) * 4096, (1 + random.nextInt(3)) * 4096L));
                }
                java.util.Collections.shuffle(extents, new java.util.Random(random.nextLong()));
                try (Arena arena = Arena.ofShared()) {
                    MemorySegment view = board.soc.uncachedView(extents, arena);
                    long at = 0;
                    for (Extent e : extents) {
                        MemorySegment own = board.soc.dram().at(new Span(e.offset(), e.size()));
                        set(own, 0, round);
                        set(own, e.size() - 1, round + 1);
                        assertThat(get(view, at)).as("seed %d", seed).isEqualTo((byte) round);
                        assertThat(get(view, at + e.size() - 1)).as("seed %d", seed).isEqualTo((byte) (round + 1));
                        set(view, at + 17, round + 2);
                        assertThat(get(own, 17)).as("seed %d", seed).isEqualTo((byte) (round + 2));
                        at += e.size();
                    }
                    assertThat(view.byteSize()).isEqualTo(at);
                }
            }
        }
    }

    @Test
    void shouldSayWhatScatteredViewsNeed() {
        try (Dram dram = new Dram(new FileBacking()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(0, 1 << 20));
            assertThat(dram.view(List.of(new Span(0, 4096), new Span(4096, 100)), arena).byteSize()).isEqualTo(4196);
            assertThatThrownBy(() -> dram.view(List.of(new Span(4096, 4096), new Span(0, 4096)), arena))
                    .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("memfd_create").hasMessageContaining("CONTIGUOUS");
        }
        try (Dram dram = new Dram(Backing.create()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(0, 1 << 20));
            assertThatThrownBy(() -> dram.view(List.of(new Span(8192, 100), new Span(0, 4096)), arena))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("piece 0 of 0x64 bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memfd", "file"})
    void shouldZeroExactlyWhatItIsTold(String name) {
        try (Dram dram = new Dram(backing(name))) {
            dram.add(new Span(0, 8 << 20));
            MemorySegment all = dram.at(new Span(0, 8 << 20));
            for (Span span : List.of(new Span(1 << 20, 4 << 20), new Span(4096, 4096), new Span(77, 300_001), new Span(0, 8 << 20))) {
                all.fill((byte) 1);
                dram.zero(span);
                for (long at = 0; at < all.byteSize(); at += 13) {
                    assertThat(get(all, at)).isEqualTo(at >= span.base() && at <= span.last() ? 0 : 1);
                }
            }
        }
    }

    @Test
    void shouldCopyBetweenDifferentlyCutExtents() {
        try (Board board = new Board(); Arena arena = Arena.ofConfined()) {
            List<Extent> from = board.take(8192, 4096, 12288);
            List<Extent> to = board.take(4096, 16384, 8192);
            MemorySegment source = board.soc.uncachedView(from, arena);
            for (long at = 0; at < source.byteSize(); at++) {
                set(source, at, (int) (at * 31 >> 3));
            }
            board.soc.copy(from, to, source.byteSize());
            MemorySegment target = board.soc.uncachedView(to, arena).asSlice(0, source.byteSize());
            assertThat(source.mismatch(target)).isEqualTo(-1);
        }
    }

    /** After the end a slice throws, a view lives as long as its arena, and nothing can be added. */
    @Test
    void shouldEndWithoutACrash() {
        Dram dram = new Dram(Backing.create());
        dram.add(new Span(0, 1 << 20));
        MemorySegment slice = dram.at(new Span(0, 4096));
        try (Arena arena = Arena.ofShared()) {
            MemorySegment view = dram.view(List.of(new Span(4096, 4096), new Span(0, 4096)), arena);
            set(view, 0, 3);
            dram.close();
            assertThat(get(view, 0)).isEqualTo(3);
            assertThatThrownBy(() -> get(slice, 0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> dram.add(new Span(1 << 20, 4096))).isInstanceOf(IllegalStateException.class);
        }
        dram.close();
    }
}
