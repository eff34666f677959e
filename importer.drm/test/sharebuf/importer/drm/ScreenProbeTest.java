package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.drm.Display.Mode;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.uapi.Drm;

/** What is found on a card. */
class ScreenProbeTest {
    private final FakeCard card = new FakeCard();

    @Test
    void shouldDriveTheConnectorThatHasADisplay() throws Exception {
        Screen screen = ScreenProbe.of(card, 0).orElseThrow();
        assertThat(screen.connector()).isEqualTo(11);
        assertThat(screen.crtc()).isEqualTo(21);
        assertThat(screen.modes()).extracting(Screen.Timing::mode).containsExactly(new Mode(1920, 1080, 60), new Mode(1280, 720, 50));
        assertThat(screen.formats()).extracting(Screen.Scannable::format).containsExactly(PixelFormat.XRGB8888, PixelFormat.NV12);
        assertThat(screen.sizes()).isEqualTo(new SizeRange(1, 4096, 1, 1, 4096, 1));
        assertThat(screen.modifiers()).isTrue();
    }

    @Test
    void shouldMakeDoWithoutPlanesAndCapabilities() throws Exception {
        card.hasPlanes = false;
        card.fail(Drm.DRM_IOCTL_GET_CAP, Errno.EINVAL);
        card.fail(Drm.DRM_IOCTL_SET_CLIENT_CAP, Errno.EOPNOTSUPP);
        Screen screen = ScreenProbe.of(card, 0).orElseThrow();
        assertThat(screen.formats()).extracting(Screen.Scannable::format).isEqualTo(List.of(PixelFormat.XRGB8888));
        assertThat(screen.modifiers()).isFalse();
    }

    @Test
    void shouldFindNoScreenOnACardWithoutOutputs() throws Exception {
        for (Errno errno : List.of(Errno.EOPNOTSUPP, Errno.EACCES)) { // vgem; a render node
            card.fail(Drm.DRM_IOCTL_MODE_GETRESOURCES, errno);
            assertThat(ScreenProbe.of(card, 0)).isEmpty();
        }
    }

    @Test
    void shouldTakeTheListedTimingThatComesNearest() throws Exception {
        Screen screen = ScreenProbe.of(card, 0).orElseThrow();
        assertThat(screen.timing(new Mode(1280, 720, 30)).map(Screen.Timing::mode)).contains(new Mode(1280, 720, 50));
        assertThat(screen.timing(new Mode(1920, 1080, 0)).map(Screen.Timing::mode)).contains(new Mode(1920, 1080, 60));
        assertThat(screen.timing(new Mode(640, 480, 60))).isEmpty();
    }

    @Test
    void shouldReadTheModifiersOfAPlane() throws Exception {
        card.inFormats = new TreeMap<>(Map.of(0L, 0b001L, 0x0100_0000_0000_0002L, 0b001L, 7L, 0b100L));
        Screen screen = ScreenProbe.of(card, 0).orElseThrow();
        assertThat(screen.formats()).as("NV12 has no modifier").containsExactly(
            new Screen.Scannable(PixelFormat.XRGB8888, new TreeSet<>(List.of(Modifier.LINEAR, new Modifier(0x0100_0000_0000_0002L))), 1));
    }

    @Test
    void shouldTakeThePrimaryPlaneWhereverItStands() throws Exception {
        card.planeCrtcs = 3; // the first plane suits both CRTCs, the second one is the primary plane of the display's
        assertThat(ScreenProbe.of(card, 0).orElseThrow().formats()).as("planes without a type: the first").extracting(Screen.Scannable::format)
            .containsExactly(PixelFormat.YUYV);
        card.inFormats = Map.of(0L, 0b111L);
        assertThat(ScreenProbe.of(card, 0).orElseThrow().formats()).extracting(Screen.Scannable::format)
            .containsExactly(PixelFormat.XRGB8888, PixelFormat.NV12);
    }

    @Test
    void shouldAskADumbBufferForThePitch() throws Exception {
        card.dumbAlign = 64;
        assertThat(ScreenProbe.of(card, 0).orElseThrow().formats()).extracting(Screen.Scannable::pitchAlign).containsExactly(64, 64);
        assertThat(ScreenProbe.of(card, 16).orElseThrow().formats()).extracting(Screen.Scannable::pitchAlign).containsExactly(16, 16);
        card.dumbAlign = 4;
        assertThat(ScreenProbe.of(card, 0).orElseThrow().formats()).as("a pixel is no alignment, 4 bytes for one of 1 byte are")
            .extracting(Screen.Scannable::pitchAlign).containsExactly(1, 4);
        assertThat(card.dumbs).isZero();
    }

    @Test
    void shouldSayWhatIsWrong() {
        card.fail(Drm.DRM_IOCTL_MODE_GETRESOURCES, Errno.EIO);
        assertThatThrownBy(() -> ScreenProbe.of(card, 0)).isInstanceOf(DeviceException.class).hasMessageContaining("EIO");
        card.fail(Drm.DRM_IOCTL_SET_CLIENT_CAP, Errno.ENODEV);
        assertThatThrownBy(() -> ScreenProbe.of(card, 0)).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV");
    }
}
