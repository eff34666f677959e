package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangeBenchTest {

    private static final String TINY = """
        # name=tiny region=65536 granule=4096
        A 0 4096 4096 0
        A 1 8192 8192 32768
        # steady
        F 0
        A 0 65536 4096 0
        A 2 100 4096 16384
        F 0
        F 1
        F 2
        A 3 65536 4096 0
        """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int bench(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String trace(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        return file.toString();
    }

    private void assertWrong(String expected, String... args) {
        err.reset();
        assertEquals(Main.WRONG_CALL, bench(args));
        String told = err.toString(StandardCharsets.UTF_8);
        assertTrue(told.contains(expected), told);
    }

    @Test
    void shouldPrintATableOfAllAllocators() throws IOException {
        assertEquals(Main.DONE, bench("range", "--trace", trace("tiny.trace", TINY), "--rounds", "2"));
        String table = out.toString(StandardCharsets.UTF_8);
        assertTrue(table.startsWith("traces replayed"), table);
        for (Allocators.Named named : Allocators.ALL) {
            assertTrue(table.contains(named.name()), table);
        }
    }

    @Test
    void shouldWriteJsonAndNothingElseToStandardOutput() throws IOException {
        assertEquals(Main.DONE, bench("range", "--trace", trace("tiny.trace", TINY), "--rounds", "1", "--json", "-"));
        String json = out.toString(StandardCharsets.UTF_8);
        assertTrue(json.startsWith("[{"), json);
        assertTrue(json.endsWith("}]\n"), json);
        for (String key : new String[] {"trace", "allocator", "nsPerOp", "p50", "p99", "p999", "requests", "failed",
            "bytesRequested", "bytesServed", "firstFailureOccupancy", "largestFreeRatio", "metadataBytes",
            "heapBytesPerOp"}) {
            assertTrue(json.contains("\"" + key + "\": "), key + " in " + json);
        }
        assertTrue(json.contains("\"requests\": 3,"), json);
        assertTrue(json.contains("\"failed\": 1,"), json);
        assertTrue(json.contains("\"bytesServed\": 65636,"), json);
    }

    @Test
    void shouldReadPackedTracesOfAFolderAndWriteThePlacements() throws IOException {
        Path packed = folder.resolve("tiny.trace.gz");
        try (OutputStream stream = new GZIPOutputStream(Files.newOutputStream(packed))) {
            stream.write(TINY.getBytes(StandardCharsets.UTF_8));
        }
        Path placements = folder.resolve("places");
        Path json = folder.resolve("out.json");
        assertEquals(Main.DONE, bench("range", "--trace", folder.toString(), "--allocator", "bitmap-first-fit",
            "--rounds", "1", "--placements", placements.toString(), "--json", json.toString()));
        assertEquals("0 0\n1 8192\n2 0\n3 0\n", Files.readString(placements));
        assertTrue(Files.readString(json).contains("\"ratioToTreeBestFit\": null"));
    }

    @Test
    void shouldNameFileLineAndFaultOfABadTrace() throws IOException {
        String header = "# name=x region=65536 granule=4096\n";
        String[][] wrong = {
            {header + "B 0\n", "line 2: operation \"B\""},
            {header + "A 0 4096 4096\n", "line 2: expected \"A id size align maxaddr\""},
            {header + "A 0 4096 3 0\n", "line 2: align 3 is not a power of two"},
            {header + "A 0 x 4096 0\n", "line 2: size \"x\" is not a number"},
            {header + "A 0 0 4096 0\n", "line 2: size 0 is less than 1"},
            {header + "A 0 1 1 0\nA 0 1 1 0\n", "line 3: id 0 is taken already"},
            {header + "F 5\n", "line 2: id 5 is not taken"},
            {header + "A 99999999999 1 1 0\n", "line 2: id 99999999999 is larger"},
            {header + "# steady\n# steady\n", "line 3: a second # steady"},
            {"A 0 1 1 0\n", "line 1: an operation before the header"},
            {"# name=x region=5000 granule=4096\n", "line 1: region 5000"},
            {header, "no operation"},
            {header + "R 0 18 23 1\n", "line 2: not yet: 2D"},
        };
        for (String[] each : wrong) {
            String file = trace("bad.trace", each[0]);
            assertWrong(file + " line ", "range", "--trace", file);
            assertTrue(err.toString(StandardCharsets.UTF_8).contains(each[1]), each[1] + " in " + err);
        }
        assertWrong("cannot be read", "range", "--trace", trace("bad.trace.gz", "not packed"));
    }

    @Test
    void shouldTellWhatIsWrongWithACall() throws IOException {
        String file = trace("tiny.trace", TINY);
        assertWrong("needs --trace", "range");
        assertWrong("no such file", "range", "--trace", folder.resolve("none").toString());
        assertWrong("no option --fast", "range", "--fast");
        assertWrong("needs a value", "range", "--trace");
        assertWrong("no such allocator, only range, bitmap-first-fit", "range", "--trace", file, "--allocator", "x");
        assertWrong("is not a number from 1", "range", "--trace", file, "--rounds", "0");
        assertWrong("exactly one trace", "range", "--trace", file, "--trace", file, "--placements", "p");
        assertWrong("no benchmark x", "x");
        assertWrong("bench NAME");
        assertEquals(Main.DONE, bench("range", "--help"));
        assertEquals(Main.DONE, bench("--help"));
    }

    @Test
    void shouldNoticeAWrongAnswer() throws Exception {
        Trace trace = Trace.read(Path.of(trace("tiny.trace", TINY)));
        for (long answer : new long[] {0, 100, 65536}) {
            assertNotNull(new Verified(trace, new Stubborn(answer), null).fault, "answer " + answer);
        }
        assertNull(new Verified(trace, new Stubborn(-1), null).fault);
    }

    @Test
    void shouldPackExactlyAsTheOracleDoesWithTheTree() throws Exception {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("bench RangeBenchTest seed " + seed);
        Trace trace = Trace.read(Path.of(trace("random.trace", random(new Random(seed)))));
        Verified tree = new Verified(trace, new TreeBestFit(trace), null);
        Verified oracle = new Verified(trace, new BestFitOracle(trace), null);
        Verified bitmap = new Verified(trace, new BitmapFirstFit(trace), null);
        Verified range = new Verified(trace, new RangeSubject(trace), null);
        for (Verified each : new Verified[] {tree, oracle, bitmap, range}) {
            assertNull(each.fault, "seed " + seed);
            assertTrue(each.failed > 0, "seed " + seed);
        }
        assertEquals(oracle.bytesServed, tree.bytesServed, "seed " + seed);
        assertEquals(oracle.largestFreeRatio, tree.largestFreeRatio, 1e-9, "seed " + seed);
    }

    private static String random(Random random) {
        StringBuilder text = new StringBuilder("# name=random region=1048576 granule=4096\n# steady\n");
        boolean[] taken = new boolean[60];
        for (int i = 0; i < 20_000; i++) {
            int id = random.nextInt(taken.length);
            if (taken[id]) {
                text.append("F ").append(id).append('\n');
            } else {
                text.append("A ").append(id).append(' ').append(1 + random.nextInt(100_000)).append(' ')
                    .append(1 << random.nextInt(16)).append(' ').append(random.nextBoolean() ? 0 : 524_288).append('\n');
            }
            taken[id] = !taken[id];
        }
        return text.toString();
    }

    /** Gives the same answer whatever is asked. */
    private record Stubborn(long answer) implements Subject {
        @Override
        public long take(int id, long size, long align, long limit) {
            return answer;
        }

        @Override
        public void give(int id) {
            // nothing was taken
        }

        @Override
        public long largestFree() {
            return 0;
        }

        @Override
        public long metadataBytes() {
            return 0;
        }
    }
}
