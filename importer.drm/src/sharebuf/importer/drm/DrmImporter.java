package sharebuf.importer.drm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.importer.Rehearsal;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;
import sharebuf.uapi.Drm;

/**
 * The component: an importer and a display over one device node; an importer alone where the card has no outputs. Its service property {@code sharebuf.device} is that of its
 * configuration, and the node is the one that {@code node.target} selects.
 *
 * <p>Thread-safe.
 */
@Serves(kind = Serves.IMPORTER, pid = DrmImporter.PID)
@Component(name = DrmImporter.PID, configurationPid = DrmImporter.PID, configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {Importer.class, Display.class})
public final class DrmImporter implements Importer, Display {
    static final String PID = "sharebuf.importer.drm";
    private static final int HELD = 2; // the one on the screen and the one that a flip waits for

    private final Use use;
    private final Optional<Screen> screen;
    private final Optional<Panel> panel;
    private final Renderer renderer;
    private final DeviceNode node;
    private final Notes notes;

    /**
     * Asks the card what it is.
     *
     * @param node the device node
     * @param fences where jobs are told
     * @param notes where framebuffers are kept for a successor
     * @param config the configuration
     * @throws DeviceException when the node does not answer as a card does
     */
    @Activate
    public DrmImporter(@Reference(name = "node", target = "(sharebuf.device=node.target is not configured)") DeviceNode node,
            @Reference(name = "fences") Fences fences,
            @Reference(name = "notes") Notes notes, Config config) throws DeviceException {
        screen = ScreenProbe.of(node, config.pitchAlign());
        UseId id = new UseId(node.device().name(), node.device().name());
        use = screen.map(s -> new Use(id, Access.READ, node.device().dma(), formats(s, config), false, LettingGo.FLIP, HELD))
            .orElseGet(() -> new Use(id, Access.READ, node.device().dma(), List.of(), true, LettingGo.BETWEEN_JOBS, 0))
            .orElse(node.device().alternatives(id.use()));
        panel = screen.map(s -> new Panel(node, id, s, fences, notes, System::nanoTime));
        renderer = new Renderer(node, id, notes);
        this.node = node;
        this.notes = notes;
    }

    private static List<FormatRange> formats(Screen screen, Config config) {
        return screen.formats().stream().map(f -> new FormatRange(f.format(), ObjectRule.EITHER, f.modifiers(), screen.sizes(), f.pitchAlign(),
            config.heightAlign(), Optional.empty())).toList();
    }

    /** A card without outputs imports buffers, and is no display. */
    @Override
    public boolean offers(Class<?> api) {
        return Importer.super.offers(api) && (panel.isPresent() || api != Display.class);
    }

    private Panel panel() throws DeviceException {
        return panel.orElseThrow(() -> new DeviceException(Errno.EOPNOTSUPP, use.id().device(), "DRM_IOCTL_MODE_GETRESOURCES",
            "the card has no outputs; it imports buffers only"));
    }

    @Override
    public void adopt(Live live) throws DeviceException {
        if (panel.isPresent()) {
            panel.get().adopt(live.attachments());
        } else {
            renderer.adopt(live.attachments());
        }
    }

    @Override
    public void rehearse(Live live) {
        if (screen.isPresent()) {
            new Panel(Rehearsal.node(node, request -> request == Drm.DRM_IOCTL_MODE_GETCRTC), use.id(), screen.get(), Rehearsal.fences(), Rehearsal.notes(notes), System::nanoTime)
                .rehearse(live.attachments());
        }
    }

    @Override
    public void makeWay() {
        panel.ifPresent(Panel::makeWay);
    }

    @Override
    public void carryOn() {
        panel.ifPresent(Panel::carryOn);
    }

    @Override
    public List<Use> uses() {
        return List.of(use);
    }

    @Override
    public Outcome<Outcome.Done> attached(Attached attached) {
        if (!attached.use().equals(use.id())) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "use", attached.use().toString(), use.id().toString()).about(use.id().device(), attached.use().use()));
        }
        try {
            if (panel.isPresent()) {
                panel.get().tryOut(attached);
                panel.get().attach(attached);
            } else {
                renderer.attach(attached);
            }
            return Outcome.ok();
        } catch (DeviceException e) {
            return Outcome.no(Refusal.of(e.errno(), e.operation(), attached.spec() + " as " + attached.layout(), Imports.needed(e))
                .about(use.id().device(), use.id().use()));
        }
    }

    @Override
    public void detached(Attached attached) {
        try {
            if (panel.isPresent()) {
                panel.get().detach(attached);
            } else {
                renderer.detach(attached);
            }
        } catch (DeviceException e) {
            throw new IllegalStateException("buffers of " + attached.use() + " may still be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void moveNotify(Attached attached, Phase phase) {
        // Before, there is nothing to do: the screen may go on reading the old memory.
        if (phase != Phase.BEFORE) {
            try {
                if (panel.isEmpty() && phase == Phase.AFTER) {
                    renderer.moved(attached);
                } else if (panel.isPresent() && phase == Phase.AFTER) {
                    panel.get().moved(attached);
                } else if (panel.isPresent()) {
                    panel.get().release(attached);
                }
            } catch (DeviceException e) {
                throw new IllegalStateException(attached.use() + " does not show moved buffers: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public List<Mode> modes() throws DeviceException {
        panel();
        return screen.stream().flatMap(s -> s.modes().stream()).map(Screen.Timing::mode).distinct().toList();
    }

    @Override
    public int addFramebuffer(BufferId buffer) throws DeviceException {
        return panel().addFramebuffer(buffer);
    }

    @Override
    public void removeFramebuffer(int framebuffer) throws DeviceException {
        panel().removeFramebuffer(framebuffer);
    }

    @Override
    public void setMode(Mode mode, int framebuffer) throws DeviceException {
        panel().setMode(mode, framebuffer);
    }

    @Override
    public void off() throws DeviceException {
        panel().off();
    }

    @Override
    public void pageFlip(int framebuffer, long userData) throws DeviceException {
        panel().pageFlip(framebuffer, userData);
    }

    @Override
    public Optional<Flip> flipEvent(Duration limit) throws DeviceException {
        return panel().flipEvent(limit);
    }

    @Override
    public void dirty(int framebuffer) throws DeviceException {
        panel().dirty(framebuffer);
    }
}
