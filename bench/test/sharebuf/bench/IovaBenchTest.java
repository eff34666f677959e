package sharebuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IovaBenchTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int bench(String... args) {
        return Main.run(args, new PrintStream(new ByteArrayOutputStream()), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void everyAnswerIsSoundAndEverythingIsServed() throws WrongCall {
        for (int large : new int[] {0, 12}) {
            assertEquals(IovaBench.lines(7, large), IovaBench.lines(7, large));
            Trace trace = Trace.of("iova", IovaBench.lines(7, large));
            for (Allocators.Named named : List.of(Allocators.MAGAZINES, Allocators.CACHED_TREE)) {
                Verified verified = new Verified(trace, named.create().apply(trace), null);
                assertNull(verified.fault, named.name());
                assertEquals(0, verified.failed, named.name());
            }
        }
    }

    @Test
    void everyAnswerIsSoundWhereSpaceIsShort() throws WrongCall {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("bench IovaBenchTest seed " + seed);
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("# name=short region=8589934592 granule=4096", "# steady"));
        boolean[] taken = new boolean[200];
        for (int i = 0; i < 20_000; i++) {
            int id = random.nextInt(taken.length);
            lines.add(taken[id] ? "F " + id : "A " + id + " " + (1 + random.nextLong(128L << 20)) + " 4096 " + (random.nextBoolean() ? 0 : 4L << 30));
            taken[id] = !taken[id];
        }
        Trace trace = Trace.of("short", lines);
        for (Allocators.Named named : List.of(Allocators.MAGAZINES, Allocators.CACHED_TREE)) {
            Verified verified = new Verified(trace, named.create().apply(trace), null);
            assertNull(verified.fault, named.name() + ", seed " + seed);
            assertTrue(verified.failed > 0, named.name() + ", seed " + seed);
        }
    }

    @Test
    void theTreeIsInOrder() {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("bench IovaBenchTest.theTreeIsInOrder seed " + seed);
        Random random = new Random(seed);
        RangeTree tree = new RangeTree(1000);
        TreeMap<Long, Integer> model = new TreeMap<>();
        for (int i = 0; i < 50_000; i++) {
            long at = random.nextInt(2000);
            if (model.containsKey(at)) {
                tree.remove(model.remove(at));
            } else if (model.size() < 1000) {
                model.put(at, tree.insert(at, 1));
            }
            Map.Entry<Long, Integer> some = model.floorEntry((long) random.nextInt(2000));
            assertEquals(model.isEmpty() ? 0 : model.lastEntry().getValue(), tree.last(), "seed " + seed);
            if (some != null) {
                Map.Entry<Long, Integer> under = model.lowerEntry(some.getKey());
                Map.Entry<Long, Integer> over = model.higherEntry(some.getKey());
                assertEquals(under == null ? 0 : under.getValue(), tree.below(some.getValue()), "seed " + seed);
                assertEquals(over == null ? 0 : over.getValue(), tree.above(some.getValue()), "seed " + seed);
            }
        }
    }

    @Test
    void wrongCallsAreTold() {
        for (String[] args : new String[][] {{"iova", "--fast"}, {"iova", "--seed"}, {"iova", "--seed", "x"}, {"iova", "--rounds", "0"}}) {
            err.reset();
            assertEquals(Main.WRONG_CALL, bench(args));
            assertTrue(err.size() > 0);
        }
        assertEquals(Main.DONE, bench("iova", "--help"));
    }
}
