package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ideas of the discussion, played. */
class TourTest {
    /** What nobody has built yet: a driver's memory that moves by itself. */
    private static final List<Integer> NOT_YET = List.of(18);

    @TempDir
    Path folder;

    @Test
    @DisplayName("each row is shown but for those that say that they are not yet")
    void everyRow() {
        List<String> rows = new ArrayList<>();
        for (List<String> some : List.of(words(1, 6), words(7, 13), words(14, 19))) {
            Call tour = Call.of(folder, some.toArray(String[]::new));
            assertThat(tour.exit()).as(tour.told()).isZero();
            tour.out().lines().filter(l -> l.matches(" ?\\d+  .*: .*")).forEach(rows::add);
        }
        assertThat(rows).hasSize(19);
        assertThat(IntStream.rangeClosed(1, 19).filter(row -> rows.get(row - 1).endsWith(": not yet")).boxed().toList()).isEqualTo(NOT_YET);
        assertThat(IntStream.rangeClosed(1, 19).filter(row -> rows.get(row - 1).endsWith(": shown")).count()).as("%s", rows).isEqualTo(19 - NOT_YET.size());
    }

    private static List<String> words(int from, int to) {
        List<String> words = new ArrayList<>(List.of("tour"));
        IntStream.rangeClosed(from, to).forEach(row -> words.add(Integer.toString(row)));
        return words;
    }
}
