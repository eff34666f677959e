package sharebuf.broker.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;

/** A fix that leaves uses out, against all that could be left out. Random, seed printed. */
class LeftOutTest {
    private static final int ROUNDS = 5_000;
    private final long seed = Long.getLong("sharebuf.seed", System.nanoTime());

    private static Refusal refusal(List<UseId> fix) {
        return Refusal.of(Errno.EINVAL, "region", "none in common", "one").about("blamed", "blamed").fixedBy("--uses " + String.join(",", fix.stream().map(UseId::toString).toList()));
    }

    private static List<UseId> fix(Refusal why) {
        return Arrays.stream(why.fix().substring("--uses ".length()).split(",")).map(UseId::parse).toList();
    }

    @Test
    @DisplayName("it is served if anybody is; all but one stay where that can be; nothing changes where the first idea was right")
    void helps() {
        System.out.println("LeftOutTest seed " + seed);
        Random random = new Random(seed);
        int[] kinds = new int[3];
        for (int round = 0; round < ROUNDS; round++) {
            List<UseId> uses = IntStream.range(0, 2 + random.nextInt(4)).mapToObj(i -> new UseId("u" + i, "u" + i)).toList();
            int[] places = random.ints(uses.size(), 0, 16).toArray(); // where each may lie
            Predicate<List<UseId>> served = some -> some.stream().mapToInt(u -> places[uses.indexOf(u)]).reduce(15, (a, b) -> a & b) != 0;
            if (served.test(uses)) {
                continue;
            }
            List<UseId> suggested = new ArrayList<>(uses);
            suggested.remove(random.nextInt(uses.size()));
            Refusal why = refusal(suggested);
            Refusal tried = LeftOut.tried(why, uses, served);
            String about = "seed " + seed + ", round " + round + ": " + Arrays.toString(places) + ", " + suggested + " -> " + tried.fix();
            boolean anybody = uses.stream().anyMatch(u -> served.test(List.of(u)));
            boolean allButOne = uses.stream().anyMatch(out -> served.test(uses.stream().filter(u -> !u.equals(out)).toList()));
            assertThat(served.test(fix(tried))).as(about).isEqualTo(anybody);
            assertThat(uses).as(about).containsAll(fix(tried));
            if (served.test(suggested)) {
                assertThat(tried).as(about).isEqualTo(why);
                kinds[0]++;
            } else if (allButOne) {
                assertThat(fix(tried)).as(about).hasSize(uses.size() - 1);
                assertThat(uses).contains(new UseId(tried.device(), tried.use()));
                assertThat(fix(tried)).as(about).doesNotContain(new UseId(tried.device(), tried.use()));
                kinds[1]++;
            } else if (anybody) {
                List<UseId> all = fix(tried);
                assertThat(uses).as("nobody else can stay: %s", about).noneMatch(u -> !all.contains(u) && served.test(IntStream.range(0, all.size() + 1).mapToObj(i -> i < all.size() ? all.get(i) : u).toList()));
                kinds[2]++;
            }
        }
        assertThat(kinds).as("each kind occurs").doesNotContain(0);
    }

    @Test
    @DisplayName("other fixes, and names that were not given, stay as they are")
    void others() {
        List<UseId> uses = List.of(UseId.parse("a"), UseId.parse("b"));
        for (String fix : List.of("", "--count 1", "--format NV12M", "--uses a,c", "--uses cpu")) {
            Refusal why = refusal(uses).fixedBy(fix);
            assertThat(LeftOut.tried(why, uses, some -> some.size() == 1)).isEqualTo(why);
        }
    }
}
