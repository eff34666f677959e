package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_EVENT_FLIP_COMPLETE;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETCRTC;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_PAGE_FLIP;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_SETCRTC;
import static sharebuf.uapi.Drm.DRM_MODE_PAGE_FLIP_EVENT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.device.UseId;
import sharebuf.drm.Display.Flip;
import sharebuf.drm.Display.Mode;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;

/**
 * The ioctls of one display.
 *
 * <p>Thread-safe. The lock guards the book-keeping and the structures, which are reused; polling is done without it.
 */
final class Panel {
    private static final int MOST_READY = 64; // events kept for an application that does not ask for them

    private final DeviceNode node;
    private final UseId use;
    private final Screen screen;
    private final Framebuffers framebuffers;
    private final Scanout scanout;
    private final LongSupplier nanoTime;
    private final DrmCrtc crtc;
    private final DrmPageFlip flip;
    private final DrmEventVblank event;
    private final MemorySegment connectorArg;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<BufferId, Attached> attached = new HashMap<>();
    private final ArrayDeque<Flip> ready = new ArrayDeque<>();
    private int waiting;

    Panel(DeviceNode node, UseId use, Screen screen, Fences fences, Notes notes, LongSupplier nanoTime) {
        this.node = node;
        this.use = use;
        this.screen = screen;
        this.nanoTime = nanoTime;
        Arena arena = Arena.ofAuto(); // a late caller may still use it when the component has gone
        framebuffers = new Framebuffers(node, screen.modifiers(), use, notes, arena);
        scanout = new Scanout(fences, use);
        crtc = new DrmCrtc(arena.allocate(DrmCrtc.LAYOUT));
        flip = new DrmPageFlip(arena.allocate(DrmPageFlip.LAYOUT));
        event = new DrmEventVblank(arena.allocate(DrmEventVblank.LAYOUT));
        connectorArg = arena.allocate(ValueLayout.JAVA_INT);
        connectorArg.set(ValueLayout.JAVA_INT, 0, screen.connector());
    }

    int addFramebuffer(BufferId buffer) throws DeviceException {
        lock.lock();
        try {
            Attached of = attached.get(buffer);
            if (of == null) {
                throw error(Errno.EINVAL, "DRM_IOCTL_MODE_ADDFB2", "buffer " + buffer + " is not attached to " + use);
            }
            return framebuffers.add(of, buffer);
        } finally {
            lock.unlock();
        }
    }

    void removeFramebuffer(int framebuffer) throws DeviceException {
        lock.lock();
        try {
            framebuffers.remove(framebuffer);
        } finally {
            if (framebuffers.buffer(framebuffer).isEmpty()) { // whatever the ioctl said, there is none any more
                scanout.removed(framebuffer);
            }
            lock.unlock();
        }
    }

    void setMode(Mode mode, int framebuffer) throws DeviceException {
        lock.lock();
        try {
            BufferId buffer = buffer(framebuffer, "DRM_IOCTL_MODE_SETCRTC");
            crtc.clear();
            crtc.crtcId(screen.crtc()).framebufferId(framebuffer).connectors(connectorArg.address()).connectorCount(1).modeValid(1);
            describe(mode, crtc.mode());
            begin(DRM_IOCTL_MODE_SETCRTC, crtc.segment(), buffer);
            scanout.shown(new Scanout.Shown(framebuffer, buffer));
        } finally {
            lock.unlock();
        }
    }

    void off() throws DeviceException {
        lock.lock();
        try {
            crtc.clear();
            node.ioctl(DRM_IOCTL_MODE_SETCRTC, crtc.crtcId(screen.crtc()).segment());
            scanout.off();
        } finally {
            lock.unlock();
        }
    }

    void pageFlip(int framebuffer, long userData) throws DeviceException {
        lock.lock();
        try {
            BufferId buffer = buffer(framebuffer, "DRM_IOCTL_MODE_PAGE_FLIP");
            if ((scanout.isFlipping() || scanout.isInDoubt()) && waiting == 0) {
                takeReady(); // an application that does not ask for events gets its buffers back all the same
            }
            flip.clear();
            flip.crtcId(screen.crtc()).framebufferId(framebuffer).flags(DRM_MODE_PAGE_FLIP_EVENT).userData(userData);
            begin(DRM_IOCTL_MODE_PAGE_FLIP, flip.segment(), buffer);
            scanout.flipping(new Scanout.Shown(framebuffer, buffer), userData);
        } finally {
            lock.unlock();
        }
    }

    Optional<Flip> flipEvent(Duration limit) throws DeviceException {
        long start = nanoTime.getAsLong();
        long whole = limit.isNegative() ? 0 : limit.getSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : limit.toNanos();
        long left = whole;
        lock.lock();
        try {
            waiting++;
            while (ready.isEmpty()) {
                lock.unlock();
                int events;
                try {
                    events = node.poll(DeviceNode.POLLIN, Duration.ofNanos(left));
                } finally {
                    lock.lock();
                }
                boolean readable = (events & DeviceNode.POLLIN) != 0;
                if (readable) {
                    read().ifPresent(ready::add);
                }
                left = whole - (nanoTime.getAsLong() - start);
                if (ready.isEmpty() && (!readable || left <= 0)) {
                    return Optional.empty();
                }
            }
            return Optional.of(ready.remove());
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    void attach(Attached of) {
        lock.lock();
        try {
            of.buffers().forEach(buffer -> attached.put(buffer, of));
        } finally {
            lock.unlock();
        }
    }

    /** Whether a framebuffer can be made of these buffers: made and removed. */
    void tryOut(Attached of) throws DeviceException {
        lock.lock();
        try {
            if (!of.buffers().isEmpty()) {
                framebuffers.remove(framebuffers.add(of, of.buffers().getFirst()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes the framebuffers of these buffers, from the screen too. */
    void detach(Attached of) throws DeviceException {
        lock.lock();
        try {
            attached.values().removeIf(a -> a.id() == of.id());
            DeviceException first = null;
            for (int framebuffer : framebuffers.of(of.buffers())) {
                try {
                    removeFramebuffer(framebuffer);
                } catch (DeviceException e) {
                    first = first == null ? e : first;
                }
            }
            if (first != null && first.errno() != Errno.ENOENT && first.errno() != Errno.ENODEV) {
                throw first;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what another instance may have left: its framebuffers, what is on the screen, a flip that may be on its way. */
    void adopt(List<Attached> live) throws DeviceException {
        lock.lock();
        try {
            attached.clear();
            live.forEach(this::attach);
            framebuffers.adopt(attached.keySet());
            scanout.adopt(onScreen(), attached.keySet());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Scanout.Shown> onScreen() throws DeviceException {
        crtc.clear();
        node.ioctl(DRM_IOCTL_MODE_GETCRTC, crtc.crtcId(screen.crtc()).segment());
        int shown = crtc.framebufferId();
        return framebuffers.buffer(shown).map(buffer -> new Scanout.Shown(shown, buffer));
    }

    /** An ioctl that makes the display read a buffer, with its fence around it. */
    private void begin(long request, MemorySegment arg, BufferId buffer) throws DeviceException {
        boolean done = false;
        scanout.begin(buffer);
        try {
            node.ioctl(request, arg);
            done = true;
        } finally {
            if (!done) {
                scanout.refused(buffer);
            }
        }
    }

    private void takeReady() throws DeviceException {
        for (Optional<Flip> next = read(); next.isPresent(); next = read()) {
            ready.add(next.get());
            if (ready.size() > MOST_READY) {
                ready.remove();
            }
        }
    }

    /** The next flip; there is room for one event, so that events for other waiting threads stay with the node. */
    private Optional<Flip> read() throws DeviceException {
        while (true) {
            int bytes;
            try {
                bytes = node.read(event.segment());
            } catch (DeviceException e) {
                if (e.errno() == Errno.EAGAIN) {
                    return Optional.empty();
                }
                throw e;
            }
            if (bytes < event.segment().byteSize()) {
                return Optional.empty();
            }
            if (event.type() == DRM_EVENT_FLIP_COMPLETE) {
                if (!scanout.flipped(event.userData()) && scanout.isInDoubt()) {
                    scanout.resolve(onScreen());
                }
                return Optional.of(new Flip(event.sequence(), event.userData(), (event.seconds() * 1_000_000 + event.micros()) * 1000));
            }
        }
    }

    private BufferId buffer(int framebuffer, String operation) throws DeviceException {
        return framebuffers.buffer(framebuffer).orElseThrow(() -> error(Errno.ENOENT, operation, "framebuffer " + framebuffer));
    }

    /** The driver's own timing of a mode; one made up for sizes that it does not list, which it may refuse. */
    private void describe(Mode mode, DrmModeInfo info) {
        for (Screen.Timing timing : screen.modes()) {
            if (timing.mode().equals(mode)) {
                info.segment().copyFrom(MemorySegment.ofArray(timing.info()));
                return;
            }
        }
        if (mode.width() > 0xffff || mode.height() > 0xffff) {
            return; // does not fit the structure; the driver refuses a mode of no size
        }
        info.clock((int) Math.min(Integer.MAX_VALUE, (long) mode.width() * mode.height() * mode.refresh() / 1000))
            .hdisplay(mode.width()).hsyncStart(mode.width()).hsyncEnd(mode.width()).htotal(mode.width())
            .vdisplay(mode.height()).vsyncStart(mode.height()).vsyncEnd(mode.height()).vtotal(mode.height())
            .vrefresh(mode.refresh()).name(mode.width() + "x" + mode.height());
    }

    private DeviceException error(Errno errno, String operation, String detail) {
        return new DeviceException(errno, node.device().name(), operation, detail);
    }
}
