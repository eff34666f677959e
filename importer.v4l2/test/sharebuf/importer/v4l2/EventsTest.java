package sharebuf.importer.v4l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Event;
import sharebuf.video.VideoDevice.EventKind;

/** What a device says of itself. */
class EventsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final FakeVideoNode node = FakeVideoNode.camera(true, PixelFormat.NV12);

    private Events events() throws DeviceException {
        return new Video(node, new CountedFences(), new KeptNotes(), "pid", "", 0, 0).events();
    }

    @Test
    void shouldSayWhatADeviceDoesNotTell() throws Exception {
        node.eventTypes = List.of(V4l2.V4L2_EVENT_SOURCE_CHANGE);
        Events events = events();
        assertThat(events.subscribe(EventKind.END_OF_STREAM)).isFalse();
        assertThat(events.subscribe(EventKind.SOURCE_CHANGE)).isTrue();
        assertThat(node.subscribed).containsExactly(V4l2.V4L2_EVENT_SOURCE_CHANGE);
        events.unsubscribe(EventKind.SOURCE_CHANGE);
        assertThat(node.subscribed).isEmpty();
    }

    @Test
    void shouldHearOfEachInput() throws Exception {
        node.eventTypes = List.of(V4l2.V4L2_EVENT_SOURCE_CHANGE, V4l2.V4L2_EVENT_EOS);
        node.connectors = List.of("camera", "HDMI 0", "HDMI 1");
        Events events = events();
        assertThat(events.subscribe(EventKind.SOURCE_CHANGE)).isTrue();
        assertThat(node.subscribedIds).containsExactly(0, 1, 2);
        events.unsubscribe(EventKind.SOURCE_CHANGE);
        assertThat(node.subscribed).isEmpty();
        assertThat(events.subscribe(EventKind.END_OF_STREAM)).isTrue();
        assertThat(node.subscribedIds).containsExactly(0, 1, 2, 0);
    }

    @Test
    void shouldTakeWhatIsThereAndPassOverWhatItDoesNotKnow() throws Exception {
        Events events = events();
        node.events.add(new int[] {V4l2.V4L2_EVENT_SOURCE_CHANGE, 1});
        node.events.add(new int[] {3, 9}); // a control
        node.events.add(new int[] {V4l2.V4L2_EVENT_FRAME_SYNC, 77});
        node.events.add(new int[] {V4l2.V4L2_EVENT_EOS, 5});
        assertThat(events.next(Duration.ZERO)).contains(new Event(EventKind.SOURCE_CHANGE, 1, 3, 1_000_000_005));
        assertThat(events.next(LONG)).contains(new Event(EventKind.FRAME_SYNC, 77, 3, 1_000_000_005));
        assertThat(events.next(LONG)).contains(new Event(EventKind.END_OF_STREAM, 0, 3, 1_000_000_005));
        assertThat(events.next(Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldWaitForOneWithoutTouchingTheQueue() throws Exception {
        Events events = events();
        node.onPoll = () -> node.events.add(new int[] {V4l2.V4L2_EVENT_EOS, 0});
        assertThat(events.next(LONG)).isPresent();
        node.onPoll = () -> { };
        assertThat(events.next(LONG)).as("the time is over").isEmpty();
        assertThat(node.readEmulated).isFalse();
    }

    @Test
    void shouldNotWaitForADeviceThatIsGone() throws Exception {
        Events events = events();
        node.unplugged = true;
        assertThatThrownBy(() -> events.next(LONG)).isInstanceOf(DeviceException.class).hasMessageContaining("ENODEV");
    }
}
