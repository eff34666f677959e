package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CarveoutBenchTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int bench(String... args) {
        return Main.run(args, new PrintStream(new ByteArrayOutputStream()), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void theTraceThatIsMadeFillsAnSramWithSmallObjects() throws WrongCall {
        List<String> lines = CarveoutBench.lines(7);
        assertEquals(lines, CarveoutBench.lines(7));
        Trace trace = Trace.of("sram", lines);
        assertEquals(16 << 20, trace.region);
        for (int i = 0; i < trace.ops; i++) {
            assertTrue(trace.size[i] <= 4096 && (trace.size[i] == 0 || trace.size[i] >= 64));
        }
        for (Allocators.Named named : List.of(Allocators.CARVER, Allocators.GOOD_FIT)) {
            Verified verified = new Verified(trace, named.create().apply(trace), null);
            assertNull(verified.fault, named.name());
            assertEquals(0, verified.failed, named.name());
        }
    }

    @Test
    void everyAnswerOfBothIsSound() throws WrongCall {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("bench CarveoutBenchTest seed " + seed);
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("# name=random region=1048576 granule=64", "# steady"));
        boolean[] taken = new boolean[90];
        for (int i = 0; i < 30_000; i++) {
            int id = random.nextInt(taken.length);
            lines.add(taken[id] ? "F " + id : "A " + id + " " + (1 + random.nextInt(40_000)) + " " + (1 << random.nextInt(14)) + " 0");
            taken[id] = !taken[id];
        }
        Trace trace = Trace.of("random", lines);
        for (Allocators.Named named : List.of(Allocators.CARVER, Allocators.GOOD_FIT)) {
            Verified verified = new Verified(trace, named.create().apply(trace), null);
            assertNull(verified.fault, named.name() + ", seed " + seed);
            assertTrue(verified.failed > 0, named.name() + ", seed " + seed);
        }
    }

    @Test
    void wrongCallsAreTold() {
        for (String[] args : new String[][] {{"carveout", "--fast"}, {"carveout", "--seed"}, {"carveout", "--seed", "x"}, {"carveout", "--trace", "none"},
            {"carveout", "--rounds", "0"}}) {
            err.reset();
            assertEquals(Main.WRONG_CALL, bench(args));
            assertTrue(err.size() > 0);
        }
        assertEquals(Main.DONE, bench("carveout", "--help"));
    }
}
