package sharebuf.tck;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import sharebuf.buffer.BufferId;
import sharebuf.drm.Display;
import sharebuf.importer.Attached;

/** A picture on the screen, and a flip to the next one on its way. */
final class DisplayWork implements DeviceWork {
    private final Display display;
    private final Map<BufferId, Integer> framebuffers = new HashMap<>();
    private int shown;
    private boolean flipping;

    DisplayWork(Display display) {
        this.display = display;
    }

    @Override
    public void begin(Attached attached) throws Exception {
        for (BufferId buffer : attached.buffers()) {
            framebuffers.put(buffer, display.addFramebuffer(buffer));
        }
        shown = 0;
        display.setMode(display.modes().getFirst(), framebuffers.get(attached.buffers().getFirst()));
        goOn(attached);
    }

    @Override
    public void goOn(Attached attached) throws Exception {
        if (!flipping) {
            shown = (shown + 1) % attached.buffers().size();
            display.pageFlip(framebuffers.get(attached.buffers().get(shown)), shown);
            flipping = true;
        }
    }

    @Override
    public void collect() throws Exception {
        while (display.flipEvent(Duration.ZERO).isPresent()) {
            flipping = false;
        }
    }

    @Override
    public void await(Duration limit) throws Exception {
        display.flipEvent(limit);
    }

    @Override
    public void end() throws Exception {
        if (!framebuffers.isEmpty()) {
            display.off();
        }
        framebuffers.clear();
        flipping = false;
    }
}
