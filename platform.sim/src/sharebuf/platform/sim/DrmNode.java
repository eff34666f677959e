package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;

/**
 * A display: one connector, one CRTC, one plane. A framebuffer is scanned out once when it is set and once a flip: the device reads it
 * by DMA and shows it to the panel's frame sink. A flip is done, and its event there, when that has happened.
 */
final class DrmNode extends SimNode {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE_NANOS = 5 * SECOND;

    /** What is on the way to the screen. */
    private record Flip(Picture picture, int framebuffer, boolean event, long userData) {
    }

    /** An event that waits to be read. */
    private record Event(long sequence, long userData, long nanos) {
    }

    private final List<PixelFormat> formats;
    private final Framebuffers framebuffers = new Framebuffers(this);
    private final DrmControls controls = new DrmControls(this);
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private MemorySegment packed = MemorySegment.NULL;
    private int width;
    private int height;
    private int refresh;
    private final Tempo tempo = new Tempo();
    private int shown;
    private PixelFormat shownFormat = PixelFormat.XRGB8888;
    private Optional<Flip> pending = Optional.empty();
    private boolean scanning;
    private volatile boolean on; // read by the running scan-out without the lock
    private long nextVblank;
    private long sequence;

    DrmNode(DeviceSpec spec, Soc soc) {
        super(spec, soc);
        formats = spec.formats().stream().map(PixelFormat::base).distinct().toList();
    }

    List<PixelFormat> formats() {
        return formats;
    }

    Framebuffers framebuffers() {
        return framebuffers;
    }

    /** The framebuffer on the screen; 0 when the display is off. */
    int shown() {
        return on ? shown : 0;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    int refresh() {
        return refresh;
    }

    @Override
    int control(long request, MemorySegment arg) throws DeviceException, InterruptedException {
        try {
            return controls.control(request, arg);
        } catch (Refused e) {
            throw fail(e.errno(), nameOf(request), e.getMessage());
        }
    }

    @Override
    String nameOf(long request) {
        return Drm.nameOf(request);
    }

    /** {@code DRM_IOCTL_MODE_SETCRTC}; returns when the framebuffer is on the screen. */
    void set(DrmCrtc c) throws Refused, InterruptedException {
        if (c.modeValid() == 0 || c.framebufferId() == 0) {
            off();
            return;
        }
        DrmModeInfo mode = c.mode();
        Picture picture = framebuffers.get(c.framebufferId());
        if (mode.hdisplay() < 1 || mode.vdisplay() < 1 || c.x() != 0 || c.y() != 0) {
            throw new Refused(Errno.EINVAL, "mode " + mode.hdisplay() + "x" + mode.vdisplay() + " at " + c.x() + "," + c.y()
                    + ": sides at least 1, at 0,0");
        }
        refuseSmall(picture, mode.hdisplay(), mode.vdisplay());
        settle();
        width = mode.hdisplay();
        height = mode.vdisplay();
        refresh = mode.vrefresh();
        on = true;
        nextVblank = System.nanoTime();
        pending = Optional.of(new Flip(picture, c.framebufferId(), false, 0));
        shown = c.framebufferId();
        shownFormat = picture.pixels();
        changed.signalAll();
        settle();
    }

    private static void refuseSmall(Picture picture, int width, int height) throws Refused {
        if (picture.width() < width || picture.height() < height) {
            throw new Refused(Errno.ENOSPC, "a framebuffer of " + picture.width() + "x" + picture.height() + " for a mode of "
                    + width + "x" + height);
        }
    }

    /** {@code DRM_IOCTL_MODE_PAGE_FLIP}. */
    void flip(DrmPageFlip f) throws Refused {
        int known = Drm.DRM_MODE_PAGE_FLIP_EVENT;
        if ((f.flags() & ~known) != 0) {
            throw new Refused(Errno.EINVAL, "flags 0x" + Integer.toHexString(f.flags()));
        }
        Picture picture = framebuffers.get(f.framebufferId());
        if (!on) {
            throw new Refused(Errno.EBUSY, "the display is off"); // drm_mode_page_flip_ioctl: no framebuffer is bound
        }
        if (!picture.pixels().equals(shownFormat)) {
            throw new Refused(Errno.EINVAL, "a flip from " + shownFormat + " to " + picture.pixels() + " needs a new mode");
        }
        refuseSmall(picture, width, height);
        if (pending.isPresent() || scanning) {
            throw new Refused(Errno.EBUSY, "a flip is pending");
        }
        pending = Optional.of(new Flip(picture, f.framebufferId(), (f.flags() & known) != 0, f.userData()));
        changed.signalAll();
    }

    /** {@code DRM_IOCTL_MODE_RMFB}: what is shown of it goes dark. */
    void removeFramebuffer(int id) throws Refused, InterruptedException {
        framebuffers.remove(id);
        if (id == shown || pending.filter(f -> f.framebuffer == id).isPresent()) {
            off();
        }
    }

    private void off() throws InterruptedException {
        on = false;
        pending = Optional.empty();
        shown = 0;
        changed.signalAll();
        settle();
    }

    /** Waits until the device is out of memory and has nothing left to do. */
    private void settle() throws InterruptedException {
        long left = PATIENCE_NANOS;
        while ((scanning || pending.isPresent()) && left > 0 && !isGone()) {
            left = changed.awaitNanos(left);
        }
    }

    @Override
    void step() throws InterruptedException {
        Flip flip;
        long begun;
        long period;
        lock.lockInterruptibly();
        try {
            if (pending.isEmpty()) {
                await(Long.MAX_VALUE);
                return;
            }
            long now = System.nanoTime();
            if (refresh > 0 && nextVblank - now > 0) {
                tempo.early();
                await(nextVblank - now);
                return;
            }
            begun = now;
            period = refresh > 0 ? SECOND / refresh : 0;
            // Vertical blanks go on without flips: the next one lies on the raster of the first.
            nextVblank = period == 0 ? now : nextVblank + ((now - nextVblank) / period + 1) * period;
            flip = pending.get();
            scanning = true;
            pending = Optional.empty();
        } finally {
            lock.unlock();
        }
        try {
            scanOut(flip.picture);
        } finally {
            done(flip);
            tempo.did(System.nanoTime() - begun, period);
        }
    }

    private void scanOut(Picture framebuffer) {
        PixelFormat pixels = framebuffer.pixels();
        Picture visible = framebuffer.part(width, height);
        long bytes = Packed.bytes(pixels, visible.width(), visible.height());
        if (packed.byteSize() != bytes) {
            packed = Arena.ofAuto().allocate(bytes, Long.BYTES);
        }
        if (!visible.move(engine(), packed, 0, visible.height(), false, () -> !isGone() && on)) {
            return; // a stopped access shows nothing; it stands in the list of faults
        }
        try {
            sink.call(s -> {
                s.frame(sequence, pixels, visible.width(), visible.height(), packed.asReadOnly());
                return true;
            });
        } catch (RuntimeException e) {
            report("frame sink", e);
        }
    }

    private void done(Flip flip) {
        lock.lock();
        try {
            scanning = false;
            if (on) {
                shown = flip.framebuffer;
                shownFormat = flip.picture.pixels();
            }
            if (flip.event) {
                events.addLast(new Event(sequence, flip.userData, System.nanoTime()));
            }
            sequence++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    int events(int wanted) {
        return events.isEmpty() ? 0 : wanted & POLLIN;
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        lock.lock();
        try {
            check("read");
            if (events.isEmpty()) {
                throw fail(Errno.EAGAIN, "read", "no event");
            }
            long size = DrmEventVblank.LAYOUT.byteSize();
            long at = 0;
            while (!events.isEmpty() && into.byteSize() - at >= size) {
                Event event = events.removeFirst();
                new DrmEventVblank(into.asSlice(at, size)).type(Drm.DRM_EVENT_FLIP_COMPLETE).length((int) size).userData(event.userData)
                        .seconds(event.nanos / SECOND & 0xffff_ffffL).micros(event.nanos % SECOND / 1000)
                        .sequence(event.sequence & 0xffff_ffffL).crtcId(DrmControls.CRTC);
                at += size;
            }
            return (int) at; // as the kernel: 0 when not even one event fits
        } finally {
            lock.unlock();
        }
    }

    @Override
    void release() {
        events.clear();
        framebuffers.clear();
    }
}
