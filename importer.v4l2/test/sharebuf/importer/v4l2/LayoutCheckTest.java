package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.uapi.V4l2;

/** Layouts that the driver would read wrongly are refused when they are attached. */
class LayoutCheckTest {
    private static final UseId CAM = new UseId("cam", "cam");

    private static Optional<Refusal> why(FakeVideoNode node, PixelFormat format, int pitchAlign, int heightAlign) throws Exception {
        return new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 0, 0).attach(Given.attached(1, CAM, format, pitchAlign, heightAlign, 1, 2)).why();
    }

    @Test
    void shouldTakeWhatTheDriverTakes() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.YUYV);
        node.pitchAlign = 32;
        node.heightAlign = 16;
        for (PixelFormat format : new PixelFormat[] {PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.YUYV}) {
            assertThat(why(node, format, 32, 16)).isEmpty();
            assertThat(why(node, format, 1024, 16)).isEmpty();
        }
    }

    @Test
    void shouldRefuseAPitchAndNameOneThatWorks() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
        node.pitchAlign = 256;
        Refusal refusal = why(node, PixelFormat.NV12, 1, 1).orElseThrow();
        assertThat(refusal).extracting(Refusal::errno, Refusal::device, Refusal::constraint, Refusal::found, Refusal::needed, Refusal::fix)
            .containsExactly(Errno.EINVAL, "cam", "pitch of the first plane", "640", "768", "pid~cam: pitchAlign=768");
    }

    @Test
    void shouldRefuseChromaThatTheDriverWouldSeekElsewhere() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12, PixelFormat.NV12M);
        node.heightAlign = 1;
        Refusal refusal = why(node, PixelFormat.NV12, 1, 64).orElseThrow();
        assertThat(refusal.constraint()).isEqualTo("offset of plane 1");
        assertThat(refusal.needed()).isEqualTo("" + 640 * 480);
        assertThat(refusal.fix()).isEqualTo("--format NV12M");
        assertThat(why(node, PixelFormat.NV12M, 1, 64)).isEmpty();
    }

    @Test
    void shouldRefuseTooFewBytesAndTooManyObjects() throws Exception {
        FakeVideoNode padded = FakeVideoNode.camera(true, PixelFormat.YUYV);
        padded.heightAlign = 64;
        assertThat(why(padded, PixelFormat.YUYV, 1, 1).orElseThrow().constraint()).isEqualTo("bytes of object 0");
        FakeVideoNode single = FakeVideoNode.camera(false, PixelFormat.NV12);
        Refusal refusal = why(single, PixelFormat.NV12M, 1, 1).orElseThrow();
        assertThat(refusal.constraint()).isEqualTo("objects of a buffer");
        assertThat(refusal.fix()).isEqualTo("--format NV12");
    }

    @Test
    void shouldRefuseAForeignUseAndPassErrnosOn() throws Exception {
        FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);
        Video video = new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 0, 0);
        assertThat(video.attach(Given.attached(1, new UseId("cam", "other"), PixelFormat.NV12, 1, 1, 1, 1)).isOk()).isFalse();
        node.fail(V4l2.VIDIOC_TRY_FMT, Errno.ENODEV);
        assertThat(video.attach(Given.attached(1, CAM, PixelFormat.NV12, 1, 1, 1, 1)).why().orElseThrow().errno()).isEqualTo(Errno.ENODEV);
    }
}
