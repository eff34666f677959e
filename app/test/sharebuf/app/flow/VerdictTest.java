package sharebuf.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.app.media.Stamp.Reading.Torn;
import sharebuf.app.media.Stamp.Reading.Whole;

class VerdictTest {
    private static Witness witness(String name, long from, long... numbers) {
        Witness witness = new Witness(name, from, (raster, pixels) -> { });
        for (long number : numbers) {
            witness.record(number >= 0 ? new Whole(number) : new Torn(number == -1000 ? -1 : -number, "half"));
        }
        return witness;
    }

    @Test
    void aFrameCountsWhenEveryReaderGotItWhole() {
        Verdict v = Verdict.of(5, List.of(witness("a", 0, 0, 1, 2, 3, 4), witness("b", 0, 0, 1, 3, 4)));
        assertThat(v).isEqualTo(new Verdict(5, 4, 1, 0, List.of("frame 2 lost at b")));
        assertThat(v.clean()).isFalse();
    }

    @Test
    void aFrameThatIsShownAgainIsNoLoss() {
        Witness w = witness("a", 0, 0, 0, 1, 1, 1, 2);
        assertThat(Verdict.of(3, List.of(w)).clean()).isTrue();
        assertThat(w.repeated()).isEqualTo(3);
    }

    @Test
    void aTornFrameIsNotLostAsWell() {
        Verdict v = Verdict.of(4, List.of(witness("a", 0, 0, -1, 2, 3), witness("b", 0, 0, 1, -1000, 3)));
        assertThat(v.torn()).isEqualTo(2);
        assertThat(v.lost()).isZero();
        assertThat(v.delivered()).isEqualTo(2);
        assertThat(v.notes()).containsExactly("frame 1 torn at a: half", "frame 2 torn at b: half");
    }

    @Test
    void framesBeforeJoiningAndAfterLeavingAreNotMeant() {
        Witness late = witness("late", 2, 2, 3, 4);
        Witness early = witness("early", 0, 0, 1);
        early.leaves(2);
        assertThat(Verdict.of(5, List.of(late, early, witness("a", 0, 0, 1, 2, 3, 4))).clean()).isTrue();
    }

    @Test
    void framesThatAreMissingAtTheEndAreLost() {
        Verdict v = Verdict.of(10, List.of(witness("a", 0, 0, 1, 2, 6)));
        assertThat(v.lost()).isEqualTo(6);
        assertThat(v.notes()).containsExactly("frames 3-5, 7-9 lost at a");
    }
}
