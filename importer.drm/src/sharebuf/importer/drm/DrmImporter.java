package sharebuf.importer.drm;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.buffer.BufferId;
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
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;

/**
 * The component: an importer and a display over one device node. Its service property {@code sharebuf.device} is that of its
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

    private final Screen screen;
    private final Use use;
    private final Panel panel;

    /**
     * Asks the card what it is.
     *
     * @param node the device node
     * @param fences where jobs are told
     * @param notes where framebuffers are kept for a successor
     * @param config the configuration
     * @throws DeviceException when the node does not answer as a display does
     */
    @Activate
    public DrmImporter(@Reference(name = "node", target = "(sharebuf.device=node.target is not configured)") DeviceNode node,
            @Reference(name = "fences") Fences fences,
            @Reference(name = "notes") Notes notes, Config config) throws DeviceException {
        screen = ScreenProbe.of(node);
        String device = node.device().name();
        List<FormatRange> formats = screen.formats().stream()
            .map(f -> FormatRange.linear(f, ObjectRule.EITHER, screen.sizes()).aligned(config.pitchAlign(), config.heightAlign())).toList();
        use = new Use(new UseId(device, device), Access.READ, node.device().dma(), formats, false, LettingGo.FLIP, HELD);
        panel = new Panel(node, use.id(), screen, fences, notes, System::nanoTime);
    }

    @Override
    public void adopt(Live live) throws DeviceException {
        panel.adopt(live.attachments());
    }

    @Override
    public List<Use> uses() {
        return List.of(use);
    }

    @Override
    public Outcome<Outcome.Done> attached(Attached attached) {
        try {
            panel.tryOut(attached);
            panel.attach(attached);
            return Outcome.ok();
        } catch (DeviceException e) {
            return Outcome.no(Refusal.of(e.errno(), e.operation(), attached.spec() + " as " + attached.layout(),
                "a layout that the display scans out: " + e.getMessage()).about(use.id().device(), use.id().use()));
        }
    }

    @Override
    public void detached(Attached attached) {
        try {
            panel.detach(attached);
        } catch (DeviceException e) {
            throw new IllegalStateException("buffers of " + attached.use() + " may still be scanned out: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Mode> modes() {
        return screen.modes().stream().map(Screen.Timing::mode).distinct().toList();
    }

    @Override
    public int addFramebuffer(BufferId buffer) throws DeviceException {
        return panel.addFramebuffer(buffer);
    }

    @Override
    public void removeFramebuffer(int framebuffer) throws DeviceException {
        panel.removeFramebuffer(framebuffer);
    }

    @Override
    public void setMode(Mode mode, int framebuffer) throws DeviceException {
        panel.setMode(mode, framebuffer);
    }

    @Override
    public void off() throws DeviceException {
        panel.off();
    }

    @Override
    public void pageFlip(int framebuffer, long userData) throws DeviceException {
        panel.pageFlip(framebuffer, userData);
    }

    @Override
    public Optional<Flip> flipEvent(Duration limit) throws DeviceException {
        return panel.flipEvent(limit);
    }
}
