package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import sharebuf.device.Access;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;
import sharebuf.memory.Span;
import sharebuf.sim.Faults.Fault;

/** Against flat bytes: who follows the rules sees what was written last; who does not may see older bytes, and is named. */
class CoherencyTest {
    private static final int SIZE = 16 << 10;
    /** Two pieces that no page separates by chance. */
    private static final List<Span> SPANS = List.of(new Span(0x40000000L, 4096), new Span(0x40004000L, SIZE - 4096));
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final Dram dram = new Dram(Backing.create());
    private final FaultState faults = new FaultState();
    private final Coherency caches = new Coherency(dram, faults, () -> true, cpu -> "b1/0");
    private final Arena arena = Arena.ofShared();
    private final Bus snooping = caches.bus("gpu", true);
    private final Bus other = caches.bus("camera", false);
    private final byte[] flat = new byte[SIZE];
    private final Random random = new Random();
    private MemorySegment view;

    CoherencyTest() {
        dram.add(new Span(0x40000000L, 1 << 20));
        view = caches.view(SPANS, arena);
    }

    @AfterEach
    void close() {
        arena.close();
        dram.close();
    }

    private interface Move {
        boolean at(long cpu, MemorySegment local, long offset, long size);
    }

    /** By pieces, as a scatter list goes. */
    private static void each(int from, int size, MemorySegment local, Move move) {
        long at = 0;
        long done = 0;
        for (Span s : SPANS) {
            long first = Math.max(from, at);
            long end = Math.min(from + size, at + s.size());
            if (first < end) {
                assertThat(move.at(s.base() + first - at, local, done, end - first)).isTrue();
                done += end - first;
            }
            at += s.size();
        }
    }

    private void write(Bus bus, int from, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, flat, from, size);
        each(from, size, MemorySegment.ofArray(bytes), bus::write);
    }

    private byte[] read(Bus bus, int from, int size) {
        byte[] bytes = new byte[size];
        each(from, size, MemorySegment.ofArray(bytes), bus::read);
        return bytes;
    }

    private byte[] expected(int from, int size) {
        return java.util.Arrays.copyOfRange(flat, from, from + size);
    }

    private void cpuWrites(int from, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, flat, from, size);
        MemorySegment.copy(bytes, 0, view, BYTE, from, size);
    }

    @Test
    @DisplayName("while programs open buffers, a device goes on writing elsewhere")
    void openingDisturbsNoDevice() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Long> device = new FutureTask<>(() -> {
            byte[] bytes = new byte[16];
            long writes = 0;
            for (; !over.get(); writes++) {
                other.write(0x40080000L, MemorySegment.ofArray(bytes), 0, bytes.length);
            }
            return writes;
        });
        Thread.ofPlatform().daemon().start(device);
        for (int i = 0; i < 5000 && !device.isDone(); i++) {
            try (Arena own = Arena.ofShared()) {
                caches.view(List.of(new Span(0x40010000L, 4096)), own);
            }
        }
        over.set(true);
        assertThat(device.get()).isPositive();
    }

    @RepeatedTest(10)
    @DisplayName("whoever brackets his work sees what was written last, whatever is evicted or prefetched when")
    void rulesAreEnough(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        System.out.println("CoherencyTest.rulesAreEnough seed " + seed);
        random.setSeed(seed);
        for (int i = 0; i < 1500; i++) {
            int from = random.nextInt(SIZE - 1);
            int size = 1 + random.nextInt(Math.min(3000, SIZE - from));
            String step = "seed " + seed + ", step " + i + ", " + size + " bytes from " + from;
            switch (random.nextInt(6)) {
                case 0 -> {
                    caches.begin(SPANS, Access.READ, "reader");
                    assertThat(view.asSlice(from, size).toArray(BYTE)).as(step).isEqualTo(expected(from, size));
                    caches.end(SPANS, Access.READ, "reader");
                }
                case 1 -> {
                    caches.begin(SPANS, Access.READ_WRITE, "writer");
                    cpuWrites(from, size);
                    caches.end(SPANS, Access.READ_WRITE, "writer");
                }
                case 2 -> {
                    caches.beginDma("gpu", true, SPANS);
                    write(snooping, from, size);
                }
                case 3 -> {
                    caches.beginDma("gpu", true, SPANS);
                    assertThat(read(snooping, from, size)).as(step).isEqualTo(expected(from, size));
                }
                case 4 -> {
                    caches.beginDma("camera", false, SPANS);
                    write(other, from, size);
                }
                default -> {
                    caches.beginDma("camera", false, SPANS);
                    assertThat(read(other, from, size)).as(step).isEqualTo(expected(from, size));
                }
            }
        }
        assertThat(caches.violations()).as("seed " + seed).isEmpty();
    }

    private Violation only(Kind kind) {
        assertThat(caches.violations()).extracting(Violation::kind).containsOnly(kind);
        return caches.violations().getFirst();
    }

    @Test
    @DisplayName("without begin the CPU reads stale bytes and some new ones, and is named with the device that wrote")
    void staleLines() {
        faults.inject(Fault.NO_BEGIN, 0);
        caches.beginDma("camera", false, SPANS);
        write(other, 0, SIZE);
        caches.begin(SPANS, Access.READ, "Reader.run:12");
        byte[] seen = view.toArray(BYTE);
        caches.end(SPANS, Access.READ, "Reader.run:12");
        assertThat(seen).isNotEqualTo(flat);
        int stale = 0;
        for (int line = 0; line < SIZE; line += CacheLines.LINE) {
            byte[] bytes = java.util.Arrays.copyOfRange(seen, line, line + CacheLines.LINE);
            boolean old = java.util.Arrays.equals(bytes, new byte[CacheLines.LINE]);
            assertThat(old || java.util.Arrays.equals(bytes, expected(line, CacheLines.LINE))).as("line %d is old or new as a whole", line).isTrue();
            stale += old ? 1 : 0;
        }
        assertThat(stale).isPositive();
        Violation v = only(Kind.STALE_LINES);
        assertThat(v.message()).contains("b1/0", "camera");
        assertThat(v.at()).contains("Reader.run:12");
    }

    @Test
    @DisplayName("without end a device that does not snoop reads old bytes, one that snoops the new ones; the writer is named")
    void dirtyLines() {
        faults.inject(Fault.NO_END, 0);
        caches.begin(SPANS, Access.WRITE, "Writer.run:7");
        cpuWrites(0, SIZE);
        caches.end(SPANS, Access.WRITE, "Writer.run:7");
        caches.beginDma("gpu", true, SPANS);
        assertThat(read(snooping, 0, SIZE)).isEqualTo(flat);
        assertThat(caches.violations()).isEmpty();
        caches.beginDma("camera", false, SPANS);
        assertThat(read(other, 0, SIZE)).isNotEqualTo(flat);
        Violation v = only(Kind.DIRTY_LINES);
        assertThat(v.device()).isEqualTo("camera");
        assertThat(v.madeAt()).isEqualTo("CPU access at Writer.run:7");
        assertThat(v.message()).contains("end of CPU access is missing");
    }

    @Test
    @DisplayName("dirty lines are written back over what a device wrote in the meantime")
    void lateEviction() {
        faults.inject(Fault.NO_END, 0);
        caches.begin(SPANS, Access.WRITE, "Writer.run:7");
        cpuWrites(0, SIZE);
        caches.end(SPANS, Access.WRITE, "Writer.run:7");
        caches.beginDma("camera", false, SPANS);
        write(other, 0, SIZE);
        caches.begin(SPANS, Access.READ, "Reader.run:12");
        assertThat(view.toArray(BYTE)).isNotEqualTo(flat);
        only(Kind.DIRTY_LINES);
    }

    @Test
    @DisplayName("what a snooping device leaves in the cache is not what another device reads, unless it is handed over")
    void handOver() {
        faults.inject(Fault.NO_HANDOVER, 0);
        caches.beginDma("gpu", true, SPANS);
        write(snooping, 0, SIZE);
        caches.beginDma("camera", false, SPANS);
        assertThat(read(other, 0, SIZE)).isNotEqualTo(flat);
        assertThat(only(Kind.DIRTY_LINES).message()).contains("the hand-over between the devices is missing");
        faults.clear();
        caches.beginDma("camera", false, SPANS);
        assertThat(read(other, 0, SIZE)).isEqualTo(flat);
    }

    @Test
    @DisplayName("a program that keeps its segment and writes behind the end is named at the next job")
    void unbracketedWrite() {
        caches.begin(SPANS, Access.WRITE, "Writer.run:7");
        cpuWrites(0, 64);
        caches.end(SPANS, Access.WRITE, "Writer.run:7");
        cpuWrites(128, 64);
        caches.beginDma("camera", false, SPANS);
        Violation v = only(Kind.UNBRACKETED_WRITE);
        assertThat(v.at()).isEqualTo("job of camera");
        assertThat(v.madeAt()).isEqualTo("Writer.run:7");
        assertThat(read(other, 128, 64)).as("they are in the cache, and nobody wrote them back").isNotEqualTo(expected(128, 64));
    }

    @Test
    @DisplayName("an explicit sync of a part writes back that part")
    void partialSync() {
        faults.inject(Fault.NO_END, 0);
        caches.begin(SPANS, Access.WRITE, "Writer.run:7");
        cpuWrites(0, SIZE);
        caches.end(SPANS, Access.WRITE, "Writer.run:7");
        caches.syncForDevice(List.of(new Span(SPANS.getFirst().base(), 2048)));
        assertThat(read(other, 0, 2048)).isEqualTo(expected(0, 2048));
        assertThat(caches.violations()).isEmpty();
        assertThat(read(other, 2048, 8192)).isNotEqualTo(expected(2048, 8192));
    }
}
