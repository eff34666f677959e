package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryConstraints;

class FoldBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int bench(String... args) {
        return Main.run(args, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void bothFoldToTheSame() {
        DmaConstraints[] declared = FoldBench.declared(32);
        for (int uses = 1; uses <= declared.length; uses++) {
            DmaConstraints[] some = Arrays.copyOf(declared, uses);
            MemoryConstraints[] rich = new MemoryConstraints[uses];
            for (int i = 0; i < uses; i++) {
                rich[i] = MemoryConstraints.direct(new UseId("d" + i, "u"), some[i]);
            }
            FoldBench.Flat flat = FoldBench.fold(Arrays.stream(some).map(FoldBench::flat).toArray(FoldBench.Flat[]::new));
            assertTrue(FoldBench.alike(FoldBench.fold(rich), flat), uses + " uses");
            assertFalse(FoldBench.alike(FoldBench.fold(rich), new FoldBench.Flat(flat.low() + 1, flat.high(), flat.align(), flat.segments(), flat.segmentSize(), flat.boundary())));
        }
    }

    @Test
    void itMeasuresAndTellsWrongCalls() {
        assertEquals(Main.DONE, bench("fold", "--rounds", "1", "--warm-up", "1"), err::toString);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("32 uses"), out::toString);
        assertEquals(Main.WRONG_CALL, bench("fold", "--c", "x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no option --c"), err::toString);
        assertEquals(Main.WRONG_CALL, bench("pages", "--rounds", "0"));
        assertEquals(Main.DONE, bench("pages", "--rounds", "1", "--warm-up", "1"), err::toString);
    }
}
