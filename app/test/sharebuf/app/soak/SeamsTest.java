package sharebuf.app.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SeamsTest {
    private final Seams seams = new Seams();

    @Test
    @DisplayName("the n-th call of that method of that bundle misbehaves, once")
    void nthCall() {
        seams.arm("a", "place", 3, Kind.ERROR);
        assertThat(seams.apply("a place")).isEmpty();
        assertThat(seams.apply("a offer")).isEmpty();
        assertThat(seams.apply("b place")).isEmpty();
        assertThat(seams.apply("a place")).isEmpty();
        assertThat(seams.apply("a place")).isEqualTo("error");
        assertThat(seams.apply("a place")).isEmpty();
        assertThat(seams.newHits()).containsExactly("a place error");
        assertThat(seams.newHits()).isEmpty();
        assertThat(seams.counts()).containsExactly(new Seams.Count("a place", Kind.ERROR, 1, 1));
    }

    @Test
    @DisplayName("of two faults of one call the second waits for the next call; what is disarmed or spared does not happen")
    void twoAtOnce() {
        seams.arm("a", "place", 1, Kind.SLOW);
        seams.arm("a", "place", 1, Kind.STOP);
        seams.spare("place");
        assertThat(seams.apply("a place")).isEmpty();
        seams.spare("");
        assertThat(seams.apply("a place")).isEqualTo("slow");
        assertThat(seams.apply("a place")).isEqualTo("stop");
        seams.arm("a", "place", 1, Kind.HANG);
        seams.arm("a", "adopt", 1, Kind.HANG);
        seams.disarm("a", "place");
        assertThat(seams.apply("a place")).isEmpty();
        assertThat(seams.apply("a adopt")).isEqualTo("hang");
        seams.arm("a", "adopt", 1, Kind.HANG);
        seams.disarm();
        assertThat(seams.apply("a adopt")).isEmpty();
    }
}
