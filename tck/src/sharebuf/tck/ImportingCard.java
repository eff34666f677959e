package sharebuf.tck;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.buffer.Errno;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCardResources;
import sharebuf.uapi.DrmConnector;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmEncoder;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmFramebuffer;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;
import sharebuf.uapi.DrmPlane;
import sharebuf.uapi.DrmPlaneResources;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.Struct;

/**
 * A DRM card that imports dma-bufs: one that only renders, or one with a display of 1280x720. The same dma-buf has the same handle, which one close ends
 * ({@code drm_prime.c}); a framebuffer keeps the memory that it was made of.
 */
public final class ImportingCard extends TestDevice {
    private static final int CONNECTOR = 11;
    private static final int ENCODER = 31;
    private static final int CRTC = 21;
    private static final int PLANE = 41;
    private static final int MOST_PLANES = 4;
    private static final List<PixelFormat> FORMATS = List.of(PixelFormat.XRGB8888, PixelFormat.NV12);

    private final boolean display;
    /** Handle to descriptor. */
    private final Map<Integer, Integer> handles = new TreeMap<>();
    /** Number to descriptors. */
    private final Map<Integer, Set<Integer>> framebuffers = new TreeMap<>();
    private final Deque<Long> events = new ArrayDeque<>();
    private int nextHandle = 1;
    private int nextFramebuffer = 100;
    private int shown;
    private int flipping;
    private long flipData;
    private byte[] mode = {};

    /**
     * A card with nothing on it.
     *
     * @param display whether it has outputs
     */
    public ImportingCard(boolean display) {
        super(HiddenSeats.PREFIX + (display ? "display" : "card"));
        this.display = display;
    }

    @Override
    public String kind() {
        return DeviceNode.DRM;
    }

    @Override
    protected String nameOf(long request) {
        return Drm.nameOf(request);
    }

    @Override
    protected boolean givesBack(long request, MemorySegment arg) {
        return request == Drm.DRM_IOCTL_GEM_CLOSE || request == Drm.DRM_IOCTL_MODE_RMFB || request == Drm.DRM_IOCTL_MODE_SETCRTC && new DrmCrtc(arg).framebufferId() == 0;
    }

    @Override
    protected int play(Optional<DeviceFile> file, long request, MemorySegment arg) throws DeviceException {
        switch ((int) request) {
            case (int) Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE -> prime(request, new DrmPrimeHandle(arg));
            case (int) Drm.DRM_IOCTL_GEM_CLOSE -> {
                if (handles.remove(new DrmGemClose(arg).handle()) == null) {
                    violation("closes handle " + new DrmGemClose(arg).handle() + ", which is not open");
                    throw error(Errno.EINVAL, request);
                }
            }
            case (int) Drm.DRM_IOCTL_GET_CAP -> new DrmCap(arg).value(0);
            case (int) Drm.DRM_IOCTL_SET_CLIENT_CAP, (int) Drm.DRM_IOCTL_SET_MASTER -> {
                // Nobody else has it.
            }
            default -> {
                if (!display) { // drm_core_check_feature DRIVER_MODESET
                    throw error(request == Drm.DRM_IOCTL_MODE_GETRESOURCES ? Errno.EOPNOTSUPP : Errno.ENOTTY, request);
                }
                modes(request, arg);
            }
        }
        return 0;
    }

    private void modes(long request, MemorySegment arg) throws DeviceException {
        switch ((int) request) {
            case (int) Drm.DRM_IOCTL_MODE_GETRESOURCES -> {
                DrmCardResources r = new DrmCardResources(arg);
                r.crtcCount(list(r.crtcs(), r.crtcCount(), List.of(CRTC))).connectorCount(list(r.connectors(), r.connectorCount(), List.of(CONNECTOR)))
                        .minWidth(1).maxWidth(4096).minHeight(1).maxHeight(4096);
            }
            case (int) Drm.DRM_IOCTL_MODE_GETCONNECTOR -> {
                DrmConnector c = new DrmConnector(arg);
                if (c.modeCount() >= 1) {
                    new DrmModeInfo(Struct.memory(c.modes(), DrmModeInfo.LAYOUT.byteSize())).hdisplay(1280).vdisplay(720).vrefresh(60).clock(1).type(Drm.DRM_MODE_TYPE_PREFERRED);
                }
                c.encoderCount(list(c.encoders(), c.encoderCount(), List.of(ENCODER))).modeCount(1).connection(Drm.DRM_MODE_CONNECTED);
            }
            case (int) Drm.DRM_IOCTL_MODE_GETENCODER -> new DrmEncoder(arg).possibleCrtcs(1);
            case (int) Drm.DRM_IOCTL_MODE_GETPLANERESOURCES -> {
                DrmPlaneResources r = new DrmPlaneResources(arg);
                r.planeCount(list(r.planes(), r.planeCount(), List.of(PLANE)));
            }
            case (int) Drm.DRM_IOCTL_MODE_GETPLANE -> {
                DrmPlane p = new DrmPlane(arg);
                p.possibleCrtcs(1).formatCount(list(p.formats(), p.formatCount(), FORMATS.stream().map(PixelFormat::drmFourcc).toList()));
            }
            case (int) Drm.DRM_IOCTL_MODE_ADDFB2 -> add(request, new DrmFramebuffer(arg));
            case (int) Drm.DRM_IOCTL_MODE_RMFB -> remove(request, arg.get(ValueLayout.JAVA_INT, 0));
            case (int) Drm.DRM_IOCTL_MODE_SETCRTC -> set(request, new DrmCrtc(arg));
            case (int) Drm.DRM_IOCTL_MODE_GETCRTC -> {
                DrmCrtc c = new DrmCrtc(arg);
                c.framebufferId(shown).modeValid(shown == 0 ? 0 : 1);
                if (shown != 0) {
                    c.mode().segment().copyFrom(MemorySegment.ofArray(mode));
                }
            }
            case (int) Drm.DRM_IOCTL_MODE_PAGE_FLIP -> flip(request, new DrmPageFlip(arg));
            default -> throw error(Errno.ENOTTY, request);
        }
    }

    private static int list(long address, int room, List<Integer> values) {
        if (room >= values.size()) {
            MemorySegment to = Struct.memory(address, 4L * values.size());
            for (int i = 0; i < values.size(); i++) {
                to.setAtIndex(ValueLayout.JAVA_INT, i, values.get(i));
            }
        }
        return values.size();
    }

    private void prime(long request, DrmPrimeHandle p) throws DeviceException {
        if (bytesOf(p.fd()).isEmpty()) {
            throw error(Errno.EBADF, request);
        }
        Optional<Integer> known = handles.entrySet().stream().filter(e -> e.getValue() == p.fd()).map(Map.Entry::getKey).findFirst();
        int handle = known.isPresent() ? known.get() : nextHandle++;
        handles.put(handle, p.fd());
        p.handle(handle);
    }

    private void add(long request, DrmFramebuffer f) throws DeviceException {
        Optional<PixelFormat> format = FORMATS.stream().filter(k -> k.drmFourcc() == f.pixelFormat()).findFirst();
        if (format.isEmpty()) {
            throw error(Errno.EINVAL, request);
        }
        Set<Integer> of = new TreeSet<>();
        for (int i = 0; i < MOST_PLANES && f.handle(i) != 0; i++) {
            Integer descriptor = handles.get(f.handle(i));
            if (descriptor == null) {
                throw error(Errno.ENOENT, request);
            }
            long rows = Math.ceilDiv(f.height(), i < format.get().planes().size() ? format.get().planes().get(i).vertical() : 1);
            if (f.offset(i) + f.pitch(i) * rows > bytesOf(descriptor).orElse(0)) { // drm_gem_fb_init_with_funcs
                throw error(Errno.EINVAL, request);
            }
            of.add(descriptor);
        }
        framebuffers.put(nextFramebuffer, of);
        f.framebufferId(nextFramebuffer++);
    }

    private void remove(long request, int framebuffer) throws DeviceException {
        if (framebuffers.remove(framebuffer) == null) {
            throw error(Errno.ENOENT, request);
        }
        flipping = framebuffer == flipping ? 0 : flipping;
        shown = framebuffer == shown ? 0 : shown;
    }

    private Set<Integer> framebuffer(long request, int number) throws DeviceException {
        Set<Integer> of = framebuffers.get(number);
        if (of == null) {
            throw error(Errno.ENOENT, request);
        }
        return of;
    }

    private void set(long request, DrmCrtc c) throws DeviceException {
        if (c.crtcId() != CRTC) {
            throw error(Errno.ENOENT, request);
        }
        if (c.framebufferId() != 0) {
            framebuffer(request, c.framebufferId()).forEach(this::begins);
        }
        work(); // the flip on its way is done first, and its event sent
        shown = c.framebufferId();
        mode = c.mode().segment().toArray(ValueLayout.JAVA_BYTE);
    }

    private void flip(long request, DrmPageFlip f) throws DeviceException {
        Set<Integer> of = framebuffer(request, f.framebufferId());
        if (shown == 0 || flipping != 0) {
            throw error(Errno.EBUSY, request);
        }
        of.forEach(this::begins);
        flipping = f.framebufferId();
        flipData = f.userData();
    }

    /** The vertical blank. */
    @Override
    protected boolean work() {
        if (flipping == 0) {
            return false;
        }
        shown = flipping;
        flipping = 0;
        events.add(flipData);
        return true;
    }

    @Override
    protected int ready(int wanted) {
        return events.isEmpty() ? 0 : POLLIN & wanted;
    }

    @Override
    public synchronized int read(MemorySegment into) throws DeviceException {
        if (events.isEmpty()) {
            throw new DeviceException(Errno.EAGAIN, device().name(), "read", "");
        }
        new DrmEventVblank(into).type(Drm.DRM_EVENT_FLIP_COMPLETE).length(32).userData(events.remove()).seconds(1).micros(2).sequence(5).crtcId(CRTC);
        return 32;
    }

    @Override
    protected Set<Integer> holds() {
        Set<Integer> held = new TreeSet<>(handles.values());
        framebuffers.values().forEach(held::addAll);
        return held;
    }

    @Override
    protected List<String> held() {
        List<String> held = new ArrayList<>();
        handles.forEach((handle, descriptor) -> held.add("handle " + handle + " of descriptor " + descriptor));
        framebuffers.forEach((number, of) -> held.add("framebuffer " + number));
        return held;
    }
}
