package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Use;
import sharebuf.drm.Display;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.node.DeviceException;
import sharebuf.plugin.Live;

/** A card without outputs imports buffers, and nothing else. */
class RendererTest {
    private final FakeCard card = new FakeCard();
    private final KeptNotes notes = new KeptNotes();
    private final Attached two = Given.attached(1, PixelFormat.NV12M, 1, 2);

    @BeforeEach
    void withoutOutputs() {
        card.outputs = false;
    }

    private DrmImporter importer() throws DeviceException {
        return new DrmImporter(card, new CountedFences(), notes, Given.config());
    }

    @Test
    void shouldTakeAnythingAndBeNoDisplay() throws Exception {
        DrmImporter importer = importer();
        Use use = importer.uses().getFirst();
        assertThat(use.anyFormat()).isTrue();
        assertThat(use.bytes()).isTrue();
        assertThat(importer.offers(Display.class)).isFalse();
        assertThat(importer.offers(Importer.class)).isTrue();
        for (ThrowingCallable call : List.<ThrowingCallable>of(importer::modes,
                () -> importer.addFramebuffer(Given.buffer(1)), () -> importer.setMode(new Mode(640, 480, 60), 1), importer::off,
                () -> importer.pageFlip(1, 1), () -> importer.flipEvent(Duration.ZERO), () -> importer.removeFramebuffer(1), () -> importer.dirty(1))) {
            assertThatThrownBy(call).isInstanceOf(DeviceException.class).hasMessageContaining("no outputs");
        }
        card.outputs = true;
        assertThat(importer().offers(Display.class)).isTrue();
    }

    @Test
    void shouldPassOnWhatItAcceptsInstead() throws Exception {
        DmaConstraints other = DmaConstraints.builder().align(4096).build();
        card.alternatives.put("display", List.of(other));
        assertThat(importer().uses().getFirst().alternatives()).containsExactly(other);
        card.outputs = true;
        assertThat(importer().uses().getFirst().alternatives()).containsExactly(other);
    }

    @Test
    void shouldHoldWhatIsAttachedAndCountTheHandles() throws Exception {
        DrmImporter importer = importer();
        Attached again = Given.attached(2, PixelFormat.NV12M, 2, 1);
        assertThat(importer.attached(two).isOk()).isTrue();
        assertThat(importer.attached(again).isOk()).isTrue();
        assertThat(card.handles.values()).containsExactlyInAnyOrder(FakeCard.fd(1, 0), FakeCard.fd(1, 1), FakeCard.fd(2, 0), FakeCard.fd(2, 1));
        importer.detached(two);
        assertThat(card.handles.values()).as("the other attachment has it").containsExactlyInAnyOrder(FakeCard.fd(2, 0), FakeCard.fd(2, 1));
        assertThat(notes.count()).isEqualTo(1);
        importer.detached(again);
        assertThat(card.handles).isEmpty();
        assertThat(notes.count()).isZero();
        importer.detached(again);
    }

    @Test
    void shouldRefuseWithNothingLeft() throws Exception {
        card.unimportable.put(FakeCard.fd(2, 1), Errno.EINVAL);
        Refusal refusal = importer().attached(two).why().orElseThrow();
        assertThat(refusal).extracting(Refusal::errno, Refusal::device, Refusal::use, Refusal::constraint)
            .containsExactly(Errno.EINVAL, "display", "display", "DRM_IOCTL_PRIME_FD_TO_HANDLE");
        assertThat(refusal.found()).contains("2 x NV12M 640x480");
        assertThat(refusal.needed()).contains("imports");
        assertThat(card.handles).isEmpty();
        assertThat(notes.count()).isZero();
    }

    @Test
    void shouldGoOnWithWhatAnotherInstanceHolds() throws Exception {
        assertThat(importer().attached(two).isOk()).isTrue();
        DrmImporter successor = importer();
        successor.adopt(new Live(List.of(), List.of(), List.of(two)));
        assertThat(card.handles).hasSize(4);
        successor.detached(two);
        assertThat(card.handles).isEmpty();
        assertThat(notes.count()).isZero();
    }

    @Test
    void shouldNotStumbleOverACardThatIsGone() throws Exception {
        DrmImporter importer = importer();
        assertThat(importer.attached(two).isOk()).isTrue();
        card.unplugged = true;
        importer.detached(two);
        assertThat(importer.attached(two).why().map(Refusal::errno)).contains(Errno.ENODEV);
    }
}
