package sharebuf.app.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.soak.Step.Action;

class ScriptTest {
    private static final Cast CAST = Cast.of(Map.of("a", List.of("adopt", "offer", "place"), "i", List.of("adopt", "attached", "uses"), "m", List.of("map")), List.of("i"),
            List.of("late", "later"));
    private static final int MANY = 3_000;

    @Test
    @DisplayName("a seed stands for the same steps every time, and another seed for others")
    void sameSeedSameSteps() {
        assertThat(Script.first(MANY, 7, CAST)).isEqualTo(Script.first(MANY, 7, CAST)).isNotEqualTo(Script.first(MANY, 8, CAST));
        assertThat(Script.first(50, 7, CAST)).isEqualTo(Script.first(MANY, 7, CAST).subList(0, 50));
    }

    @Test
    @DisplayName("every action and every kind of fault comes, frames ascend, and each line can be read again")
    void everythingComes() throws Exception {
        List<Step> steps = Script.first(MANY, 1, CAST);
        assertThat(steps.stream().map(Step::action).collect(Collectors.toSet())).containsExactlyInAnyOrder(Action.values());
        assertThat(steps.stream().filter(s -> s.action() == Action.FAULT).map(s -> s.argument(3)).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(java.util.Arrays.stream(Kind.values()).map(Kind::toString).toArray(String[]::new));
        long frame = -1;
        for (Step step : steps) {
            assertThat(step.frame()).isGreaterThan(frame);
            frame = step.frame();
            assertThat(Step.parse("t", step + " | ok, 3.0 ms: whatever | came of it")).isEqualTo(step);
        }
    }

    @Test
    @DisplayName("what frames wait for is never stopped for a while, what is stopped is started, and nothing else is asked of it meanwhile")
    void stopsAreSound() {
        Set<String> stopped = new HashSet<>();
        for (Step step : Script.first(MANY, 3, CAST)) {
            switch (step.action()) {
                case STOP -> {
                    assertThat(step.argument(0)).isNotEqualTo("i");
                    assertThat(stopped.add(step.argument(0))).isTrue();
                    assertThat(stopped).hasSize(1);
                }
                case START -> assertThat(stopped.remove(step.argument(0))).isTrue();
                case SWAP, BOUNCE -> assertThat(stopped).doesNotContain(step.argument(0));
                default -> { }
            }
        }
    }

    @Test
    @DisplayName("what is no step is refused with what one looks like")
    void noStep() {
        for (String line : List.of("swap a", "x swap a", "3 swop a", "3 swap", "3 swap a b", "3 fault a place 2", "")) {
            assertThatThrownBy(() -> Step.parse("steps.txt:4", line)).as(line).isInstanceOf(WrongCall.class).hasMessageContaining("steps.txt:4").hasMessageContaining("swap importer.drm");
        }
    }
}
