package sharebuf.importer.drm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmBlob;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCardResources;
import sharebuf.uapi.DrmConnector;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmDirtyFramebuffer;
import sharebuf.uapi.DrmEncoder;
import sharebuf.uapi.DrmEventVblank;
import sharebuf.uapi.DrmFormatModifier;
import sharebuf.uapi.DrmFormatModifierBlob;
import sharebuf.uapi.DrmFramebuffer;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmObjectProperties;
import sharebuf.uapi.DrmPageFlip;
import sharebuf.uapi.DrmPlane;
import sharebuf.uapi.DrmPlaneResources;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.DrmProperty;
import sharebuf.uapi.Struct;

/**
 * A scripted card: connector 10 with nothing on it, connector 11 with a display, CRTCs 20 and 21, of which the display's encoder can use
 * the second only. Plays the errnos it is told to and remembers what it was asked. Where it has an opinion it is that of the kernel
 * (Linux 6.12, seen at vgem, cirrus, virtio-gpu and bochs):
 *
 * <ul>
 * <li>the same dma-buf gives the same handle, and one GEM_CLOSE ends it ({@code drm_prime.c});
 * <li>SETCRTC, PAGE_FLIP and DIRTYFB are EACCES for a file that is not master, ADDFB2 and RMFB are not ({@code drm_ioctl.c});
 * SET_MASTER is EBUSY while another file is ({@code drm_auth.c});
 * <li>PAGE_FLIP is EBUSY while nothing is on the screen ({@code drm_mode_page_flip_ioctl}), ENOSYS where the driver has none;
 * <li>DIRTYFB is ENOSYS where the driver has none: bochs ({@code drm_mode_dirtyfb_ioctl});
 * <li>all that belongs to outputs is EOPNOTSUPP for a driver without {@code DRIVER_MODESET}: vgem;
 * <li>a card that was unplugged says ENODEV to every ioctl, and nothing to who polls ({@code drm_dev_is_unplugged}, {@code drm_poll}).
 * </ul>
 */
final class FakeCard implements DeviceNode {
    /** A framebuffer as the driver has it. */
    record Fb(int width, int height, int fourcc, int flags, List<Integer> handles, List<Long> pitches, List<Long> offsets) {
    }

    final List<String> log = new ArrayList<>();
    final Map<Integer, Integer> handles = new HashMap<>(); // handle to descriptor
    final Map<Integer, Fb> framebuffers = new TreeMap<>();
    final Deque<long[]> events = new ArrayDeque<>(); // type, user data
    List<Integer> fourccs = List.of(PixelFormat.XRGB8888.drmFourcc(), PixelFormat.NV12.drmFourcc(), PixelFormat.fourcc("XXXX"));
    boolean hasPlanes = true;
    boolean modifiers = true;
    int shown;
    int flipping;
    long flipData;
    byte[] mode = {};
    int closed;
    boolean master = true;
    boolean otherMaster;
    boolean flips = true;
    boolean outputs = true;
    /** How often all buffers were moved: each time they have other descriptors. */
    int generation;
    static final int GENERATION = 100_000;
    boolean reusesNumbers;
    boolean unplugged;
    boolean dirties = true;
    long dumbAlign;
    int dumbs;
    int planeCrtcs = 1;
    Map<Long, Long> inFormats = Map.of(); // modifier to bits of fourccs
    final List<Integer> dirtied = new ArrayList<>();
    final Map<Integer, Errno> unimportable = new HashMap<>();
    private int nextHandle = 1;
    private int nextFb = 100;
    private final Map<Long, Errno> failures = new HashMap<>();

    void fail(long request, Errno errno) {
        failures.put(request, errno);
    }

    void heal() {
        failures.clear();
    }

    /** The vertical blank: a flip on its way is done. */
    boolean vblank() {
        if (flipping == 0) {
            return false;
        }
        shown = flipping;
        flipping = 0;
        events.add(new long[] {Drm.DRM_EVENT_FLIP_COMPLETE, flipData});
        return true;
    }

    /** What its use accepts instead. */
    final SortedMap<String, List<DmaConstraints>> alternatives = new TreeMap<>();

    @Override
    public Device device() {
        return new Device("display", List.of(), "soc", DmaConstraints.builder().build(), alternatives);
    }

    @Override
    public int ioctl(long request, MemorySegment arg) throws DeviceException {
        log.add(Drm.nameOf(request));
        Errno failure = failures.remove(request);
        if (failure != null) {
            throw error(failure);
        }
        if (unplugged) {
            throw error(Errno.ENODEV);
        }
        permit(request);
        switch ((int) request) {
            case (int) Drm.DRM_IOCTL_SET_MASTER -> {
                if (otherMaster) {
                    throw error(Errno.EBUSY);
                }
                master = true;
            }
            case (int) Drm.DRM_IOCTL_MODE_CREATE_DUMB -> {
                if (dumbAlign == 0) {
                    throw error(Errno.EOPNOTSUPP);
                }
                DrmCreateDumb d = new DrmCreateDumb(arg);
                d.handle(4711).pitch(Math.ceilDiv(d.width() * d.bitsPerPixel() / 8, dumbAlign) * dumbAlign);
                dumbs++;
            }
            case (int) Drm.DRM_IOCTL_MODE_DESTROY_DUMB -> dumbs--;
            case (int) Drm.DRM_IOCTL_MODE_OBJ_GETPROPERTIES -> {
                DrmObjectProperties p = new DrmObjectProperties(arg);
                if (inFormats.isEmpty() || p.objectId() != 41 || p.objectType() != Drm.DRM_MODE_OBJECT_PLANE) {
                    throw error(Errno.EINVAL);
                }
                Struct.memory(p.values(), 16).setAtIndex(ValueLayout.JAVA_LONG, 0, 1); // primary
                Struct.memory(p.values(), 16).setAtIndex(ValueLayout.JAVA_LONG, 1, 61);
                p.count(fill(p.properties(), p.count(), List.of(50, 51)));
            }
            case (int) Drm.DRM_IOCTL_MODE_GETPROPERTY -> new DrmProperty(arg).name(new DrmProperty(arg).propertyId() == 51 ? "IN_FORMATS" : "type");
            case (int) Drm.DRM_IOCTL_MODE_GETPROPBLOB -> blob(new DrmBlob(arg));
            case (int) Drm.DRM_IOCTL_MODE_DIRTYFB -> {
                if (!framebuffers.containsKey(new DrmDirtyFramebuffer(arg).framebufferId())) {
                    throw error(Errno.ENOENT);
                }
                if (!dirties) {
                    throw error(Errno.ENOSYS);
                }
                dirtied.add(new DrmDirtyFramebuffer(arg).framebufferId());
            }
            case (int) Drm.DRM_IOCTL_SET_CLIENT_CAP -> { }
            case (int) Drm.DRM_IOCTL_GET_CAP -> new DrmCap(arg).value(modifiers ? 1 : 0);
            case (int) Drm.DRM_IOCTL_MODE_GETRESOURCES -> {
                DrmCardResources r = new DrmCardResources(arg);
                r.crtcCount(fill(r.crtcs(), r.crtcCount(), List.of(20, 21))).connectorCount(fill(r.connectors(), r.connectorCount(), List.of(10, 11)))
                    .minWidth(0).maxWidth(4096).minHeight(0).maxHeight(4096);
            }
            case (int) Drm.DRM_IOCTL_MODE_GETCONNECTOR -> connector(new DrmConnector(arg));
            case (int) Drm.DRM_IOCTL_MODE_GETENCODER -> new DrmEncoder(arg).possibleCrtcs(new DrmEncoder(arg).encoderId() == 30 ? 1 : 2);
            case (int) Drm.DRM_IOCTL_MODE_GETPLANERESOURCES -> {
                if (!hasPlanes) {
                    throw error(Errno.EOPNOTSUPP);
                }
                DrmPlaneResources r = new DrmPlaneResources(arg);
                r.planeCount(fill(r.planes(), r.planeCount(), List.of(40, 41)));
            }
            case (int) Drm.DRM_IOCTL_MODE_GETPLANE -> {
                DrmPlane p = new DrmPlane(arg);
                List<Integer> formats = p.planeId() == 40 ? List.of(PixelFormat.YUYV.drmFourcc()) : fourccs;
                p.possibleCrtcs(p.planeId() == 40 ? planeCrtcs : 2).formatCount(fill(p.formats(), p.formatCount(), formats));
            }
            case (int) Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE -> prime(new DrmPrimeHandle(arg));
            case (int) Drm.DRM_IOCTL_GEM_CLOSE -> {
                if (handles.remove(new DrmGemClose(arg).handle()) == null) {
                    throw error(Errno.EINVAL);
                }
                closed++;
            }
            case (int) Drm.DRM_IOCTL_MODE_ADDFB2 -> add(new DrmFramebuffer(arg));
            case (int) Drm.DRM_IOCTL_MODE_RMFB -> remove(arg.get(ValueLayout.JAVA_INT, 0));
            case (int) Drm.DRM_IOCTL_MODE_SETCRTC -> set(new DrmCrtc(arg));
            case (int) Drm.DRM_IOCTL_MODE_GETCRTC -> current(new DrmCrtc(arg));
            case (int) Drm.DRM_IOCTL_MODE_PAGE_FLIP -> flip(new DrmPageFlip(arg));
            default -> throw error(Errno.ENOTTY);
        }
        return 0;
    }

    /** The formats, and one modifier an element: to which formats it belongs. */
    private void blob(DrmBlob b) {
        int heads = 24;
        int formats = 4 * fourccs.size();
        int size = heads + formats + formats % 8 + 24 * inFormats.size();
        if (b.length() == size) {
            MemorySegment to = Struct.memory(b.data(), size);
            new DrmFormatModifierBlob(to).version(1).formatCount(fourccs.size()).formatsOffset(heads).modifierCount(inFormats.size())
                .modifiersOffset(heads + formats + formats % 8);
            for (int i = 0; i < fourccs.size(); i++) {
                to.set(ValueLayout.JAVA_INT, heads + 4L * i, fourccs.get(i));
            }
            int at = heads + formats + formats % 8;
            for (Map.Entry<Long, Long> each : inFormats.entrySet()) {
                new DrmFormatModifier(to.asSlice(at, 24)).modifier(each.getKey()).formats(each.getValue()).offset(0);
                at += 24;
            }
        }
        b.length(size);
    }

    private void permit(long request) throws DeviceException {
        boolean masters = request == Drm.DRM_IOCTL_MODE_SETCRTC || request == Drm.DRM_IOCTL_MODE_PAGE_FLIP || request == Drm.DRM_IOCTL_MODE_DIRTYFB;
        if (!outputs && (masters || request == Drm.DRM_IOCTL_MODE_GETRESOURCES || request == Drm.DRM_IOCTL_MODE_ADDFB2)) {
            throw error(Errno.EOPNOTSUPP);
        }
        if (masters && !master) {
            throw error(Errno.EACCES);
        }
        if (request == Drm.DRM_IOCTL_MODE_PAGE_FLIP && !flips) {
            throw error(Errno.ENOSYS);
        }
    }

    private static int fill(long address, int room, List<Integer> values) {
        if (room >= values.size()) {
            MemorySegment to = Struct.memory(address, 4L * values.size());
            for (int i = 0; i < values.size(); i++) {
                to.setAtIndex(ValueLayout.JAVA_INT, i, values.get(i));
            }
        }
        return values.size();
    }

    private void connector(DrmConnector c) {
        boolean display = c.connectorId() == 11;
        long size = DrmModeInfo.LAYOUT.byteSize();
        if (display && c.modeCount() >= 2) {
            MemorySegment to = Struct.memory(c.modes(), 2 * size);
            new DrmModeInfo(to.asSlice(0, size)).hdisplay(1280).vdisplay(720).vrefresh(50).clock(1);
            new DrmModeInfo(to.asSlice(size, size)).hdisplay(1920).vdisplay(1080).vrefresh(60).clock(2).type(Drm.DRM_MODE_TYPE_PREFERRED);
        }
        c.encoderCount(fill(c.encoders(), c.encoderCount(), List.of(display ? 31 : 30))).modeCount(display ? 2 : 0)
            .connection(display ? Drm.DRM_MODE_CONNECTED : Drm.DRM_MODE_DISCONNECTED);
    }

    private void prime(DrmPrimeHandle p) throws DeviceException {
        if (unimportable.containsKey(p.fd())) {
            throw error(unimportable.get(p.fd()));
        }
        int known = handles.entrySet().stream().filter(e -> e.getValue() == p.fd()).mapToInt(Map.Entry::getKey).findFirst().orElse(0);
        if (known == 0) {
            known = nextHandle++;
            handles.put(known, p.fd());
        }
        p.handle(known);
    }

    private void add(DrmFramebuffer f) throws DeviceException {
        List<Integer> planes = new ArrayList<>();
        List<Long> pitches = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 4 && f.handle(i) != 0; i++) {
            if (!handles.containsKey(f.handle(i))) {
                throw error(Errno.ENOENT);
            }
            planes.add(f.handle(i));
            pitches.add(f.pitch(i));
            offsets.add(f.offset(i));
        }
        int id = nextFb++;
        for (int n = 100; reusesNumbers; n++) { // the kernel gives the lowest that is free
            if (!framebuffers.containsKey(n)) {
                id = n;
                break;
            }
        }
        framebuffers.put(id, new Fb(f.width(), f.height(), f.pixelFormat(), f.flags(), planes, pitches, offsets));
        f.framebufferId(id);
    }

    private void remove(int id) throws DeviceException {
        if (framebuffers.remove(id) == null) {
            throw error(Errno.ENOENT);
        }
        if (id == flipping) {
            flipping = 0;
        }
        if (id == shown) {
            shown = 0;
        }
    }

    private void set(DrmCrtc c) throws DeviceException {
        if (c.crtcId() != 21 || c.framebufferId() != 0 && !framebuffers.containsKey(c.framebufferId())) {
            throw error(Errno.ENOENT);
        }
        if (c.framebufferId() != 0 && (c.modeValid() != 1 || c.connectorCount() != 1
                || Struct.memory(c.connectors(), 4).get(ValueLayout.JAVA_INT, 0) != 11)) {
            throw error(Errno.EINVAL);
        }
        vblank(); // as a kernel: the flip on its way is done first, and its event sent
        shown = c.framebufferId();
        mode = c.mode().segment().toArray(ValueLayout.JAVA_BYTE);
    }

    private void current(DrmCrtc c) {
        c.framebufferId(shown).modeValid(shown == 0 ? 0 : 1);
        if (shown != 0) {
            c.mode().segment().copyFrom(MemorySegment.ofArray(mode));
        }
    }

    private void flip(DrmPageFlip f) throws DeviceException {
        if (!framebuffers.containsKey(f.framebufferId())) {
            throw error(Errno.ENOENT);
        }
        if (shown == 0) { // drm_mode_page_flip_ioctl: no framebuffer is bound to the plane
            throw error(Errno.EBUSY);
        }
        if (flipping != 0) {
            throw error(Errno.EBUSY);
        }
        flipping = f.framebufferId();
        flipData = f.userData();
    }

    private DeviceException error(Errno errno) {
        return new DeviceException(errno, "display", log.getLast(), "played");
    }

    @Override
    public MemorySegment map(long offset, long length) throws DeviceException {
        throw error(Errno.EINVAL);
    }

    @Override
    public int read(MemorySegment into) throws DeviceException {
        log.add("read");
        if (events.isEmpty()) {
            throw error(Errno.EAGAIN);
        }
        long[] event = events.remove();
        new DrmEventVblank(into).type((int) event[0]).length(32).userData(event[1]).seconds(1).micros(2).sequence(5).crtcId(21);
        return 32;
    }

    @Override
    public int poll(int wanted, Duration limit) {
        log.add("poll");
        return events.isEmpty() ? 0 : POLLIN;
    }

    @Override
    public int handle(ObjectId object) {
        return fd(object.buffer().number(), object.index()) + generation * GENERATION;
    }

    static int fd(long buffer, int object) {
        return (int) (1000 + 10 * buffer + object);
    }
}
