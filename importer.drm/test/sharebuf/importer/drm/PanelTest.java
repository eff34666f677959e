package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sharebuf.importer.drm.Given.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.drm.Display.Flip;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmModeInfo;

/** What goes to the driver, what comes back, and what is left behind. */
class PanelTest {
    private static final Mode FULL_HD = new Mode(1920, 1080, 60);

    private final FakeCard card = new FakeCard();
    private final CountedFences fences = new CountedFences();
    private final Attached pictures = Given.attached(1, PixelFormat.XRGB8888, 1, 3);
    private final Attached videos = Given.attached(2, PixelFormat.NV12M, 4, 2);
    private Panel panel;

    @BeforeEach
    void attach() throws Exception {
        panel = Given.panel(card, fences);
        panel.attach(pictures);
        panel.attach(videos);
    }

    private static void assertErrno(Errno errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DeviceException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private DrmModeInfo mode() {
        MemorySegment bytes = Arena.ofAuto().allocate(DrmModeInfo.LAYOUT);
        return new DrmModeInfo(bytes.copyFrom(MemorySegment.ofArray(card.mode)));
    }

    @Test
    void shouldDescribeAPlanePerObject() throws Exception {
        FakeCard.Fb fb = card.framebuffers.get(panel.addFramebuffer(buffer(4)));
        assertThat(fb).isEqualTo(new FakeCard.Fb(640, 480, PixelFormat.NV12.drmFourcc(), Drm.DRM_MODE_FB_MODIFIERS, List.of(1, 2),
            List.of(640L, 640L), List.of(0L, 0L)));
        assertThat(card.handles).containsEntry(1, FakeCard.fd(4, 0)).containsEntry(2, FakeCard.fd(4, 1));
        Attached one = Given.attached(3, PixelFormat.NV12, 9, 1);
        panel.attach(one);
        assertThat(card.framebuffers.get(panel.addFramebuffer(buffer(9))).offsets()).containsExactly(0L, 640L * 480);
    }

    @Test
    void shouldCloseAHandleOnceAndWithItsLastFramebuffer() throws Exception {
        int first = panel.addFramebuffer(buffer(4));
        int second = panel.addFramebuffer(buffer(4));
        assertThat(card.handles).hasSize(2);
        panel.removeFramebuffer(first);
        assertThat(card.closed).isZero();
        panel.removeFramebuffer(second);
        assertThat(card.closed).isEqualTo(2);
        assertThat(card.handles).isEmpty();
        assertErrno(Errno.ENOENT, () -> panel.removeFramebuffer(second));
        assertThat(card.closed).isEqualTo(2);
    }

    @Test
    void shouldCloseTheHandlesOfAFramebufferThatWasRefused() {
        card.fail(Drm.DRM_IOCTL_MODE_ADDFB2, Errno.EINVAL);
        assertErrno(Errno.EINVAL, () -> panel.addFramebuffer(buffer(4)));
        assertThat(card.handles).isEmpty();
        assertErrno(Errno.EINVAL, () -> panel.addFramebuffer(buffer(77)));
    }

    @Test
    void shouldGiveTheDriverItsOwnTimingBack() throws Exception {
        int fb = panel.addFramebuffer(buffer(1));
        panel.setMode(FULL_HD, fb);
        assertThat(card.shown).isEqualTo(fb);
        assertThat(mode().clock()).isEqualTo(2);
        panel.setMode(new Mode(640, 480, 0), fb);
        assertThat(mode()).extracting(DrmModeInfo::hdisplay, DrmModeInfo::vdisplay, DrmModeInfo::vrefresh, DrmModeInfo::name)
            .containsExactly(640, 480, 0, "640x480");
    }

    @Test
    void shouldKeepABufferBusyWhileItIsScannedOut() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        panel.setMode(FULL_HD, a);
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        panel.pageFlip(b, 42);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(1, 1);
        assertErrno(Errno.EBUSY, () -> panel.pageFlip(a, 43));
        assertThat(fences.open(buffer(1))).isEqualTo(1);
        assertThat(panel.flipEvent(Duration.ZERO)).isEmpty();
        card.vblank();
        assertThat(panel.flipEvent(Duration.ofSeconds(1))).contains(new Flip(5, 42, 1_000_002_000L));
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(0, 1);
        panel.off();
        assertThat(fences.open(buffer(2))).isZero();
        assertThatThrownBy(() -> panel.pageFlip(a, 44)).hasMessageContaining("EBUSY").hasMessageContaining("set a mode first");
        assertErrno(Errno.ENOENT, () -> panel.pageFlip(7, 44));
        assertThat(fences.open(buffer(1))).isZero();
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldPassOnThatSomebodyElsesFenceDidNotComeAndStayAsItWas() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        panel.setMode(FULL_HD, a);
        fences.held.add(buffer(2));
        assertThatThrownBy(() -> panel.pageFlip(b, 1)).isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.refusal().errno()).isEqualTo(Errno.ETIMEDOUT));
        assertThat(card.flipping).isZero();
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(1, 0);
        fences.held.clear();
        panel.pageFlip(b, 2);
        card.vblank();
        assertThat(panel.flipEvent(Duration.ofSeconds(1)).orElseThrow().userData()).isEqualTo(2);
        panel.off();
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldGiveBuffersBackToAnApplicationThatReadsNoEvents() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        panel.setMode(FULL_HD, a);
        panel.pageFlip(b, 1);
        card.vblank();
        panel.pageFlip(a, 2);
        card.vblank();
        panel.pageFlip(b, 3);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(1, 1);
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(1);
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(2);
        assertThat(panel.flipEvent(Duration.ZERO)).isEmpty();
    }

    @Test
    void shouldSkipOtherEventsAndThoseOfFlipsThatAreOver() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        panel.setMode(FULL_HD, a);
        panel.pageFlip(b, 1);
        panel.off();
        assertThat(card.events).hasSize(1);
        card.events.add(new long[] {Drm.DRM_EVENT_VBLANK, 9});
        panel.setMode(FULL_HD, a);
        assertThat(panel.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(1);
        assertThat(fences.open(buffer(1))).as("the event of a flip before the screen went dark ends nothing").isEqualTo(1);
        assertThat(panel.flipEvent(Duration.ZERO)).isEmpty();
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldRemoveWhatIsOnTheScreenWhenItIsDetached() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        int other = panel.addFramebuffer(buffer(4));
        panel.setMode(FULL_HD, a);
        panel.pageFlip(b, 1);
        panel.detach(pictures);
        assertThat(card.framebuffers).containsOnlyKeys(other);
        assertThat(card.shown).isZero();
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(0, 0);
        assertThat(card.handles).hasSize(2);
        assertErrno(Errno.EINVAL, () -> panel.addFramebuffer(buffer(1)));
    }

    @Test
    void shouldRefuseWhatCannotBeAFramebufferWhenItIsAttached() throws Exception {
        panel.tryOut(pictures);
        assertThat(card.framebuffers).isEmpty();
        assertThat(card.handles).isEmpty();
        card.fail(Drm.DRM_IOCTL_MODE_ADDFB2, Errno.ERANGE);
        assertErrno(Errno.ERANGE, () -> panel.tryOut(pictures));
        card.fail(Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, Errno.EBADF);
        assertErrno(Errno.EBADF, () -> panel.tryOut(videos));
        assertThat(card.handles).isEmpty();
    }

    @Test
    void shouldTryEveryBuffer() throws Exception {
        card.unimportable.put(FakeCard.fd(3, 0), Errno.ENODEV);
        assertThatThrownBy(() -> panel.tryOut(pictures)).hasMessageContaining("ENODEV")
            .hasMessageContaining("found object b3.0 of 1228800 bytes, needed a card that imports dma-bufs");
        assertThat(card.handles).isEmpty();
        assertThat(card.framebuffers).isEmpty();
    }

    @Test
    void shouldBecomeMasterAgainOrSayWhoIsInTheWay() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        card.master = false;
        panel.setMode(FULL_HD, a);
        assertThat(card.shown).isEqualTo(a);
        card.master = false;
        card.otherMaster = true;
        for (ThrowingCallable call : List.<ThrowingCallable>of(() -> panel.pageFlip(b, 1), () -> panel.setMode(FULL_HD, b), panel::off, () -> panel.dirty(a))) {
            assertThatThrownBy(call).hasMessageContaining("EACCES").hasMessageContaining("another program is the master of the card")
                .hasMessageContaining("EBUSY");
        }
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(1, 0);
        card.otherMaster = false;
        panel.pageFlip(b, 2);
        assertThat(card.flipping).isEqualTo(b);
        card.master = false;
        card.otherMaster = true;
        panel.detach(pictures);
        assertThat(card.shown).as("a framebuffer can be removed without being master").isZero();
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.tooMany())).containsExactly(0, 0, 0);
    }

    @Test
    void shouldSetTheModeAnewWhereTheDriverHasNoFlip() throws Exception {
        card.flips = false;
        int a = panel.addFramebuffer(buffer(1));
        int b = panel.addFramebuffer(buffer(2));
        assertThatThrownBy(() -> panel.pageFlip(a, 1)).hasMessageContaining("EBUSY").hasMessageContaining("set a mode first");
        panel.setMode(FULL_HD, a);
        byte[] timing = card.mode;
        panel.pageFlip(b, 42);
        assertThat(card.shown).isEqualTo(b);
        assertThat(card.mode).isEqualTo(timing);
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)))).containsExactly(0, 1);
        panel.pageFlip(a, 43);
        assertThat(panel.flipEvent(Duration.ofSeconds(60)).orElseThrow().userData()).isEqualTo(42);
        assertThat(panel.flipEvent(Duration.ofSeconds(60)).orElseThrow().userData()).isEqualTo(43);
        assertThat(card.log.stream().filter("DRM_IOCTL_MODE_PAGE_FLIP"::equals)).as("asked once").hasSize(1);
        assertThat(fences.tooMany()).isZero();
    }

    @Test
    void shouldTellTheCardOfChangesWhereItWantsToKnow() throws Exception {
        int a = panel.addFramebuffer(buffer(1));
        panel.dirty(a);
        assertThat(card.dirtied).containsExactly(a);
        card.dirties = false;
        panel.dirty(a);
        assertErrno(Errno.ENOENT, () -> panel.dirty(4711));
    }

    @Test
    void shouldCompleteEveryFenceWhenTheCardIsGone() throws Exception {
        for (int way = 0; way < 4; way++) {
            FakeCard one = new FakeCard();
            CountedFences its = new CountedFences();
            Panel its1 = Given.panel(one, its);
            its1.attach(pictures);
            int a = its1.addFramebuffer(buffer(1));
            int b = its1.addFramebuffer(buffer(2));
            its1.setMode(FULL_HD, a);
            its1.pageFlip(b, 1);
            one.unplugged = true;
            int how = way;
            assertErrno(Errno.ENODEV, () -> {
                switch (how) {
                    case 0 -> its1.flipEvent(Duration.ZERO);
                    case 1 -> its1.pageFlip(a, 2);
                    case 2 -> its1.off();
                    default -> its1.setMode(FULL_HD, a);
                }
            });
            assertThat(List.of(its.open(buffer(1)), its.open(buffer(2)), its.tooMany())).as("way " + way).containsExactly(0, 0, 0);
            its1.detach(pictures);
        }
    }

    @Test
    void shouldGoOnWithWhatAnotherInstanceLeft() throws Exception {
        for (boolean flipUnderWay : new boolean[] {false, true}) {
            FakeCard left = new FakeCard();
            CountedFences begun = new CountedFences();
            KeptNotes notes = new KeptNotes();
            Panel first = Given.panel(left, begun, notes);
            first.attach(pictures);
            int a = first.addFramebuffer(buffer(1));
            int b = first.addFramebuffer(buffer(2));
            int again = first.addFramebuffer(buffer(2));
            first.setMode(FULL_HD, a);
            if (flipUnderWay) {
                first.pageFlip(b, 8);
            } else {
                begun.begin(Given.USE, buffer(3)); // it failed between fence and ioctl
            }

            Panel second = Given.panel(left, begun, notes);
            second.adopt(List.of(pictures));
            assertThat(begun.open(buffer(1))).isEqualTo(1);
            if (flipUnderWay) {
                assertErrno(Errno.EBUSY, () -> second.pageFlip(a, 9));
                assertThat(begun.open(buffer(2))).isEqualTo(1);
                left.vblank();
                assertThat(second.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(8);
                assertThat(List.of(begun.open(buffer(1)), begun.open(buffer(2)))).containsExactly(0, 1);
                second.pageFlip(a, 9);
            } else {
                second.pageFlip(b, 9);
                assertThat(begun.open(buffer(3))).isZero();
            }
            left.vblank();
            assertThat(second.flipEvent(Duration.ZERO).orElseThrow().userData()).isEqualTo(9);
            assertThat(List.of(begun.open(buffer(1)), begun.open(buffer(2)))).isEqualTo(flipUnderWay ? List.of(1, 0) : List.of(0, 1));
            second.off();
            second.removeFramebuffer(again);
            assertThat(left.handles).as("a shared handle stays with the other framebuffer").hasSize(2);
            second.detach(pictures);
            assertThat(left.handles).isEmpty();
            assertThat(left.framebuffers).isEmpty();
            assertThat(notes.count()).isZero();
            assertThat(List.of(begun.open(buffer(1)), begun.open(buffer(2)), begun.open(buffer(3)))).containsExactly(0, 0, 0);
        }
    }
}
