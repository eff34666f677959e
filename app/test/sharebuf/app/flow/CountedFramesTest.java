package sharebuf.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import sharebuf.video.VideoDevice.Dequeued;

class CountedFramesTest {
    private static long[] numbers(CountedFrames frames, long... sequences) {
        return LongStream.of(sequences).map(s -> frames.number(new Dequeued(0, s, 0, List.of(1L), false, false))).toArray();
    }

    @Test
    void theFirstFrameIsNumberZeroWhereverItsDriverBegins() {
        CountedFrames frames = new CountedFrames(3);
        assertThat(numbers(frames, 7, 8)).containsExactly(0, 1);
        assertThat(frames.total()).isEqualTo(2);
        assertThat(frames.ended()).isFalse();
        assertThat(numbers(frames, 9)).containsExactly(2);
        assertThat(frames.isLast(2)).isTrue();
        assertThat(frames.ended()).isTrue();
    }

    @Test
    void aGapIsWhatWasLostAndCounts() {
        CountedFrames frames = new CountedFrames(10);
        assertThat(numbers(frames, 0, 1, 4)).containsExactly(0, 1, 4);
        assertThat(frames.total()).isEqualTo(5);
    }

    @Test
    void aGapOverTheEndEndsTheStreamWithAllOfThemLost() {
        CountedFrames frames = new CountedFrames(4);
        assertThat(numbers(frames, 0, 1, 9)).containsExactly(0, 1, -1);
        assertThat(frames.total()).isEqualTo(4);
        assertThat(frames.ended()).isTrue();
    }

    @Test
    void aDriverThatDoesNotCountIsCountedFor() {
        assertThat(numbers(new CountedFrames(10), 0, 0, 0, 1)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void afterAStopNothingCounts() {
        CountedFrames frames = new CountedFrames(10);
        numbers(frames, 0, 1);
        frames.stop();
        assertThat(numbers(frames, 2)).containsExactly(-1);
        assertThat(frames.total()).isEqualTo(2);
        assertThat(frames.ended()).isTrue();
    }
}
