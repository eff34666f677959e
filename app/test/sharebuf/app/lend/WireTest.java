package sharebuf.app.lend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.buffer.Lent;
import sharebuf.format.PlaneLayout;

/** The lines that lender and taker send: as the document says, and nothing else. */
class WireTest {
    private static final Wire.Buffer NV12 = new Wire.Buffer(3, "NV12", 640, 480, List.of(new Wire.Place(Lent.Kind.DMA_BUF, 0, 460800)),
            List.of(new PlaneLayout(0, 0, 640, 480), new PlaneLayout(0, 307200, 640, 240)));

    private static Wire parse(String text) {
        return Wire.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldSayWhatTheDocumentSays() {
        assertThat(new String(NV12.bytes(), StandardCharsets.US_ASCII))
                .isEqualTo("buffer 3 NV12 640 480 1 2\nobject dma-buf 0 460800\nplane 0 0 640 480\nplane 0 307200 640 240\n");
        assertThat(parse("take gst\n")).isEqualTo(new Wire.Take("gst"));
        assertThat(parse("frame 3 17\n")).isEqualTo(new Wire.Frame(3, 17));
        assertThat(parse("release 3 17\n")).isEqualTo(new Wire.Release(3, 17));
        assertThat(parse("end\n")).isEqualTo(new Wire.End());
        for (Wire each : List.of(NV12, new Wire.Take("a"), new Wire.Frame(1, 0), new Wire.Release(9, Integer.MAX_VALUE), new Wire.End(),
                new Wire.Buffer(4, "NV12", 64, 16, List.of(new Wire.Place(Lent.Kind.MEMFD, 4096, 1024), new Wire.Place(Lent.Kind.MEMFD, 8192, 512)),
                        List.of(new PlaneLayout(0, 0, 64, 16), new PlaneLayout(1, 0, 64, 8))))) {
            assertThat(Wire.parse(each.bytes())).isEqualTo(each);
            assertThat(each.bytes().length).isLessThan(Wire.MAX_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "end", "end \n", " end\n", "end\nend\n", "end\r", "End\n", "take\n", "take a b\n", "take \n", "take a\rb\n", "take \u0007\n", "frame 1\n", "frame 0 1\n",
        "frame 1 -1\n", "frame 1 1 1\n", "frame 1 9999999999999999999\n", "frame 1 0x1\n", "frame  1 1\n", "release a 1\n", "buffer\n", "buffer 1 NV12 640 480 1 2\n",
        "buffer 1 NV12 640 480 0 1\nplane 0 0 1 1\n", "buffer 1 NV12 640 480 1 0\nobject memfd 0 1\n", "buffer 1 NV1 640 480 1 1\nobject memfd 0 9\nplane 0 0 1 1\n",
        "buffer 1 NV12 0 480 1 1\nobject memfd 0 9\nplane 0 0 1 1\n", "buffer 1 NV12 65537 480 1 1\nobject memfd 0 9\nplane 0 0 1 1\n",
        "buffer 1 NV12 640 480 1 1\nobject memfd 0 0\nplane 0 0 1 1\n", "buffer 1 NV12 640 480 1 1\nobject file 0 9\nplane 0 0 1 1\n",
        "buffer 1 NV12 640 480 1 1\nplane 0 0 1 1\nobject memfd 0 9\n", "buffer 1 NV12 640 480 1 1\nobject memfd 0 9\nplane 1 0 1 1\n",
        "buffer 1 NV12 640 480 1 1\nobject memfd 0 9\nplane 0 0 3 4\n", "buffer 1 NV12 640 480 1 1\nobject memfd 0 9\nplane 0 9 1 1\n",
        "buffer 1 NV12 640 480 1 1\nobject memfd 0 9\nplane 0 0 999999999999999999 999999999999999999\n",
        "buffer 1 NV12 640 480 1 1\nobject memfd 999999999999999999 99999999999999\nplane 0 0 1 1\n", "buffer 1 NV12 640 480 5 1\n"})
    void shouldTakeNothingElse(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldOnlyEverRefuseWhatItDoesNotUnderstand() {
        long seed = 20261125;
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = NV12.bytes();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : " \n0123456789abcdefimnopx-"
                        .charAt(random.nextInt(24)));
            }
            try {
                assertThat(Wire.parse(Wire.parse(bytes).bytes())).as("seed " + seed).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }
}
