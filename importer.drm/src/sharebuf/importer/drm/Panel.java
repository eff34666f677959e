package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_EVENT_FLIP_COMPLETE;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_DIRTYFB;
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
import sharebuf.node.DeviceWaits;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmDirtyFramebuffer;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;

/**
 * The ioctls of one display.
 *
 * <p>Thread-safe. The lock guards the book-keeping and the structures, which are reused; polling is done without it.
 */
final class Panel {
    private static final String NOTHING_SHOWN = "nothing is on the screen: set a mode first";
    private static final int MOST_READY = 64; // events kept for an application that does not ask for them

    private final DeviceNode node;
    private final DeviceWaits waits;
    private final Card card;
    private final UseId use;
    private final Screen screen;
    private final Framebuffers framebuffers;
    private final Scanout scanout;
    private final LongSupplier nanoTime;
    private final DrmCrtc crtc;
    private final DrmPageFlip flip;
    private final DrmEventVblank event;
    private final DrmDirtyFramebuffer dirty;
    private final MemorySegment connectorArg;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<BufferId, Attached> attached = new HashMap<>();
    private final ArrayDeque<Flip> ready = new ArrayDeque<>();
    private int waiting;
    private boolean flips = true;
    private long madeUp;

    Panel(DeviceNode node, UseId use, Screen screen, Fences fences, Notes notes, LongSupplier nanoTime) {
        this.node = node;
        waits = new DeviceWaits(node);
        card = new Card(node);
        this.use = use;
        this.screen = screen;
        this.nanoTime = nanoTime;
        Arena arena = Arena.ofAuto(); // a late caller may still use it when the component has gone
        framebuffers = new Framebuffers(node, screen.modifiers(), use, notes, arena);
        scanout = new Scanout(fences, use);
        crtc = new DrmCrtc(arena.allocate(DrmCrtc.LAYOUT));
        flip = new DrmPageFlip(arena.allocate(DrmPageFlip.LAYOUT));
        event = new DrmEventVblank(arena.allocate(DrmEventVblank.LAYOUT));
        dirty = new DrmDirtyFramebuffer(arena.allocate(DrmDirtyFramebuffer.LAYOUT));
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
            try {
                endRetired(); // it may have been shown as it was before a move
            } finally {
                lock.unlock();
            }
        }
    }

    void setMode(Mode mode, int framebuffer) throws DeviceException {
        lock.lock();
        try {
            BufferId buffer = buffer(framebuffer, "DRM_IOCTL_MODE_SETCRTC");
            crtc.clear();
            describe(mode, crtc.mode());
            show(framebuffer, buffer);
        } finally {
            lock.unlock();
        }
    }

    /** Shows it in the mode that {@link #crtc} has. */
    private void show(int framebuffer, BufferId buffer) throws DeviceException {
        crtc.crtcId(screen.crtc()).framebufferId(framebuffers.real(framebuffer)).connectors(connectorArg.address()).connectorCount(1).modeValid(1).x(0).y(0);
        begin(DRM_IOCTL_MODE_SETCRTC, crtc.segment(), buffer);
        scanout.shown(new Scanout.Shown(framebuffer, framebuffers.real(framebuffer), buffer));
        endRetired();
    }

    void off() throws DeviceException {
        lock.lock();
        try {
            crtc.clear();
            card.asMaster(DRM_IOCTL_MODE_SETCRTC, crtc.crtcId(screen.crtc()).segment());
            scanout.off();
            endRetired();
        } catch (DeviceException e) {
            throw noticed(e);
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
            if (!flips) {
                showInstead(framebuffer, buffer, userData);
                return;
            }
            flip.clear();
            flip.crtcId(screen.crtc()).framebufferId(framebuffers.real(framebuffer)).flags(DRM_MODE_PAGE_FLIP_EVENT).userData(userData);
            try {
                begin(DRM_IOCTL_MODE_PAGE_FLIP, flip.segment(), buffer);
                scanout.flipping(new Scanout.Shown(framebuffer, framebuffers.real(framebuffer), buffer), userData);
            } catch (DeviceException e) {
                if (e.errno() != Errno.ENOSYS && e.errno() != Errno.ENOTTY && e.errno() != Errno.EOPNOTSUPP) {
                    throw explained(e);
                }
                flips = false;
                showInstead(framebuffer, buffer, userData);
            }
        } finally {
            lock.unlock();
        }
    }

    /** For drivers without {@code page_flip}: the same mode with another framebuffer. It is on the screen when the ioctl returns. */
    private void showInstead(int framebuffer, BufferId buffer, long userData) throws DeviceException {
        if (isDark()) {
            throw error(Errno.EBUSY, "DRM_IOCTL_MODE_SETCRTC", NOTHING_SHOWN);
        }
        show(framebuffer, buffer);
        keep(new Flip(madeUp++, userData, nanoTime.getAsLong()));
    }

    /** EBUSY has two meanings ({@code drm_mode_page_flip_ioctl}): a flip is on its way, or nothing is on the screen. */
    private DeviceException explained(DeviceException e) throws DeviceException {
        boolean own = scanout.isFlipping() || scanout.isInDoubt();
        return e.errno() == Errno.EBUSY && !own && isDark() ? error(Errno.EBUSY, e.operation(), NOTHING_SHOWN) : e;
    }

    /** Tells the card that the bytes have changed; one that does not want to know reads them anyway. */
    void dirty(int framebuffer) throws DeviceException {
        lock.lock();
        try {
            buffer(framebuffer, "DRM_IOCTL_MODE_DIRTYFB");
            dirty.clear();
            card.asMaster(DRM_IOCTL_MODE_DIRTYFB, dirty.framebufferId(framebuffers.real(framebuffer)).segment());
        } catch (DeviceException e) {
            if (e.errno() != Errno.ENOSYS && e.errno() != Errno.ENOTTY && e.errno() != Errno.EOPNOTSUPP) {
                throw noticed(e);
            }
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
                    events = waits.poll(DeviceNode.POLLIN, Duration.ofNanos(left));
                } finally {
                    lock.lock();
                }
                boolean readable = (events & DeviceNode.POLLIN) != 0;
                if (readable) {
                    read().ifPresent(ready::add);
                }
                left = whole - (nanoTime.getAsLong() - start);
                if (ready.isEmpty() && (!readable || left <= 0)) {
                    if (scanout.isFlipping()) {
                        onScreen(); // a card that is gone sends no event and wakes nobody; it says so here
                    }
                    return Optional.empty();
                }
            }
            return Optional.of(ready.remove());
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    void makeWay() {
        waits.makeWay();
    }

    void carryOn() {
        waits.carryOn();
    }

    void attach(Attached of) {
        lock.lock();
        try {
            of.buffers().forEach(buffer -> attached.put(buffer, of));
        } finally {
            lock.unlock();
        }
    }

    /** Whether a framebuffer can be made of each of these buffers: made and removed. The kernel may take one and refuse its neighbour. */
    void tryOut(Attached of) throws DeviceException {
        lock.lock();
        try {
            for (BufferId buffer : of.buffers()) {
                framebuffers.tryOut(of, buffer);
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
            for (Framebuffers.Framebuffer old : framebuffers.retired()) {
                if (of.buffers().contains(old.buffer())) {
                    try {
                        framebuffers.end(old);
                    } catch (DeviceException e) {
                        first = first == null ? e : first;
                    }
                }
            }
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
            scanout.gone(of.buffers()); // a flip of another instance, whose framebuffer went with the others
        } finally {
            lock.unlock();
        }
    }

    /** Buffers were moved: from now on their framebuffers show the memory that they have. What is on the screen may stay there. */
    void moved(Attached of) throws DeviceException {
        lock.lock();
        try {
            framebuffers.remake(of);
            endRetired();
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            lock.unlock();
        }
    }

    /** The memory from before a move is to be free: when it is on the screen, the same is shown again from the new one. */
    void release(Attached of) throws DeviceException {
        lock.lock();
        try {
            if (waiting == 0) {
                takeReady(); // it may be gone already, and nobody asked
            }
            boolean shown = framebuffers.retired().stream().anyMatch(f -> of.buffers().contains(f.buffer()) && scanout.reads(f.real()));
            Optional<Scanout.Shown> last = shown ? scanout.last() : Optional.empty();
            if (last.isPresent() && !isDark()) {
                show(last.get().framebuffer(), last.get().buffer());
            }
            endRetired();
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            lock.unlock();
        }
    }

    /** Framebuffers of memory from before a move end as soon as the card reads them no more. */
    private void endRetired() throws DeviceException {
        for (Framebuffers.Framebuffer f : framebuffers.retired()) {
            if (!scanout.reads(f.real())) {
                framebuffers.end(f);
            }
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
            for (Attached of : live) { // nobody may have been there when they were moved
                if (framebuffers.isStale(of)) {
                    moved(of);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #adopt}, and then each buffer tried and each framebuffer shown, at a node that only answers questions. */
    void rehearse(List<Attached> live) {
        try {
            adopt(live);
            for (Attached of : live) {
                tryOut(of);
                for (int framebuffer : framebuffers.of(of.buffers())) {
                    pageFlip(framebuffer, 0);
                    flipEvent(Duration.ZERO);
                    scanout.flipped(0);
                }
            }
        } catch (DeviceException e) {
            // it goes no further
        }
    }

    /** Asks the card: what it says is in {@link #crtc}. */
    private boolean isDark() throws DeviceException {
        crtc.clear();
        node.ioctl(DRM_IOCTL_MODE_GETCRTC, crtc.crtcId(screen.crtc()).segment());
        return crtc.modeValid() == 0 || crtc.framebufferId() == 0;
    }

    private Optional<Scanout.Shown> onScreen() throws DeviceException {
        if (isDark()) {
            return Optional.empty();
        }
        return framebuffers.ofReal(crtc.framebufferId()).flatMap(shown -> framebuffers.buffer(shown).map(buffer -> new Scanout.Shown(shown, crtc.framebufferId(), buffer)));
    }

    /** An ioctl that makes the display read a buffer, with its fence around it. */
    private void begin(long request, MemorySegment arg, BufferId buffer) throws DeviceException {
        boolean done = false;
        scanout.begin(buffer);
        try {
            card.asMaster(request, arg);
            done = true;
        } catch (DeviceException e) {
            throw noticed(e);
        } finally {
            if (!done) {
                scanout.refused(buffer);
            }
        }
    }

    /** A card that is gone shows nothing, without saying so: nobody may wait for its buffers. */
    private DeviceException noticed(DeviceException e) {
        if (e.errno() == Errno.ENODEV) {
            scanout.off();
        }
        return e;
    }

    private void takeReady() throws DeviceException {
        for (Optional<Flip> next = read(); next.isPresent(); next = read()) {
            keep(next.get());
        }
    }

    private void keep(Flip done) {
        ready.add(done);
        if (ready.size() > MOST_READY) {
            ready.remove();
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
                endRetired();
                return Optional.of(new Flip(event.sequence(), event.userData(), (event.seconds() * 1_000_000 + event.micros()) * 1000));
            }
        }
    }

    private BufferId buffer(int framebuffer, String operation) throws DeviceException {
        return framebuffers.buffer(framebuffer).orElseThrow(() -> error(Errno.ENOENT, operation, "framebuffer " + framebuffer));
    }

    /** The driver's own timing of a mode; one made up for sizes that it does not list, which it may refuse. */
    private void describe(Mode mode, DrmModeInfo info) {
        Optional<Screen.Timing> listed = screen.timing(mode);
        if (listed.isPresent()) {
            info.segment().copyFrom(MemorySegment.ofArray(listed.get().info()));
        } else {
            ReducedBlanking.fill(mode, info);
        }
    }

    private DeviceException error(Errno errno, String operation, String detail) {
        return new DeviceException(errno, node.device().name(), operation, detail);
    }
}
