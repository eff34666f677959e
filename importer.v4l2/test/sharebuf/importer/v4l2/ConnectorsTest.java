package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Connector;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.Signal;
import sharebuf.video.VideoDevice.Timings;

/** Inputs and outputs, and what is said of their signal. */
class ConnectorsTest {
    private final FakeVideoNode node = FakeVideoNode.camera(false, PixelFormat.YUYV);

    private Video video(String connector) throws DeviceException {
        return new Video(node, new CountedFences(), new KeptNotes(), "pid", connector, 0, 0);
    }

    private Connectors connectors() throws DeviceException {
        return video("").side(Queue.CAPTURE, V4l2.VIDIOC_ENUMINPUT).connectors();
    }

    @Test
    void shouldListThemAndSelectByNameOrIndexBeforeItAsks() throws Exception {
        node.connectors = List.of("Webcam", "HDMI");
        assertThat(connectors().list()).containsExactly(new Connector(0, "Webcam", true, Signal.PRESENT), new Connector(1, "HDMI", false, Signal.UNKNOWN));
        node.log.clear();
        video("HDMI");
        assertThat(node.selected).isEqualTo(1);
        assertThat(node.log.indexOf("VIDIOC_S_INPUT")).isLessThan(node.log.indexOf("VIDIOC_ENUM_FMT"));
        node.log.clear();
        video("1");
        assertThat(node.log).as("it is selected").doesNotContain("VIDIOC_S_INPUT");
        assertThatThrownBy(() -> video("Tuner")).hasMessageContaining("connector 'Tuner': there are [0 'Webcam', 1 'HDMI']");
        assertThatThrownBy(() -> connectors().select(7)).hasMessageContaining("EINVAL").hasMessageContaining("there are [0 'Webcam', 1 'HDMI']");
    }

    @Test
    void shouldSayWhyNothingCanBeSelected() throws Exception {
        assertThat(connectors().list()).isEmpty();
        assertThatThrownBy(() -> connectors().select(0)).hasMessageContaining("ENOTTY").hasMessageContaining("no connectors");
        assertThatThrownBy(() -> video("HDMI")).hasMessageContaining("there are []");
        node.connectors = List.of("HDMI");
        Video video = video("");
        video.side(Queue.CAPTURE, V4l2.VIDIOC_REQBUFS).slots().requestBuffers(Memory.MMAP, 2);
        assertThatThrownBy(() -> video.side(Queue.CAPTURE, V4l2.VIDIOC_S_INPUT).connectors().select(0)).hasMessageContaining("free them first");
    }

    @Test
    void shouldTellTheStateOfTheSignal() throws Exception {
        node.connectors = List.of("HDMI");
        Map<Integer, Signal> analogue = Map.of(0, Signal.PRESENT, V4l2.V4L2_IN_ST_NO_POWER, Signal.ABSENT, V4l2.V4L2_IN_ST_NO_SIGNAL, Signal.ABSENT,
            V4l2.V4L2_IN_ST_NO_H_LOCK, Signal.UNSTABLE, V4l2.V4L2_IN_ST_NO_SYNC, Signal.UNSTABLE);
        for (Map.Entry<Integer, Signal> each : analogue.entrySet()) {
            node.status = each.getKey();
            assertThat(connectors().list().getFirst().signal()).isEqualTo(each.getValue());
        }
        node.status = 0;
        node.digital = true;
        assertThat(connectors().list().getFirst().signal()).isEqualTo(Signal.PRESENT);
        Map<Errno, Signal> digital = Map.of(Errno.ENOLINK, Signal.ABSENT, Errno.ENOLCK, Signal.UNSTABLE, Errno.ERANGE, Signal.OUT_OF_RANGE,
            Errno.EIO, Signal.UNKNOWN);
        for (Map.Entry<Errno, Signal> each : digital.entrySet()) {
            node.timings = each.getKey();
            assertThat(connectors().list().getFirst().signal()).isEqualTo(each.getValue());
        }
        node.timings = Errno.ENODEV;
        assertThatThrownBy(() -> connectors().list()).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV");
    }

    @Test
    void shouldFollowTheSignalOrSayWhatIsWrongAndWhere() throws Exception {
        node.connectors = List.of("HDMI 000-0");
        assertThatThrownBy(() -> connectors().follow()).hasMessageContaining("ENODATA").hasMessageContaining("at 'HDMI 000-0'");
        node.digital = true;
        assertThat(connectors().follow()).isEqualTo(new Timings(1280, 720, false, 74_250_000, 60));
        node.timings = Errno.ENOLINK;
        assertThatThrownBy(() -> connectors().follow()).hasMessageContaining("ENOLINK").hasMessageContaining("no signal at 'HDMI 000-0'");
        DeviceException other = new DeviceException(Errno.EIO, "cam", "VIDIOC_STREAMON", "");
        assertThat(connectors().told(other)).isSameAs(other);
        assertThat(connectors().told(new DeviceException(Errno.ENOLCK, "cam", "VIDIOC_STREAMON", ""))).hasMessageContaining("not steady at 'HDMI 000-0'");
    }

    @Test
    void shouldListOutputsOfAnOutputQueue() throws Exception {
        FakeVideoNode out = new FakeVideoNode();
        out.capabilities = V4l2.V4L2_CAP_VIDEO_OUTPUT;
        out.list(V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT, PixelFormat.YUYV);
        out.connectors = List.of("S-Video", "HDMI");
        Video video = new Video(out, new CountedFences(), new KeptNotes(), "pid", "HDMI", 0, 0);
        assertThat(video.side(Queue.OUTPUT, V4l2.VIDIOC_ENUMOUTPUT).connectors().list())
            .containsExactly(new Connector(0, "S-Video", false, Signal.UNKNOWN), new Connector(1, "HDMI", true, Signal.UNKNOWN));
        assertThat(out.log).contains("VIDIOC_S_OUTPUT").doesNotContain("VIDIOC_S_INPUT");
    }

    @Test
    void shouldHoldAsManyBuffersAsTheDriverNeeds() throws Exception {
        assertThat(video("").uses().getFirst().held()).isEqualTo(1);
        node.controls = Map.of(V4l2.V4L2_CID_MIN_BUFFERS_FOR_CAPTURE, 3);
        assertThat(video("").uses().getFirst().held()).isEqualTo(3);
        node.controls = Map.of(V4l2.V4L2_CID_MIN_BUFFERS_FOR_CAPTURE, -7);
        assertThat(video("").uses().getFirst().held()).isEqualTo(1);
    }
}
