package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.memory.Extent;
import sharebuf.memory.Span;

/** Against two arrays: the object's own bytes, and those that the device works on. */
class BouncesTest {
    private static final DmaConstraints ANY = DmaConstraints.builder().build();
    private static final int SIZE = 24 << 10;

    private final Board board = new Board();
    private final Soc soc = board.soc;
    private final SimNode node = board.device(Map.of("sharebuf_device", "narrow", "mask", "0xffffff"));
    private final byte[] own = new byte[SIZE];
    private final byte[] slot = new byte[SIZE];

    BouncesTest() {
        soc.addPools(List.of(new BouncePool(new Span(8 * Board.MIB, 64 << 10), "")));
    }

    @AfterEach
    void close() {
        board.close();
    }

    /** Scattered, beyond what the device reaches. */
    private ObjectId far(long offset) {
        return board.export(List.of(new Extent(Board.RAM, offset, 4096), new Extent(Board.RAM, offset + 8192, SIZE - 4096)));
    }

    private long bounce(ObjectId id) {
        return soc.bounce("narrow", id, SIZE, ANY, Access.READ_WRITE).orThrow();
    }

    private byte[] deviceReads(long dma, int size) {
        byte[] bytes = new byte[size];
        assertThat(node.engine().send(dma, MemorySegment.ofArray(bytes), 0, size, false)).isTrue();
        return bytes;
    }

    @RepeatedTest(10)
    @DisplayName("bytes go to the device at the begin of a job that reads and at a sync for it, back after a job that wrote and at a sync for the CPU, and at no other time")
    void directions(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        System.out.println("BouncesTest seed " + seed);
        Random random = new Random(seed);
        ObjectId id = far(32 * Board.MIB);
        MemorySegment memory = board.bytes(id);
        random.nextBytes(own);
        memory.copyFrom(MemorySegment.ofArray(own));
        long dma = bounce(id);
        System.arraycopy(own, 0, slot, 0, SIZE); // whatever the direction: nobody gets what was in the slot before
        for (int i = 0; i < 500; i++) {
            int from = random.nextInt(SIZE - 1);
            int size = 1 + random.nextInt(Math.min(6000, SIZE - from));
            byte[] fresh = new byte[size];
            random.nextBytes(fresh);
            Access access = Access.values()[random.nextInt(3)];
            switch (random.nextInt(6)) {
                case 0 -> {
                    MemorySegment.copy(fresh, 0, memory, ValueLayout.JAVA_BYTE, from, size);
                    System.arraycopy(fresh, 0, own, from, size);
                }
                case 1 -> {
                    assertThat(node.engine().send(dma + from, MemorySegment.ofArray(fresh), 0, size, true)).isTrue();
                    System.arraycopy(fresh, 0, slot, from, size);
                }
                case 2 -> {
                    soc.beginDma("narrow", id, access, "test");
                    System.arraycopy(own, 0, slot, 0, access.reads() ? SIZE : 0);
                }
                case 3 -> {
                    soc.endDma("narrow", id, access, "test");
                    System.arraycopy(slot, 0, own, 0, access.writes() ? SIZE : 0);
                }
                case 4 -> {
                    soc.syncForDevice("narrow", id, from, size, access, "test");
                    System.arraycopy(own, from, slot, from, access.reads() ? size : 0);
                }
                default -> {
                    soc.syncForCpu("narrow", id, from, size, access, "test");
                    System.arraycopy(slot, from, own, from, access.writes() ? size : 0);
                }
            }
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).as("own bytes, seed %d, step %d", seed, i).isEqualTo(own);
            assertThat(deviceReads(dma, SIZE)).as("the device's, seed %d, step %d", seed, i).isEqualTo(slot);
        }
    }

    @Test
    @DisplayName("slots go back when the entry goes, are bounded, and go along when objects exchange their memory")
    void life() {
        ObjectId a = far(32 * Board.MIB);
        ObjectId b = far(40 * Board.MIB);
        long dma = bounce(a);
        bounce(b);
        ObjectId c = far(48 * Board.MIB);
        Refusal full = soc.bounce("narrow", c, SIZE, ANY, Access.READ).why().orElseThrow();
        assertThat(full.constraint()).isEqualTo("bounce");
        assertThat(full.found()).contains("64KiB at 0x800000, 16384 bytes free");
        soc.exchange(a, b);
        board.bytes(b).fill((byte) 3); // what was a
        soc.beginDma("narrow", b, Access.READ, "test");
        assertThat(deviceReads(dma, SIZE)).containsOnly(3);
        soc.remove("narrow", b, dma, SIZE);
        assertThat(bounce(c)).as("the first free").isEqualTo(dma);
        soc.beginDma("narrow", b, Access.READ, "test");
        assertThat(deviceReads(dma, SIZE)).as("b has no slot any more").containsOnly(0);
    }

    @Test
    @DisplayName("a slot begins and ends as the use demands that it is for")
    void suits() {
        long first = bounce(far(32 * Board.MIB));
        ObjectId small = board.export(List.of(new Extent(Board.RAM, 40 * Board.MIB, 4096)));
        DmaConstraints low = DmaConstraints.builder().mask(first + SIZE).build();
        assertThat(soc.bounce("narrow", small, 4096, low, Access.READ).isOk()).as("ends beyond the mask").isFalse();
        DmaConstraints aligned = DmaConstraints.builder().align(32 << 10).build();
        assertThat(soc.bounce("narrow", small, 4096, aligned, Access.READ).orThrow() % (32 << 10)).isZero();
        assertThat(soc.bounce("narrow", board.export(List.of(new Extent(Board.RAM, 41 * Board.MIB, 4096))), 4096, ANY, Access.READ).orThrow()).as("the first free otherwise").isEqualTo(first + SIZE);
    }

    @Test
    @DisplayName("a device that does not reach the pool, and one behind an IOMMU, are refused")
    void outOfReach() {
        board.device(Map.of("sharebuf_device", "blind", "mask", "0xfffff"));
        board.device(Map.of("sharebuf_device", "mapped", "iommu", true, "sharebuf_addressSpace", "domain"));
        ObjectId id = far(32 * Board.MIB);
        assertThat(soc.bounce("blind", id, SIZE, ANY, Access.READ).why().map(Refusal::constraint)).contains("bounce");
        assertThat(soc.bounce("mapped", id, SIZE, ANY, Access.READ).why().map(Refusal::found)).contains("mapped is behind an IOMMU");
    }
}
