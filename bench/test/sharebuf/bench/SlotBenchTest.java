package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.slots.Area;
import sharebuf.slots.Container;

class SlotBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int bench(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    /** The yardstick and the container come from different hands; where they agree on every place both are right. */
    @Test
    void scanAndContainerTakeTheSamePlaces() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("bench SlotBenchTest seed " + seed);
        Random random = new Random(seed);
        int placed = 0;
        int full = 0;
        for (int round = 0; round < 50; round++) {
            int width = 1 + random.nextInt(256);
            int height = 1 + random.nextInt(60);
            Container container = new Container(width, height);
            RasterScan scan = new RasterScan(width, height);
            int[] handles = new int[40];
            java.util.Arrays.fill(handles, Container.NONE);
            for (int i = 0; i < 400; i++) {
                int which = random.nextInt(handles.length);
                if (handles[which] != Container.NONE) {
                    scan.mark(container.area(handles[which]), false);
                    container.free(handles[which]);
                    handles[which] = Container.NONE;
                    continue;
                }
                int w = 1 + random.nextInt(1 + width / 3);
                int h = 1 + random.nextInt(1 + height / 3);
                int align = 1 << random.nextInt(5);
                handles[which] = container.place(w, h, align);
                Area theirs = scan.place(w, h, align);
                String what = "seed " + seed + ", round " + round + ", step " + i + ": " + w + "x" + h + " at " + align + " in " + width + "x" + height;
                assertEquals(theirs, handles[which] == Container.NONE ? null : container.area(handles[which]), what);
                placed += theirs == null ? 0 : 1;
                full += theirs == null ? 1 : 0;
            }
        }
        assertTrue(placed > 1_000 && full > 100, placed + " placed, " + full + " not");
    }

    @Test
    void tracesThatAreMadeAreTheSameForTheSameSeedAndRise() {
        SlotTrace trace = SlotTrace.fill(3);
        SlotTrace again = SlotTrace.fill(3);
        assertTrue(java.util.Arrays.equals(trace.w, again.w) && java.util.Arrays.equals(trace.id, again.id));
        int used = 0;
        int[] sizes = new int[trace.ids];
        for (int i = 0; i < trace.ops; i++) {
            used += trace.w[i] == 0 ? -sizes[trace.id[i]] : trace.w[i] * trace.h[i];
            sizes[trace.id[i]] = trace.w[i] * trace.h[i];
            assertTrue(used >= 0 && used < 256 * 128 * 1.26, "operation " + i);
        }
        assertTrue(used > 256 * 128 * 0.9);
    }

    @Test
    void aTraceIsPlayed() throws IOException {
        Path trace = folder.resolve("small.trace");
        // One column stands in the middle of four; three others have no place beside it until it moves.
        Files.writeString(trace, "# name=small w=4 h=2\nR 0 1 2 1\nR 1 1 2 1\nF 0\nR 2 3 2 1\n");
        assertEquals(Main.DONE, bench("2d", "--trace", trace.toString()), err.toString(StandardCharsets.UTF_8));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("first failure at  25.0 %, with moves 100.0 %, by area 100.0 %; room made 1 times by 1 moves"), out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void wrongCallsAreTold() throws IOException {
        Path trace = folder.resolve("wrong.trace");
        for (String line : new String[] {"R 0 0 1 1", "R 0 1 1 3", "R 0 1 1", "F 0", "R 0 1 1 1\nR 0 1 1 1", "A 0 1 1 1", "# w=257"}) {
            Files.writeString(trace, line + "\n");
            err.reset();
            assertEquals(Main.WRONG_CALL, bench("2d", "--trace", trace.toString()), line);
            assertTrue(err.toString(StandardCharsets.UTF_8).matches("(?s).*wrong.trace line [12]: '.*', needed: .*"), err.toString(StandardCharsets.UTF_8));
        }
        for (String[] args : new String[][] {{"2d", "--fast"}, {"2d", "--seeds"}, {"2d", "--seeds", "0"}, {"2d", "--rounds", "x"}, {"2d", "--trace", "none"}}) {
            err.reset();
            assertEquals(Main.WRONG_CALL, bench(args), String.join(" ", args));
            assertTrue(err.size() > 0);
        }
    }
}
