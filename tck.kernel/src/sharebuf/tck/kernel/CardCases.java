package sharebuf.tck.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;

/** Dumb buffers and PRIME on every card: {@code drivers/gpu/drm/drm_dumb_buffers.c}, {@code drm_prime.c}, {@code drm_framebuffer.c}. Stateless. */
final class CardCases {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 64;
    private static final long MIB = 1 << 20;

    private CardCases() {
    }

    static List<Case> all() {
        List<Need> card = List.of(Need.CARD);
        return List.of(new Case("drm/dumb", Level.NODE, "drm_dumb_buffers.c create, map, destroy", card, stage -> each(stage, CardCases::dumb)),
                new Case("drm/prime_export", Level.NODE, "drm_prime.c one handle and one dma-buf an object", card, stage -> each(stage, CardCases::export)),
                new Case("drm/prime_import", Level.NODE, "drm_prime.c a foreign dma-buf has one handle a file", List.of(Need.CARD, Need.BUFFERS), stage -> each(stage, CardCases::importing)),
                new Case("drm/prime_errors", Level.NODE, "drm_prime.c refused descriptors and handles", card, stage -> each(stage, CardCases::errors)),
                new Case("drm/addfb2_bounds", Level.NODE, "drm_framebuffer.c framebuffer_check, a buffer that is too small", card, stage -> each(stage, CardCases::bounds)));
    }

    private interface Play {
        String on(Stage stage, DeviceNode node, CardFile card) throws Exception;
    }

    private static String each(Stage stage, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (String path : stage.finds().cards()) {
            DeviceNode node = stage.devices().node(path);
            String name = Prime.driver(node) + " " + node.device().name();
            try (Stage own = stage.inner(); DeviceFile file = node.open(); CardFile card = new CardFile(file)) {
                String what = play.on(own, node, card);
                seen.add(name + (what.isEmpty() ? "" : ": " + what));
            } catch (Skipped e) {
                left.add(name + ": " + e.getMessage());
            } catch (CaseFailed e) {
                throw new CaseFailed(name + ": " + e.getMessage());
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped(String.join("; ", left));
        }
        return String.join("; ", seen) + (left.isEmpty() ? "" : "; not " + String.join("; not ", left));
    }

    /** A dumb buffer of the card's own. */
    private static CardFile.Dumb make(CardFile card) throws DeviceException, Skipped {
        try {
            return card.create(WIDTH, HEIGHT, 32);
        } catch (DeviceException e) {
            if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.ENOSYS || e.errno() == Errno.ENOTTY) {
                throw new Skipped("no dumb buffers");
            }
            throw e;
        }
    }

    private static String dumb(Stage stage, DeviceNode node, CardFile card) throws Exception {
        CardFile.Dumb dumb = make(card);
        CaseFailed.unless(dumb.pitch() >= WIDTH * 4 && dumb.size() >= dumb.pitch() * HEIGHT && dumb.handle() != 0, "a buffer of " + WIDTH + "x" + HEIGHT + "x32 is " + dumb);
        card.touch(dumb);
        VideoFile.refused("no width", Errno.EINVAL, () -> card.create(0, HEIGHT, 32));
        VideoFile.refused("no bits", Errno.EINVAL, () -> card.create(WIDTH, HEIGHT, 0));
        VideoFile.refused("more bytes than 32 bits count", Errno.EINVAL, () -> card.create(1 << 20, 1 << 20, 32));
        card.destroy(dumb.handle());
        VideoFile.refused("a map of a buffer that is destroyed", Errno.ENOENT, () -> card.offset(dumb.handle()));
        VideoFile.refused("a buffer that is destroyed", Errno.EINVAL, () -> card.destroy(dumb.handle()));
        return "pitch " + dumb.pitch();
    }

    private static String export(Stage stage, DeviceNode node, CardFile card) throws Exception {
        CardFile.Dumb dumb = make(card);
        try (Descriptor one = exported(stage, card, dumb.handle()); Descriptor two = exported(stage, card, dumb.handle())) {
            CaseFailed.unless(one.identity().equals(two.identity()), "an object has two dma-bufs");
            CaseFailed.unless(stage.libc().seek(one.number(), 0, Libc.SEEK_END) >= dumb.size(), "the dma-buf is smaller than the buffer");
            for (int i = 0; i < 2; i++) {
                CaseFailed.unless(Prime.handle(card.file(), one.number()) == dumb.handle(), "an import of the card's own gives another handle");
            }
            card.destroy(dumb.handle());
            int again = Prime.handle(card.file(), two.number());
            Prime.close(card.file(), again);
        }
        return "";
    }

    private static Descriptor exported(Stage stage, CardFile card, int handle) throws DeviceException, Skipped {
        try {
            return stage.descriptors().adopt(Prime.descriptor(card.file(), handle), "dma-buf of a card");
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENOSYS) {
                throw new Skipped("exports nothing");
            }
            throw e;
        }
    }

    private static String importing(Stage stage, DeviceNode node, CardFile card) throws Exception {
        if (!Prime.imports(node)) {
            throw new Skipped("imports nothing");
        }
        int dmaBuf = foreign(stage);
        int handle;
        try {
            handle = Prime.handle(card.file(), dmaBuf);
        } catch (DeviceException e) {
            throw new Skipped("does not import it (" + e.errno() + ")");
        }
        CaseFailed.unless(Prime.handle(card.file(), dmaBuf) == handle, "a second import gives another handle");
        try (Descriptor back = exported(stage, card, handle)) {
            CaseFailed.unless(back.identity().equals(stage.libc().identity(dmaBuf)), "what is exported again is another dma-buf");
        }
        try (DeviceFile other = node.open()) {
            int own = Prime.handle(other, dmaBuf);
            Prime.close(other, own);
        }
        Prime.close(card.file(), handle);
        VideoFile.refused("a handle that is closed", Errno.EINVAL, () -> Prime.close(card.file(), handle));
        Prime.close(card.file(), Prime.handle(card.file(), dmaBuf));
        return "";
    }

    private static int foreign(Stage stage) throws Exception {
        if (stage.finds().heaps().isEmpty()) {
            stage.pool(MIB);
        } else {
            stage.heap(stage.finds().heaps().getFirst(), MIB);
        }
        return stage.handles().handle(stage.buffers(WIDTH * HEIGHT * 4, 1).buffers().getFirst().objects().getFirst());
    }

    private static String errors(Stage stage, DeviceNode node, CardFile card) throws Exception {
        if (!Prime.imports(node)) {
            throw new Skipped("imports nothing");
        }
        int noDmaBuf = new Raw(stage).open("/dev/null").number();
        Optional<Errno> no = errno(() -> Prime.handle(card.file(), noDmaBuf));
        if (no.equals(Optional.of(Errno.ENOSYS)) || no.equals(Optional.of(Errno.EOPNOTSUPP))) {
            throw new Skipped("imports nothing");
        }
        CaseFailed.unless(no.equals(Optional.of(Errno.EINVAL)), "a descriptor that is no dma-buf: expected EINVAL, got " + no);
        VideoFile.refused("no descriptor", Errno.EBADF, () -> Prime.handle(card.file(), -1));
        VideoFile.refused("an export of no handle", Errno.ENOENT, () -> Prime.descriptor(card.file(), 0x7fff_fff0));
        VideoFile.refused("a close of no handle", Errno.EINVAL, () -> Prime.close(card.file(), 0x7fff_fff0));
        return "";
    }

    private static Optional<Errno> errno(VideoFile.Call call) {
        try {
            call.run();
            return Optional.empty();
        } catch (DeviceException e) {
            return Optional.of(e.errno());
        }
    }

    private static String bounds(Stage stage, DeviceNode node, CardFile card) throws Exception {
        CardFile.Dumb dumb = make(card);
        int pitch = Math.toIntExact(dumb.pitch());
        int fits;
        try {
            fits = card.framebuffer(dumb.handle(), WIDTH, HEIGHT, pitch);
        } catch (DeviceException e) {
            if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL) {
                throw new Skipped("no framebuffers (" + e.errno() + ")");
            }
            throw e;
        }
        card.remove(fits);
        int rows = Math.toIntExact(dumb.size() / dumb.pitch());
        Optional<Errno> beyond = errno(() -> card.framebuffer(dumb.handle(), WIDTH, rows + 1, pitch));
        if (beyond.isEmpty()) { // it has no pages there to show, and nobody else suffers: virtio_gpu leaves it to its host
            throw new Skipped("takes a row more than the buffer has");
        }
        CaseFailed.unless(beyond.equals(Optional.of(Errno.EINVAL)), "a row more than the buffer has: expected EINVAL, got " + beyond.get());
        VideoFile.refused("a pitch that is shorter than a row", Errno.EINVAL, () -> card.framebuffer(dumb.handle(), WIDTH, HEIGHT, WIDTH * 4 - 4));
        VideoFile.refused("no buffer", Errno.ENOENT, () -> card.framebuffer(0x7fff_fff0, WIDTH, HEIGHT, pitch));
        VideoFile.refused("a framebuffer that is removed", Errno.ENOENT, () -> card.remove(fits));
        return "";
    }
}
