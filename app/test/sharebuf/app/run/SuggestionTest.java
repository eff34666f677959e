package sharebuf.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.WrongCall;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.drm.Display.Mode;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;

class SuggestionTest {
    private static final SizeRange ANY = new SizeRange(1, 4096, 1, 1, 4096, 1);
    private static final SizeRange VGA = new SizeRange(640, 640, 1, 480, 480, 1);

    private static Use use(String device, String use, Access access, SizeRange sizes, PixelFormat... formats) {
        return new Use(new UseId(device, use), access, DmaConstraints.builder().build(),
                Arrays.stream(formats).map(f -> FormatRange.linear(f, ObjectRule.EITHER, sizes)).toList(), false, LettingGo.BETWEEN_JOBS, 1);
    }

    private final Use camera = use("video0", "video0", Access.WRITE, VGA, PixelFormat.YUYV, PixelFormat.NV12, PixelFormat.XRGB8888);
    private final Use card = use("card0", "card0", Access.READ, ANY, PixelFormat.XRGB8888, PixelFormat.NV12);
    private final Use codecIn = use("video2", "output", Access.READ, ANY, PixelFormat.NV12);
    private final Use codecOut = use("video2", "capture", Access.WRITE, ANY, PixelFormat.NV12);

    @Test
    void theFirstThatCapturesWritesAndTheOthersRead() throws WrongCall {
        List<Use> uses = List.of(card, camera, codecIn, codecOut);
        assertThat(Suggestion.pipeline(List.of("card0", "video0", "video2"), uses)).hasToString("video0 -> card0 + video2");
        assertThatThrownBy(() -> Suggestion.pipeline(List.of("card0"), uses)).isInstanceOf(WrongCall.class).hasMessageContaining("none captures");
        assertThatThrownBy(() -> Suggestion.pipeline(List.of("video0"), uses)).isInstanceOf(WrongCall.class)
                .hasMessageContaining("none reads what video0 captures");
    }

    @Test
    void theFormatIsOneThatAllTake() throws WrongCall {
        assertThat(Suggestion.format(List.of(camera, card))).isEqualTo(PixelFormat.XRGB8888);
        assertThat(Suggestion.format(List.of(camera, codecIn))).isEqualTo(PixelFormat.NV12);
        Use other = use("card1", "card1", Access.READ, ANY, PixelFormat.NV21);
        assertThatThrownBy(() -> Suggestion.format(List.of(camera, other))).isInstanceOf(WrongCall.class).hasMessageContaining("video0: YUYV, NV12, XRGB8888")
                .hasMessageContaining("card1: NV21");
    }

    @Test
    void theSizeIsTheFirstModeThatAllTake() throws WrongCall {
        List<Mode> modes = List.of(new Mode(1024, 768, 60), new Mode(640, 480, 60));
        assertThat(Suggestion.size(PixelFormat.XRGB8888, List.of(camera, card), modes)).isEqualTo(new Size(640, 480));
        assertThatThrownBy(() -> Suggestion.size(PixelFormat.XRGB8888, List.of(camera, card), modes.subList(0, 1))).isInstanceOf(WrongCall.class)
                .hasMessageContaining("modes: 1024x768").hasMessageContaining("640x480");
    }

    @Test
    void withoutADisplayItIsTheLargestThatIsNotTooLarge() throws WrongCall {
        Use stepped = use("video0", "video0", Access.WRITE, new SizeRange(16, 4096, 16, 16, 4096, 16), PixelFormat.NV12);
        assertThat(Suggestion.size(PixelFormat.NV12, List.of(stepped, codecIn), List.of())).isEqualTo(new Size(1920, 1072));
        assertThat(Suggestion.size(PixelFormat.NV12, List.of(camera, codecIn), List.of())).isEqualTo(new Size(640, 480));
    }
}
