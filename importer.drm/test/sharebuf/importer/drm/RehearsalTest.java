package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.importer.drm.Given.buffer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.plugin.Live;
import sharebuf.uapi.Drm;

/** A successor rehearses while its predecessor shows one picture and a flip to another is on its way. */
class RehearsalTest {
    private final FakeCard card = new FakeCard();
    private final CountedFences fences = new CountedFences();
    private final KeptNotes notes = new KeptNotes();
    private final Attached pictures = Given.attached(1, PixelFormat.XRGB8888, 1, 3);
    private Panel panel;
    private int b;

    @BeforeEach
    void show() throws Exception {
        panel = Given.panel(card, fences, notes);
        panel.attach(pictures);
        int a = panel.addFramebuffer(buffer(1));
        b = panel.addFramebuffer(buffer(2));
        panel.setMode(new Mode(1920, 1080, 60), a);
    }

    private DrmImporter importer() throws Exception {
        return new DrmImporter(card, fences, notes, Given.config());
    }

    private void rehearsedWithoutATrace() throws Exception {
        Map<Integer, FakeCard.Fb> framebuffers = new TreeMap<>(card.framebuffers);
        Map<Integer, Integer> handles = Map.copyOf(card.handles);
        List<Integer> jobs = List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.open(buffer(3)));
        DrmImporter successor = importer();
        card.log.clear();
        successor.rehearse(new Live(List.of(), List.of(), List.of(pictures)));
        assertThat(card.log).isNotEmpty().containsOnly("DRM_IOCTL_MODE_GETCRTC");
        assertThat(card.framebuffers).isEqualTo(framebuffers);
        assertThat(card.handles).isEqualTo(handles);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.open(buffer(3)))).isEqualTo(jobs);
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldAskTheCardAndChangeNothing() throws Exception {
        panel.pageFlip(b, 7);
        rehearsedWithoutATrace();
        card.vblank();
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).as("the event is the predecessor's").isEqualTo(7);
    }

    @Test
    void shouldLeaveFramebuffersAloneThatAMoveHasMadeStale() throws Exception {
        card.generation++; // moved, and nobody has heard of it yet
        rehearsedWithoutATrace();
    }

    @Test
    void shouldEndWhereTheCardIsGone() throws Exception {
        DrmImporter successor = importer();
        card.fail(Drm.DRM_IOCTL_MODE_GETCRTC, Errno.ENODEV);
        successor.rehearse(new Live(List.of(), List.of(), List.of(pictures)));
        assertThat(fences.tooMany()).isZero();
    }
}
