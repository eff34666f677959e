package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;

/** What cards say to memory of others, with and without outputs, and who may use their displays. Stateless. */
final class ImportCases {
    private static final long MIB = 1 << 20;

    private ImportCases() {
    }

    static List<Case> all() {
        List<Need> needs = List.of(Need.CARD, Need.UDMABUF);
        return List.of(new Case("drm/import_only", Level.API, "a card without outputs is no display, and has what is attached beside one that is", needs, ImportCases::only),
                new Case("drm/import_refused", Level.API, "a card that imports nothing says so by name and with its errno", needs, ImportCases::refused),
                new Case("drm/master", Level.API, "drm_auth.c: another master is told, and the right is taken again when it is free", needs, ImportCases::master));
    }

    private record Found(String path, String name, DeviceNode node, Optional<Display> display) {
    }

    private static List<Found> cards(Stage stage) throws Exception {
        List<Found> all = new ArrayList<>();
        for (String path : stage.finds().cards()) {
            DeviceNode node = stage.devices().imported(path);
            all.add(new Found(path, Prime.driver(node) + " " + Devices.name(path), node, stage.session().device(Display.class, Devices.name(path)).asOptional()));
        }
        return all;
    }

    private static BufferSpec picture(Mode mode) {
        return BufferSpec.picture(PixelFormat.XRGB8888, mode.width(), mode.height()).count(2);
    }

    private static Mode smallest(Display display) throws DeviceException, Skipped {
        return display.modes().stream().min((a, b) -> Integer.compare(a.width() * a.height(), b.width() * b.height())).orElseThrow(() -> new Skipped("no mode"));
    }

    private static String only(Stage stage) throws Exception {
        List<Found> cards = cards(stage);
        List<Found> without = cards.stream().filter(c -> c.display.isEmpty()).toList();
        if (without.isEmpty()) {
            throw new Skipped("every card has outputs");
        }
        stage.pool(16 * MIB);
        List<String> seen = new ArrayList<>();
        for (Found card : without) {
            UseId use = UseId.parse(Devices.name(card.path));
            try (BufferSet bytes = stage.session().allocateFor(BufferSpec.bytes(12_345).count(2), List.of(use)).orThrow()) {
                int handle = Prime.handle(card.node, card.node.handle(bytes.buffers().getFirst().objects().getFirst()));
                CaseFailed.unless(handle > 0, card.name + " has no handle of what is attached");
                // Imported by us once more it is the same handle, which one close would end for the importer too: so it stays.
            }
            for (Found shown : cards) {
                if (shown.display.isPresent()) {
                    beside(stage, card, shown).ifPresent(seen::add);
                }
            }
        }
        return String.join("; ", without.stream().map(Found::name).toList()) + (seen.isEmpty() ? "" : ": beside " + String.join(", ", seen));
    }

    private static Optional<String> beside(Stage stage, Found card, Found shown) throws Exception {
        Display display = shown.display.orElseThrow();
        Mode mode = smallest(display);
        Outcome<BufferSet> outcome = stage.session().allocateFor(picture(mode), List.of(UseId.parse(Devices.name(shown.path))));
        if (!outcome.isOk()) {
            return Optional.empty();
        }
        try (BufferSet set = outcome.orThrow()) {
            CaseFailed.unless(set.attach(UseId.parse(Devices.name(card.path)), MovePolicy.NEVER).isOk(), card.name + " does not take what " + shown.name + " takes");
            int framebuffer = display.addFramebuffer(set.buffers().getFirst().id());
            display.setMode(mode, framebuffer);
            display.off();
            display.removeFramebuffer(framebuffer);
        }
        return Optional.of(shown.name);
    }

    private static String refused(Stage stage) throws Exception {
        stage.pool(16 * MIB);
        List<String> seen = new ArrayList<>();
        for (Found card : cards(stage)) {
            if (card.display.isEmpty()) {
                continue;
            }
            Mode mode = smallest(card.display.get());
            Outcome<BufferSet> outcome = stage.session().allocateFor(picture(mode), List.of(UseId.parse(Devices.name(card.path))));
            outcome.asOptional().ifPresent(BufferSet::close);
            if (outcome instanceof Outcome.No<BufferSet>(Refusal why)) {
                CaseFailed.unless(List.of(Errno.EINVAL, Errno.ENODEV, Errno.ENOSYS, Errno.EOPNOTSUPP).contains(why.errno()), card.name + ": " + why.message());
                for (String word : List.of(Devices.name(card.path), "DRM_IOCTL_PRIME_FD_TO_HANDLE", "XRGB8888 " + mode.width() + "x" + mode.height(), "imports")) {
                    CaseFailed.unless(why.message().contains(word), card.name + ": '" + word + "' is not in: " + why.message());
                }
                seen.add(card.name + " (" + why.errno() + ")");
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped("every card imports");
        }
        return String.join(", ", seen);
    }

    private static String master(Stage stage) throws Exception {
        stage.pool(16 * MIB);
        List<String> seen = new ArrayList<>();
        for (Found card : cards(stage)) {
            if (card.display.isPresent()) {
                Mode mode = smallest(card.display.get());
                Outcome<BufferSet> outcome = stage.session().allocateFor(picture(mode), List.of(UseId.parse(Devices.name(card.path))));
                if (outcome instanceof Outcome.Ok<BufferSet>(BufferSet set)) {
                    contend(card, set, mode);
                    set.close();
                    seen.add(card.name);
                }
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped("no card shows memory of the pool");
        }
        return String.join(", ", seen);
    }

    private static void contend(Found card, BufferSet set, Mode mode) throws Exception {
        Display display = card.display.orElseThrow();
        int one = display.addFramebuffer(set.buffers().getFirst().id());
        int two = display.addFramebuffer(set.buffers().getLast().id());
        display.setMode(mode, one);
        try (DeviceFile other = card.node.open(); Arena arena = Arena.ofConfined()) {
            MemorySegment nothing = arena.allocate(Long.BYTES);
            VideoFile.refused("a second master", Errno.EBUSY, () -> other.ioctl(Drm.DRM_IOCTL_SET_MASTER, nothing));
            card.node.ioctl(Drm.DRM_IOCTL_DROP_MASTER, nothing);
            other.ioctl(Drm.DRM_IOCTL_SET_MASTER, nothing);
            try {
                display.pageFlip(two, 1);
                throw new CaseFailed("a flip without being master");
            } catch (DeviceException e) {
                CaseFailed.unless(e.errno() == Errno.EACCES && e.getMessage().contains("another program is the master"), e.getMessage());
            }
            other.ioctl(Drm.DRM_IOCTL_DROP_MASTER, nothing);
            display.setMode(mode, two);
        }
        display.off();
        display.removeFramebuffer(one);
        display.removeFramebuffer(two);
    }
}
