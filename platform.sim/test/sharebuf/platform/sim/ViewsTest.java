package sharebuf.platform.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.memory.Span;
import sharebuf.sim.Faults.Stopped;

/** Views of a table of pages, against a raster of bytes. */
class ViewsTest {
    private static final long DRAM = 0x8000_0000L;
    private static final long BASE = 0x6000_0000L;
    private static final long TURNED = 0x1_0000_0000L;
    private static final int COLUMNS = 4;
    private static final int ROWS = 2;
    private static final int PAGES = COLUMNS * ROWS;
    private static final long CONTAINER = PAGES * Libc.PAGE;
    private static final ObjectId OBJECT = new ObjectId(new BufferId(1), 0);

    private static ViewConfig config(String base, String turned, int columns, String... views) {
        return Board.config(ViewConfig.class, Map.of("sharebuf_addressSpace", "l3", "columns", columns, "rows", ROWS, "base", base, "turned", turned, "views", views));
    }

    private static Views views() {
        return Views.of("test", config("0x60000000", "0x100000000", COLUMNS, "64x64", "64x32", "32x32", "1x1"));
    }

    /** The address of an element by the definition: orientation bits, view, number in the raster of what is seen. */
    private static long address(int view, int w, int h, int bytes, int turn, int row, int column) {
        boolean swap = (turn & 4) != 0;
        long number = (long) row * (swap ? h : w) + column;
        return (turn == 0 ? BASE : TURNED + ((long) turn << 29)) + view * CONTAINER + number * bytes;
    }

    /** What is seen there, as column and row of the container as it is. */
    private static int[] seen(int turn, int w, int h, int row, int column) {
        int x = (turn & 4) != 0 ? row : column;
        int y = (turn & 4) != 0 ? column : row;
        return new int[] {(turn & 1) != 0 ? w - 1 - x : x, (turn & 2) != 0 ? h - 1 - y : y};
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void everyElementIsSeenWhereTheDefinitionSays(int turn) {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("ViewsTest seed " + seed);
        Random random = new Random(seed);
        List<Stopped> stopped = new ArrayList<>();
        Views views = views();
        try (Dram dram = new Dram(Backing.create()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(DRAM, 2 * CONTAINER));
            byte[] bytes = new byte[(int) (2 * CONTAINER)];
            random.nextBytes(bytes);
            MemorySegment all = arena.allocate(bytes.length);
            all.copyFrom(MemorySegment.ofArray(bytes));
            dram.write(DRAM, all, 0, bytes.length);
            DmaEngine engine = new DmaEngine("device", Wiring.of(DmaConstraints.builder().build()), Optional.empty(), new AtomicReference<>(views), dram, stopped::add);
            int[] page = random.ints(0, 2 * PAGES).distinct().limit(PAGES).toArray();
            for (int i = 0; i < PAGES; i++) {
                for (long space : new long[] {BASE, TURNED}) {
                    views.enter(space + 3 * CONTAINER + i * Libc.PAGE, DRAM + page[i] * Libc.PAGE, Libc.PAGE);
                    engine.table().enter(new DmaTable.Entry(space + 3 * CONTAINER + i * Libc.PAGE, Libc.PAGE, OBJECT, 0, Access.READ_WRITE));
                }
            }
            int[][] shapes = {{64, 64}, {64, 32}, {32, 32}};
            for (int view = 0; view < shapes.length; view++) {
                int pw = shapes[view][0];
                int ph = shapes[view][1];
                int element = (int) (Libc.PAGE / (pw * ph));
                int w = COLUMNS * pw;
                int h = ROWS * ph;
                int lines = (turn & 4) != 0 ? w : h;
                int long1 = (turn & 4) != 0 ? h : w;
                MemorySegment line = arena.allocate((long) long1 * element);
                for (int row = 0; row < lines; row++) {
                    assertThat(engine.send(address(view, w, h, element, turn, row, 0), line, 0, line.byteSize(), false)).as("%s", stopped).isTrue();
                    for (int column = 0; column < long1; column++) {
                        int[] at = seen(turn, w, h, row, column);
                        int slot = at[1] / ph * COLUMNS + at[0] / pw;
                        int from = (int) (page[slot] * Libc.PAGE) + (at[1] % ph * pw + at[0] % pw) * element;
                        for (int b = 0; b < element; b++) {
                            if (line.get(ValueLayout.JAVA_BYTE, (long) column * element + b) != bytes[from + b]) {
                                assertThat(line.get(ValueLayout.JAVA_BYTE, (long) column * element + b)).as("seed %d view %d turn %d row %d column %d byte %d", seed, view, turn, row, column, b)
                                        .isEqualTo(bytes[from + b]);
                            }
                        }
                    }
                    // What is written there is read there.
                    if (row % 7 == 0) {
                        byte[] own = new byte[(int) line.byteSize()];
                        random.nextBytes(own);
                        line.copyFrom(MemorySegment.ofArray(own));
                        long at = address(view, w, h, element, turn, row, 0);
                        assertThat(engine.send(at, line, 0, line.byteSize(), true)).isTrue();
                        line.fill((byte) 0);
                        assertThat(engine.send(at, line, 0, line.byteSize(), false)).isTrue();
                        assertThat(line.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(own);
                        dram.read(DRAM, all, 0, bytes.length);
                        MemorySegment.copy(all, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
                    }
                }
            }
            assertThat(stopped).isEmpty();
        }
    }

    @Test
    void aPageThatIsNotTheDevicesIsNotReached() {
        List<Stopped> stopped = new ArrayList<>();
        Views views = views();
        try (Dram dram = new Dram(Backing.create()); Arena arena = Arena.ofConfined()) {
            dram.add(new Span(DRAM, CONTAINER));
            DmaEngine engine = new DmaEngine("device", Wiring.of(DmaConstraints.builder().build()), Optional.empty(), new AtomicReference<>(views), dram, stopped::add);
            MemorySegment line = arena.allocate(128);
            assertThat(engine.send(BASE, line, 0, 64, false)).isFalse();
            assertThat(stopped.removeLast().message()).contains("no page is entered there");
            views.enter(BASE + 3 * CONTAINER, DRAM, 2 * Libc.PAGE);
            assertThat(engine.send(BASE, line, 0, 64, false)).isFalse();
            assertThat(stopped.removeLast().message()).contains("page 0 of the table in front of memory is not given to it").contains("would have read whatever page the table has there");
            engine.table().enter(new DmaTable.Entry(BASE + 3 * CONTAINER, Libc.PAGE, OBJECT, 0, Access.READ));
            assertThat(engine.send(BASE, line, 0, 64, false)).isTrue();
            assertThat(engine.send(BASE, line, 0, 64, true)).as("read only").isFalse();
            assertThat(engine.send(BASE, line, 0, 128, false)).as("runs into a page of somebody else").isFalse();
            assertThat(stopped.removeLast().message()).contains("page 1");
            assertThat(engine.send(TURNED + (1L << 29) + 2 * CONTAINER + 1, line, 0, 4, false)).as("middle of an element, mirrored").isFalse();
            views.remove(BASE + 3 * CONTAINER, 2 * Libc.PAGE);
            assertThat(engine.send(BASE, line, 0, 64, false)).isFalse();
        }
    }

    @Test
    void aPageIsEnteredOnceAndStaysAsLongAsItWasEntered() {
        Views views = views();
        long at = BASE + 3 * CONTAINER;
        views.enter(at, DRAM, 2 * Libc.PAGE);
        views.enter(at, DRAM, Libc.PAGE);
        assertThatIllegalArgumentException().isThrownBy(() -> views.enter(at + Libc.PAGE, DRAM, Libc.PAGE)).withMessageContaining("page 1 of the table of l3 leads to 0x80001000, not to 0x80000000");
        views.remove(at, 2 * Libc.PAGE);
        Views.Walk walk = views.new Walk();
        assertThat(walk.at(BASE, 1)).isTrue();
        views.remove(at, Libc.PAGE);
        assertThat(walk.at(BASE, 1)).isFalse();
        for (long wrong : new long[] {at + 1, BASE, at + CONTAINER - Libc.PAGE, TURNED + (1L << 29) + 3 * CONTAINER}) {
            assertThatThrownBy(() -> views.enter(wrong, DRAM, 2 * Libc.PAGE)).as(Long.toHexString(wrong)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole pages at unturned addresses");
        }
        assertThat(views).hasToString("views of l3, 0 of 8 pages entered");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "3; 0x60000000; 0x100000000; 64x64,1x1; columns = 3", "4; 0x60000001; 0x100000000; 64x64,1x1; base = 0x60000001", "4; 0x60000000; 0x1000; 64x64,1x1; turned = 0x1000",
        "4; 0x60000000; 0x100000000; 64x64; views = 64x64", "4; 0x60000000; 0x100000000; 65x64,1x1; views = 65x64", "4; 0x60000000; 0x100000000; 128x64,1x1; views = 128x64",
        "4; 0x60000000; 0x100000000; 64by64,1x1; views = 64by64"})
    void whatIsNoTableIsNamed(int columns, String base, String turned, String views, String named) {
        assertThatIllegalArgumentException().isThrownBy(() -> Views.of("test", config(base, turned, columns, views.split(",")))).withMessageContaining(named).withMessageContaining("allowed is");
    }
}
