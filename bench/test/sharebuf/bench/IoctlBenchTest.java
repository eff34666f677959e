package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Libc;

class IoctlBenchTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int bench(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void shouldSayEachRowBesideItsGoalAndWhatIsMissing() {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        assertEquals(Main.DONE, bench("ioctl", "--rounds", "3"), err::toString);
        String table = out.toString(StandardCharsets.UTF_8);
        assertTrue(table.contains("FIONREAD of a memfd, Descriptor.ioctl"), table);
        assertTrue(table.contains("+150 ns") || table.contains("nothing is compared with C"), table);
        for (String each : new String[] {"dma_heap", "udmabuf", "dma_buf_ioctl_sync"}) {
            assertTrue(table.toLowerCase(Locale.ROOT).contains(each), "measured or said to be missing: " + each + " in " + table);
        }
    }

    @Test
    void shouldWriteJson() {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        assertEquals(Main.DONE, bench("ioctl", "--rounds", "1", "--json", "-"), err::toString);
        String json = out.toString(StandardCharsets.UTF_8);
        assertTrue(json.startsWith("{"), json);
        for (String key : new String[] {"benchmark", "machine", "rows", "notMeasured", "what", "ns", "median"}) {
            assertTrue(json.contains("\"" + key + "\""), key + " in " + json);
        }
    }

    @Test
    void shouldRefuseALibraryThatIsNone() throws IOException {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        Path none = Files.writeString(folder.resolve("none.so"), "text");
        assertEquals(Main.WRONG_CALL, bench("ioctl", "--c", none.toString()));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("none.so"), err::toString);
    }

    @Test
    void shouldRefuseAWrongCall() {
        assertEquals(Main.WRONG_CALL, bench("ioctl", "--trace", "x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("--trace"), err::toString);
        assertEquals(Main.WRONG_CALL, bench("ioctl", "--rounds", "0"));
        assertEquals(Main.WRONG_CALL, bench("ioctl", "--size", "4096"));
        assertEquals(Main.WRONG_CALL, bench("recycle"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("./sharebuf bench recycle"), err::toString);
    }

    /** That the goal is reached tells {@code bench ioctl} on a quiet machine; what is ten times beyond it is a call that is not linked. */
    @Test
    void shouldCostOfTheOrderOfC() throws WrongCall, CallFailed {
        assumeTrue(Libc.find().isPresent(), "not 64-bit Linux");
        List<String> said = new ArrayList<>();
        Optional<Yardstick> yardstick = Yardstick.find(Optional.empty(), said);
        assumeTrue(yardstick.isPresent(), said::toString);
        Libc libc = Libc.find().orElseThrow();
        List<String> found = new ArrayList<>();
        try (Descriptors descriptors = new Descriptors(libc); Arena arena = Arena.ofConfined()) {
            Descriptor memfd = descriptors.adopt(CallFailed.check(libc.memfd("bench", Libc.MFD_CLOEXEC), "memfd"), "memfd");
            MemorySegment arg = arena.allocate(ValueLayout.JAVA_INT);
            for (int attempt = 0; attempt < 3; attempt++) { // a machine that does something else may spoil one
                Pairs pairs = new Turns(101, 10_000_000_000L).measure(1, n -> IoctlBench.repeat(memfd, IoctlBench.FIONREAD, arg, n),
                    n -> yardstick.get().ioctl(memfd.number(), IoctlBench.FIONREAD, arg, n));
                if (pairs.more()[1] <= 10 * IoctlBench.GOAL.most()) {
                    return;
                }
                found.add("+" + Math.round(pairs.more()[1]) + " ns");
            }
        }
        fail("three times more than ten times " + IoctlBench.GOAL + ": " + found);
    }

    @Test
    void shouldTakeDifferencesAndRatiosRoundByRound() {
        // A machine that slows down from round to round must not show as a difference.
        Pairs pairs = new Pairs(new double[] {110, 210, 1010}, new double[] {100, 200, 1000});
        assertArrayEquals(new double[] {10, 10, 10}, pairs.more());
        assertEquals(1.05, pairs.ratio()[1], 1e-9);
        assertTrue(new Report.Goal(Report.Kind.MORE, 10).reached(pairs));
        assertFalse(new Report.Goal(Report.Kind.MORE, 9).reached(pairs));
        assertTrue(new Report.Goal(Report.Kind.RATIO, 1.05).reached(pairs));
        assertFalse(new Report.Goal(Report.Kind.RATIO, 1.04).reached(pairs));
    }

    @Test
    void shouldTakeTurns() {
        StringBuilder turns = new StringBuilder();
        new Turns(4, 1_000_000_000L).measure(1, n -> turn(turns, 'o'), n -> turn(turns, 'y'));
        assertEquals("yooyyooy", turns.substring(turns.length() - 8));
    }

    private static void turn(StringBuilder turns, char who) {
        turns.append(who);
        long end = System.nanoTime() + 100_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
