package sharebuf.app.flow;

import java.util.Arrays;
import java.util.Optional;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.node.DeviceException;

/**
 * A display: shows the buffers of a set one after another. A buffer is given back when the next one is on the screen.
 */
final class DisplayReader implements Reader {
    private static final int NONE = -1;
    private final Display display;
    private final UseId use;
    private final Flow flow;
    private final Display.Mode mode;
    private final Optional<Album> album;
    private final Runnable onLast;
    private final Inbox inbox = new Inbox();
    private int[] framebuffers = {};
    private Work work;
    private boolean off;

    /**
     * A reader.
     *
     * @param mode which is set for the first picture
     * @param album keeps what is shown; empty when nobody wants it
     * @param onLast called while the last picture is on the screen
     */
    DisplayReader(Display display, UseId use, Flow flow, Display.Mode mode, Optional<Album> album, Runnable onLast) {
        this.album = album;
        this.onLast = onLast;
        this.display = display;
        this.use = use;
        this.flow = flow;
        this.mode = mode;
    }

    @Override
    public UseId use() {
        return use;
    }

    @Override
    public void start() throws FlowFailure {
        try {
            for (SharedBuffer buffer : flow.buffers()) {
                int id = display.addFramebuffer(buffer.id());
                framebuffers = Arrays.copyOf(framebuffers, framebuffers.length + 1);
                framebuffers[framebuffers.length - 1] = id;
            }
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
        work = Work.atDevice(use.toString(), flow, this::run);
    }

    @Override
    public void accept(int index, long number) {
        inbox.put(index, number);
    }

    private void run() throws DeviceException, InterruptedException, FlowFailure {
        int shown = NONE;
        for (Inbox.Item item = inbox.take(flow); item != null; item = inbox.take(flow)) {
            if (shown == NONE) {
                display.setMode(mode, framebuffers[item.index()]);
            } else {
                display.pageFlip(framebuffers[item.index()], item.number());
                await(item.number());
                flow.released(shown);
            }
            shown = item.index();
            int now = shown;
            album.ifPresent(a -> a.add(now));
        }
        if (shown != NONE) {
            if (!flow.failed()) {
                onLast.run();
            }
            display.off();
            flow.released(shown);
        }
    }

    private void await(long number) throws DeviceException, FlowFailure {
        long begun = System.nanoTime();
        while (!flow.failed()) {
            Optional<Display.Flip> flip = display.flipEvent(Limits.TICK);
            if (flip.isPresent()) {
                return;
            }
            if (System.nanoTime() - begun > Limits.STALL.toNanos()) {
                throw new FlowFailure(use + ": the flip to frame " + number + " does not happen within " + Limits.STALL.toSeconds() + " s", null);
            }
        }
    }

    @Override
    public void finish() throws FlowFailure {
        inbox.close();
        if (work != null) {
            work.join(use.toString());
        }
        if (off) {
            return;
        }
        off = true;
        try {
            for (int framebuffer : framebuffers) {
                display.removeFramebuffer(framebuffer);
            }
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }
}
