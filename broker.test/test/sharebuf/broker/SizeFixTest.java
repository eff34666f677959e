package sharebuf.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;

/** A picture of a size that somebody does not take is refused with the nearest size that all take. */
class SizeFixTest {
    private static final PixelFormat FORMAT = PixelFormat.named("XRGB8888").orElseThrow();

    private final Scene scene = new Scene();

    private static final class Sized extends Scene.Quiet {
        private final Use use;

        Sized(String name, Access access, SizeRange... sizes) {
            super(name, access, Scene.any());
            List<FormatRange> formats = Arrays.stream(sizes).map(s -> FormatRange.linear(FORMAT, ObjectRule.EITHER, s)).toList();
            use = new Use(new UseId(name, name), access, Scene.any(), formats, false, LettingGo.BETWEEN_JOBS, 0);
        }

        @Override
        public List<Use> uses() {
            return List.of(use);
        }
    }

    private static SizeRange only(int width, int height) {
        return new SizeRange(width, width, 1, height, height, 1);
    }

    SizeFixTest() {
        scene.device("camera", "soc", Access.WRITE, Scene.any(), new Sized("camera", Access.WRITE, only(320, 180), only(640, 480), only(1920, 1080)));
        scene.device("panel", "soc", Access.READ, Scene.any(), new Sized("panel", Access.READ, new SizeRange(400, 1000, 16, 300, 800, 2)));
        scene.device("scaler", "soc", Access.READ, Scene.any(), new Sized("scaler", Access.READ, new SizeRange(32, 4096, 48, 32, 4096, 32)));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest(name = "{0} at {1}x{2}: {3}")
    @CsvSource({"camera, 1, 1, --size 320x180", "camera, 1800, 900, --size 1920x1080", "'camera,panel', 1, 1, --size 640x480",
        "'camera,panel', 1920, 1080, --size 640x480", "'panel,scaler', 401, 301, --size 416x320"})
    void nearest(String uses, int width, int height, String fix) {
        Refusal why = scene.session.allocateFor(BufferSpec.picture(FORMAT, width, height), Scene.uses(uses.split(","))).why().orElseThrow();
        assertThat(why.constraint()).isEqualTo("size");
        assertThat(why.fix()).isEqualTo(fix);
        String[] size = why.fix().substring("--size ".length()).split("x");
        BufferSpec mended = BufferSpec.picture(FORMAT, Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        assertThat(scene.session.describe(mended, Scene.uses(uses.split(","))).why()).isEmpty();
    }
}
