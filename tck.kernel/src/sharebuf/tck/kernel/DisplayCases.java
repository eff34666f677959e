package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.drm.Display.Flip;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;

/** Framebuffers, flips and dirty rectangles on every card that has a display, through the broker. Stateless. */
final class DisplayCases {
    private static final Duration FLIP = Duration.ofSeconds(4);
    private static final long MIB = 1 << 20;
    private static final int FLIPS = 6;
    private static final int NO_FRAMEBUFFER = 0x7fff_fff0;

    private DisplayCases() {
    }

    static List<Case> all() {
        List<Need> needs = List.of(Need.CARD, Need.BUFFERS);
        return List.of(new Case("drm/flip", Level.API, "modetest -v; drm_plane.c PAGE_FLIP", needs, stage -> each(stage, DisplayCases::flip)),
                new Case("drm/dirty", Level.API, "drm_framebuffer.c DIRTYFB", needs, stage -> each(stage, DisplayCases::dirty)),
                new Case("drm/framebuffer_errors", Level.API, "drm_framebuffer.c, refused framebuffers and flips", needs, stage -> each(stage, DisplayCases::errors)));
    }

    private interface Play {
        String on(Screen screen, List<Integer> framebuffers) throws Exception;
    }

    /** A display and the buffers that were made for it. */
    private record Screen(Display display, Mode mode, BufferSet set) {
    }

    private static String each(Stage stage, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (String path : stage.finds().cards()) {
            String name = Prime.driver(stage.devices().node(path)) + " " + Devices.name(path);
            try {
                seen.add(name + " " + on(stage, path, play));
            } catch (Skipped e) {
                left.add(name + ": " + e.getMessage());
            } catch (CaseFailed | DeviceException | RefusedException e) {
                throw new CaseFailed(name + ": " + e.getMessage());
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped(String.join("; ", left));
        }
        return String.join("; ", seen) + (left.isEmpty() ? "" : "; not " + String.join("; not ", left));
    }

    private static String on(Stage stage, String path, Play play) throws Exception {
        Display display = display(stage, path);
        Mode mode = display.modes().stream().min(Comparator.comparing(m -> m.width() * m.height())).orElseThrow(() -> new Skipped("no mode"));
        List<String> refused = new ArrayList<>();
        for (Memory memory : memories(stage, Devices.name(path))) {
            try (Stage own = stage.inner()) {
                memory.bring.on(own);
                Outcome<BufferSet> outcome = own.session().allocateFor(BufferSpec.picture(PixelFormat.XRGB8888, mode.width(), mode.height()).count(3), List.of(UseId.parse(Devices.name(path))));
                if (outcome instanceof Outcome.No<BufferSet>(var why)) {
                    refused.add(memory.name + " (" + why.errno() + ")");
                    continue;
                }
                return mode.width() + "x" + mode.height() + " of " + memory.name + ", " + shown(new Screen(display, mode, outcome.orThrow()), play)
                        + (refused.isEmpty() ? "" : ", refuses " + String.join(", ", refused));
            }
        }
        throw new Skipped("refuses " + String.join(", ", refused));
    }

    private static Display display(Stage stage, String path) throws Exception {
        try {
            stage.devices().imported(path);
        } catch (CaseFailed e) {
            throw new Skipped("no importer: " + e.getMessage());
        }
        return stage.session().device(Display.class, Devices.name(path)).asOptional().orElseThrow(() -> new Skipped("no display"));
    }

    private record Memory(String name, Bring bring) {
        private interface Bring {
            void on(Stage stage) throws Exception;
        }
    }

    /** The machine's memory in the order in which it is tried; last the card's own. */
    private static List<Memory> memories(Stage stage, String device) {
        List<Memory> memories = new ArrayList<>();
        if (!stage.finds().udmabuf().isEmpty()) {
            memories.add(new Memory("udmabuf", s -> s.pool(64 * MIB)));
        }
        stage.finds().heaps().stream().findFirst().ifPresent(heap -> memories.add(new Memory(Devices.name(heap), s -> s.heap(heap, 64 * MIB))));
        memories.add(new Memory("its own", s -> s.driver(device, "sharebuf.exporter.drm", 64 * MIB)));
        return memories;
    }

    /** Each buffer a framebuffer, the first on the screen; afterwards the screen is off. */
    private static String shown(Screen screen, Play play) throws Exception {
        List<Integer> framebuffers = new ArrayList<>();
        int shade = 0;
        for (SharedBuffer buffer : screen.set.buffers()) {
            try (CpuAccess cpu = Stage.open(buffer, Access.WRITE)) {
                cpu.object(0).fill((byte) (0x40 * ++shade));
            }
            framebuffers.add(screen.display.addFramebuffer(buffer.id()));
        }
        try {
            screen.display.setMode(screen.mode, framebuffers.getFirst());
        } catch (DeviceException e) {
            if (e.errno() == Errno.EACCES) {
                throw new Skipped("somebody else has the screen");
            }
            throw e;
        }
        try {
            return play.on(screen, framebuffers);
        } finally {
            screen.display.off();
            for (int each : framebuffers) {
                screen.display.removeFramebuffer(each);
            }
        }
    }

    private static String flip(Screen screen, List<Integer> framebuffers) throws Exception {
        Optional<Flip> last = Optional.empty();
        for (int i = 1; i <= FLIPS; i++) {
            screen.display.pageFlip(framebuffers.get(i % framebuffers.size()), 1000 + i);
            Flip flip = screen.display.flipEvent(FLIP).orElseThrow(() -> new CaseFailed("no event of a flip within " + FLIP));
            CaseFailed.unless(flip.userData() == 1000 + i, "flip " + i + " says " + flip.userData());
            CaseFailed.unless(last.isEmpty() || flip.sequence() >= last.get().sequence() && flip.timestampNanos() >= last.get().timestampNanos(), last + " is followed by " + flip);
            last = Optional.of(flip);
        }
        CaseFailed.unless(screen.display.flipEvent(Duration.ZERO).isEmpty(), "one event too many");
        return FLIPS + " flips";
    }

    private static String dirty(Screen screen, List<Integer> framebuffers) throws Exception {
        screen.display.dirty(framebuffers.getFirst());
        VideoFile.refused("a framebuffer that is not there", Errno.ENOENT, () -> screen.display.dirty(NO_FRAMEBUFFER));
        return "told";
    }

    private static String errors(Screen screen, List<Integer> framebuffers) throws Exception {
        VideoFile.refused("a buffer that is not attached", Errno.EINVAL, () -> screen.display.addFramebuffer(new BufferId(Long.MAX_VALUE)));
        VideoFile.refused("a flip to a framebuffer that is not there", Errno.ENOENT, () -> screen.display.pageFlip(NO_FRAMEBUFFER, 1));
        VideoFile.refused("a mode with a framebuffer that is not there", Errno.ENOENT, () -> screen.display.setMode(screen.mode, NO_FRAMEBUFFER));
        VideoFile.refused("a removal of a framebuffer that is not there", Errno.ENOENT, () -> screen.display.removeFramebuffer(NO_FRAMEBUFFER));
        screen.display.off();
        VideoFile.refused("a flip on a screen that is off", Errno.EBUSY, () -> screen.display.pageFlip(framebuffers.getFirst(), 1));
        return "refused";
    }
}
