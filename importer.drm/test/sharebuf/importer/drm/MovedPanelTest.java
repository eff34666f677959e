package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.importer.drm.Given.buffer;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;

/** A display whose buffers are moved: what an application calls a framebuffer shows the new memory, the old one goes when the screen has left it. */
class MovedPanelTest {
    private static final Mode FULL_HD = new Mode(1920, 1080, 60);

    private final FakeCard card = new FakeCard();
    private final CountedFences fences = new CountedFences();
    private final KeptNotes notes = new KeptNotes();
    private final Attached pictures = Given.attached(1, PixelFormat.XRGB8888, 1, 3);
    private Panel panel;
    private int a;
    private int b;

    @BeforeEach
    void show() throws Exception {
        panel = Given.panel(card, fences, notes);
        panel.attach(pictures);
        a = panel.addFramebuffer(buffer(1));
        b = panel.addFramebuffer(buffer(2));
        panel.setMode(FULL_HD, a);
    }

    /** The descriptor behind what is on the screen. */
    private int onScreen() {
        return card.handles.get(card.framebuffers.get(card.shown).handles().getFirst());
    }

    private static int fd(int buffer, int generation) {
        return FakeCard.fd(buffer, 0) + generation * FakeCard.GENERATION;
    }

    private void moved(Panel of) throws DeviceException {
        card.generation++;
        of.moved(pictures);
    }

    @Test
    void shouldShowTheNewMemoryUnderTheOldNumberAfterTheNextFlip() throws Exception {
        moved(panel);
        assertThat(onScreen()).as("nobody waits for a screen").isEqualTo(fd(1, 0));
        assertThat(card.framebuffers).hasSize(3);
        panel.pageFlip(b, 1);
        card.vblank();
        assertThat(panel.flipEvent(Duration.ZERO)).isPresent();
        assertThat(onScreen()).isEqualTo(fd(2, 1));
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(0, 1);
        assertThat(card.framebuffers).as("the old ones").hasSize(2);
        assertThat(card.handles.values()).containsExactlyInAnyOrder(fd(1, 1), fd(2, 1));
        panel.pageFlip(a, 2);
        card.vblank();
        panel.flipEvent(Duration.ZERO);
        assertThat(onScreen()).isEqualTo(fd(1, 1));
        panel.off();
        panel.removeFramebuffer(a);
        panel.removeFramebuffer(b);
        assertThat(card.framebuffers).isEmpty();
        assertThat(card.handles).isEmpty();
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldShowAStillPictureAgainWhenTheOldMemoryIsToBeFree() throws Exception {
        moved(panel);
        panel.release(pictures);
        assertThat(onScreen()).isEqualTo(fd(1, 1));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        assertThat(card.framebuffers).hasSize(2);
        card.log.clear();
        panel.release(pictures);
        assertThat(card.log).as("nothing of the old memory is left").doesNotContain("DRM_IOCTL_MODE_SETCRTC");
    }

    @Test
    void shouldShowWhatWasAskedForLastWhenAFlipIsOnItsWay() throws Exception {
        panel.pageFlip(b, 7);
        moved(panel);
        panel.release(pictures);
        assertThat(onScreen()).isEqualTo(fd(2, 1));
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).as("the application's own flip").isEqualTo(7);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(0, 1);
        assertThat(card.framebuffers).hasSize(2);
        panel.pageFlip(a, 8);
        card.vblank();
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(8);
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldLookForAFlipThatNobodyAskedForBeforeItShowsAgain() throws Exception {
        panel.pageFlip(b, 7);
        moved(panel);
        card.vblank();
        panel.pageFlip(a, 8); // takes the event of the one before
        card.vblank();
        card.log.clear();
        panel.release(pictures);
        assertThat(card.log).doesNotContain("DRM_IOCTL_MODE_SETCRTC");
        assertThat(card.framebuffers).hasSize(2);
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(7);
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(8);
    }

    @Test
    void shouldBeAsBeforeWhenTheCardDoesNotTakeTheNewMemory() throws Exception {
        card.generation++;
        card.unimportable.put(fd(2, 1), Errno.EFAULT);
        assertThatThrownBy(() -> panel.moved(pictures)).isInstanceOf(DeviceException.class);
        assertThat(card.framebuffers).hasSize(2);
        assertThat(card.handles.values()).containsExactlyInAnyOrder(fd(1, 0), fd(2, 0));
        panel.detach(pictures);
        assertThat(card.framebuffers).isEmpty();
        assertThat(card.handles).isEmpty();
        assertThat(fences.open(buffer(1))).isZero();
    }

    @Test
    void shouldLeaveNothingWhenItIsDetachedInTheMiddle() throws Exception {
        moved(panel);
        panel.detach(pictures);
        assertThat(card.framebuffers).isEmpty();
        assertThat(card.handles).isEmpty();
        assertThat(notes.count()).isZero();
        assertThat(fences.open(buffer(1))).isZero();
    }

    @Test
    void shouldNotMixUpNumbersThatTheCardGivesAgain() throws Exception {
        card.reusesNumbers = true;
        moved(panel);
        panel.pageFlip(b, 1);
        card.vblank();
        panel.flipEvent(Duration.ZERO); // the card's numbers of a and b are free
        int c = panel.addFramebuffer(buffer(3));
        assertThat(List.of(a, b)).doesNotContain(c);
        panel.pageFlip(c, 2);
        card.vblank();
        panel.flipEvent(Duration.ZERO);
        assertThat(onScreen()).isEqualTo(fd(3, 1));
        panel.removeFramebuffer(a);
        assertThat(onScreen()).isEqualTo(fd(3, 1));
    }

    @Test
    void shouldTellASuccessorWhatIsWhatAndHaveItMakeAnewWhatNobodyMade() throws Exception {
        moved(panel);
        Panel second = Given.panel(card, fences, notes);
        second.adopt(List.of(pictures));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        second.pageFlip(b, 1);
        card.vblank();
        second.flipEvent(Duration.ZERO);
        assertThat(onScreen()).isEqualTo(fd(2, 1));
        assertThat(card.framebuffers).hasSize(2);
        assertThat(fences.open(buffer(1))).isZero();
        card.generation++; // nobody was in the seat
        Panel third = Given.panel(card, fences, notes);
        third.adopt(List.of(pictures));
        third.pageFlip(a, 2);
        card.vblank();
        third.flipEvent(Duration.ZERO);
        assertThat(onScreen()).isEqualTo(fd(1, 2));
        third.detach(pictures);
        assertThat(card.framebuffers).isEmpty();
        assertThat(card.handles).isEmpty();
        assertThat(notes.count()).isZero();
    }

    @Test
    void shouldHoldWhatBuffersAreMadeOfNowOnACardWithoutOutputs() throws Exception {
        FakeCard only = new FakeCard();
        Renderer held = new Renderer(only, Given.USE, new KeptNotes());
        held.attach(pictures);
        only.generation++;
        held.moved(pictures);
        assertThat(only.handles.values()).containsExactlyInAnyOrder(fd(1, 1), fd(2, 1), fd(3, 1));
        held.detach(pictures);
        assertThat(only.handles).isEmpty();
    }
}
