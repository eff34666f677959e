package sharebuf.importer.drm;

import static org.assertj.core.api.Assertions.assertThat;
import static sharebuf.importer.drm.Given.buffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.buffer.Errno;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.Drm;

/**
 * After any sequence of right and wrong calls and failing ioctls: a buffer that the driver shows or is about to show has a fence, no
 * fence is completed twice, and when the screen is dark and everything is removed, no fence and no handle is left.
 */
class ScanoutBalanceTest {
    private static final long[] FALLIBLE = {Drm.DRM_IOCTL_MODE_ADDFB2, Drm.DRM_IOCTL_MODE_PAGE_FLIP, Drm.DRM_IOCTL_MODE_SETCRTC,
        Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE, Drm.DRM_IOCTL_MODE_RMFB};
    private static final Errno[] ERRNOS = {Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY, Errno.EIO};
    private static final int BUFFERS = 3;

    @Test
    void shouldBalanceUnderErrors() throws Exception {
        long seed = Long.getLong("sharebuf.seed", System.nanoTime());
        System.out.println("ScanoutBalanceTest: -Dsharebuf.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            play(random, "seed " + seed + " round " + round);
        }
    }

    private void play(Random random, String what) throws Exception {
        FakeCard card = new FakeCard();
        CountedFences fences = new CountedFences();
        Panel panel = Given.panel(card, fences);
        Attached attached = Given.attached(1, PixelFormat.NV12M, 1, BUFFERS);
        panel.attach(attached);
        List<Integer> ids = new ArrayList<>(List.of(5));
        long data = 0;
        for (int step = 0; step < 80; step++) {
            if (random.nextInt(5) == 0) {
                card.fail(FALLIBLE[random.nextInt(FALLIBLE.length)], ERRNOS[random.nextInt(ERRNOS.length)]);
            }
            int id = ids.get(random.nextInt(ids.size()));
            try {
                switch (random.nextInt(14)) {
                    case 0, 1 -> ids.add(panel.addFramebuffer(buffer(1 + random.nextInt(BUFFERS))));
                    case 2, 3 -> panel.setMode(new Mode(640, 480, 60), id);
                    case 4 -> panel.off();
                    case 5 -> panel.removeFramebuffer(id);
                    case 6, 7, 8 -> panel.flipEvent(Duration.ZERO);
                    case 9, 10 -> card.vblank();
                    default -> panel.pageFlip(id, data++);
                }
            } catch (DeviceException e) {
                assertThat(e.errno()).as(what).isIn(Errno.EINVAL, Errno.ENOMEM, Errno.EBUSY, Errno.EIO, Errno.ENOENT);
            }
            card.heal();
            for (int busy : new int[] {card.shown, card.flipping}) {
                if (busy != 0) {
                    long shown = (card.handles.get(card.framebuffers.get(busy).handles().getFirst()) - 1000) / 10;
                    assertThat(fences.open(buffer(shown))).as(what + " step " + step + " buffer " + shown).isPositive();
                }
            }
            assertThat(fences.tooMany()).as(what + " step " + step).isZero();
        }
        panel.off();
        assertThat(List.of(fences.open(buffer(1)), fences.open(buffer(2)), fences.open(buffer(3)))).as(what).containsExactly(0, 0, 0);
        panel.detach(attached);
        assertThat(card.framebuffers).as(what).isEmpty();
        assertThat(card.handles).as(what).isEmpty();
        assertThat(fences.tooMany()).as(what).isZero();
    }
}
