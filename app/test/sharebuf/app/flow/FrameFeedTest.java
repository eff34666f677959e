package sharebuf.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sharebuf.app.media.Bars;
import sharebuf.format.PixelFormat;

class FrameFeedTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 16;

    @Test
    void aReaderThatJoinsLateFindsTheChecksumsOfFramesUnderWay() {
        FrameFeed feed = new FrameFeed(new Bars(), 3);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment picture = arena.allocate(WIDTH * HEIGHT * 3 / 2);
            int[] drawn = new int[3];
            for (int i = 0; i < 3; i++) {
                assertThat(feed.next(i, PixelFormat.NV12, WIDTH, HEIGHT, picture)).isTrue();
                drawn[i] = Bitstream.checksum(picture);
            }
            assertThat(new int[] {feed.checksum(0), feed.checksum(1), feed.checksum(2)}).containsExactly(drawn);
            assertThat(feed.next(3, PixelFormat.NV12, WIDTH, HEIGHT, picture)).isFalse();
            assertThat(feed.total()).isEqualTo(3);
        }
    }
}
