package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;

class DmaEngineTest {
    private static final long MIB = Board.MIB;

    private final Board board = new Board();

    @AfterEach
    void close() {
        board.close();
    }

    private SimNode device(String mask, String... windows) {
        return board.device(Map.of("sharebuf_device", "dev", "dmaRanges", windows, "mask", mask));
    }

    /** The window that leads a byte to a CPU address, looked up the slow way. */
    private record Window(long bus, long cpu, long size) {
        static Window of(List<Window> all, long cpu) {
            return all.stream().filter(w -> cpu >= w.cpu && cpu < w.cpu + w.size).findFirst().orElseThrow();
        }
    }

    /**
     * Random windows and random segment lists: what the engine moves is compared, byte by byte, with a model that knows only which CPU
     * address each byte of an object has.
     */
    @Test
    void shouldMoveTheBytesThatAnObviousModelMoves() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Window> windows = List.of(new Window(0x8000_0000L, 0, 16 * MIB), new Window(0x1_0000_0000L, 16 * MIB, 20 * MIB),
                new Window(0xffff_fff0_0000_0000L, 36 * MIB, 28 * MIB));
        SimNode dev = device("0xffffffffffffffff", windows.stream()
                .map(w -> "0x" + Long.toHexString(w.bus) + " " + w.cpu + " " + w.size).toArray(String[]::new));
        MemorySegment memory = board.soc.dram().at(new Span(0, 64 * MIB));
        for (int round = 0; round < 100; round++) {
            List<Long> cpu = new ArrayList<>(); // of each byte of the object
            ObjectId id = random(random, windows, cpu);
            ScatterList list = dev.engine().table().scatterList(id, true);
            assertThat(list.total()).as("seed %d", seed).isEqualTo(cpu.size());
            for (int access = 0; access < 10; access++) {
                int offset = random.nextInt(cpu.size());
                int size = 1 + random.nextInt(Math.min(9000, cpu.size() - offset));
                boolean write = random.nextBoolean();
                byte[] local = new byte[size];
                random.nextBytes(local);
                MemorySegment segment = Arena.ofAuto().allocate(size + 3L);
                MemorySegment.copy(local, 0, segment, ValueLayout.JAVA_BYTE, 3, size);
                assertThat(dev.engine().move(list, offset, segment, 3, size, write)).as("seed %d", seed).isTrue();
                for (int i = 0; i < size; i++) {
                    byte there = memory.get(ValueLayout.JAVA_BYTE, cpu.get(offset + i));
                    byte here = write ? local[i] : segment.get(ValueLayout.JAVA_BYTE, 3L + i);
                    assertThat(there).as("seed %d, round %d, byte %d", seed, round, offset + i).isEqualTo(here);
                }
            }
        }
        assertThat(board.soc.stopped()).isEmpty();
    }

    /** An object of 1 to 6 extents, entered in pieces and in any order. */
    private ObjectId random(Random random, List<Window> windows, List<Long> cpu) {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(6); i++) {
            long page = random.nextInt(2000) + 2500L * i;
            extents.add(new Extent(Board.RAM, page * 4096, (1 + random.nextInt(3)) * 4096L));
        }
        Collections.shuffle(extents, random);
        ObjectId id = board.export(extents);
        List<Runnable> entries = new ArrayList<>();
        long at = 0;
        for (Extent e : extents) {
            for (long done = 0; done < e.size();) {
                Window window = Window.of(windows, e.offset() + done);
                long left = Math.min(e.size() - done, window.cpu + window.size - (e.offset() + done));
                long n = Math.min(left, 1 + random.nextInt(6000));
                long from = done;
                long objectOffset = at + done;
                entries.add(() -> board.soc.enter("dev", id, objectOffset, window.bus + (e.offset() + from - window.cpu), e, from, n, Access.READ_WRITE));
                for (long b = 0; b < n; b++) {
                    cpu.add(e.offset() + done + b);
                }
                done += n;
            }
            at += e.size();
        }
        Collections.shuffle(entries, random);
        entries.forEach(Runnable::run);
        return id;
    }

    @Test
    void shouldEnterOnlyWhatTheWiringLeadsTo() {
        device("0xbfffffff", "0x80000000 0x0 16MiB", "0xa0000000 0x1000000 1MiB", "0xbff00000 0x2000000 32MiB");
        Extent low = board.take(8192).getFirst();
        ObjectId id = board.export(List.of(low));
        assertThatIllegalArgumentException().isThrownBy(() -> board.soc.enter("dev", id, 0, 0x8000_1000L, low, 0, 8192, Access.READ))
                .withMessageContaining("0x80001000").withMessageContaining("CPU address 0x0").withMessageContaining("CPU address 0x1000");
        assertThatIllegalArgumentException().isThrownBy(() -> board.soc.enter("dev", id, 0, 0x7000_0000L, low, 0, 8192, Access.READ))
                .withMessageContaining("none of its windows");
        Extent edge = new Extent(Board.RAM, 16 * MIB - 4096, 8192);
        assertThatIllegalArgumentException().as("across two windows").isThrownBy(() -> board.soc.enter("dev", id, 0, 0x80ff_f000L, edge, 0, 8192, Access.READ));
        Extent high = new Extent(Board.RAM, 0x2000000, 0x2000000);
        board.soc.enter("dev", id, 0, 0xbfff_f000L, high, 0xff000, 4096, Access.READ);
        assertThatIllegalArgumentException().as("in the window, beyond the mask")
                .isThrownBy(() -> board.soc.enter("dev", id, 0, 0xbfff_f000L, high, 0xff000, 4097, Access.READ))
                .withMessageContaining("mask 0xbfffffff");
        assertThatIllegalArgumentException().isThrownBy(() -> board.soc.enter("dev", id, 0, 0x8000_0000L, low, 4096, 8192, Access.READ));
        org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(() -> board.soc.enter("nobody", id, 0, 0, low, 0, 1, Access.READ))
                .withMessageContaining("ENODEV").withMessageContaining("nobody");
    }

    @Test
    void shouldStopWhatTheDeviceWasNotGiven() {
        device("0xffffffff", "0xc0000000 0x0 1GiB");
        MemorySegment memory = board.soc.dram().at(new Span(0, 64 * MIB));
        memory.fill((byte) 9);
        ObjectId id = board.export(board.take(4096));
        board.map("dev", id, 0xc000_0000L, Access.READ);
        Map<Long, String> expected = new HashMap<>();
        expected.put(0xc000_0000L, "mapped READ for " + id + "; real hardware would have written 16 bytes at CPU address 0x0");
        expected.put(0xc000_1000L, "not given to it; real hardware would have written 16 bytes at CPU address 0x1000");
        expected.put(0xf000_0000L, "would have written 16 bytes at CPU address 0x30000000, where nothing answers");
        expected.put(0x1000L, "nothing answers: in none of its windows");
        expected.put(0x2_0000_0000L, "nothing answers: beyond its mask 0xffffffff");
        expected.forEach((dma, text) -> assertThat(board.soc.send("dev", dma, 16, true)).hasValueSatisfying(s -> {
            assertThat(s.device()).isEqualTo("dev");
            assertThat(s.dma()).isEqualTo(dma);
            assertThat(s.message()).contains("dev: write of 16 bytes at DMA address 0x" + Long.toHexString(dma), text);
        }));
        assertThat(board.soc.stopped()).hasSize(expected.size());
        for (long at = 0; at < memory.byteSize(); at += 16) {
            assertThat(memory.get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) 9);
        }
        assertThat(board.soc.send("dev", 0xc000_0ff0L, 16, false)).isEmpty();
        assertThat(board.soc.send("dev", 0xc000_0ff1L, 16, false)).hasValueSatisfying(s -> assertThat(s.dma()).isEqualTo(0xc000_1000L));
        board.unmap("dev", id, 0xc000_0000L);
        assertThat(board.soc.send("dev", 0xc000_0000L, 16, false)).isPresent();
    }

    @Test
    void shouldKeepOneOfTwoEqualEntriesWhenTheOtherGoes() {
        SimNode dev = device("0xffffffff", "0xc0000000 0x0 1GiB");
        ObjectId id = board.export(board.take(4096));
        board.map("dev", id, 0xc000_0000L, Access.READ);
        board.map("dev", id, 0xc000_0000L, Access.WRITE);
        board.map("dev", id, 0xc000_0000L, Access.WRITE);
        assertThat(board.soc.send("dev", 0xc000_0000L, 1, true)).isEmpty();
        assertThat(board.soc.send("dev", 0xc000_0000L, 1, false)).isEmpty();
        board.unmap("dev", id, 0xc000_0000L);
        board.unmap("dev", id, 0xc000_0000L);
        assertThat(dev.engine().table().size()).isEqualTo(1);
        board.unmap("dev", id, 0xc000_0000L);
        board.unmap("dev", id, 0xc000_0000L);
        assertThat(dev.engine().table().size()).isZero();
        assertThat(dev.engine().table().scatterList(id, true).total()).isZero();
    }
}
