package sharebuf.itest.example;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.drm.Display;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Shows what a camera sees: four buffers that suit both devices, filled by one, scanned out by the other, never copied. */
public final class ShowCamera {
    private static final Duration SOON = Duration.ofSeconds(5);

    private ShowCamera() {
    }

    /** Plays so many frames; a refusal is an exception that says which device asked for what, and what to change. */
    public static void show(BufferBroker broker, String camera, String screen, PixelFormat format, int frames) throws DeviceException {
        try (Session session = broker.open("show camera")) {
            VideoDevice video = session.device(VideoDevice.class, camera).orThrow();
            Display display = session.device(Display.class, screen).orThrow();
            Display.Mode mode = display.modes().getFirst();
            BufferSpec spec = BufferSpec.picture(format, mode.width(), mode.height()).count(4);
            BufferSet set = session.allocateFor(spec, broker.resolve(List.of(camera, screen)).orThrow()).orThrow();
            video.setFormat(Queue.CAPTURE, format, mode.width(), mode.height(), set.layout().planes().getFirst().pitch());
            video.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 4);
            List<Integer> framebuffers = new ArrayList<>();
            for (SharedBuffer buffer : set.buffers()) {
                video.queue(Queue.CAPTURE, framebuffers.size(), buffer.id());
                framebuffers.add(display.addFramebuffer(buffer.id()));
            }
            video.streamOn(Queue.CAPTURE);
            int shown = -1;
            for (int frame = 0; frame < frames; frame++) {
                int next = video.dequeue(Queue.CAPTURE, SOON).orElseThrow().index();
                if (shown < 0) {
                    display.setMode(mode, framebuffers.get(next));
                } else {
                    display.pageFlip(framebuffers.get(next), frame);
                    display.flipEvent(SOON).orElseThrow();
                    video.queue(Queue.CAPTURE, shown, set.buffers().get(shown).id());
                }
                shown = next;
            }
            video.streamOff(Queue.CAPTURE);
            display.off();
            for (int framebuffer : framebuffers) {
                display.removeFramebuffer(framebuffer);
            }
        }
    }
}
