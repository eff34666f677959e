package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import sharebuf.buffer.Errno;
import sharebuf.format.SizeRange;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCardResources;
import sharebuf.uapi.DrmConnector;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmCrtc;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmEncoder;
import sharebuf.uapi.DrmFramebuffer;
import sharebuf.uapi.DrmGemClose;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPageFlip;
import sharebuf.uapi.DrmPlane;
import sharebuf.uapi.DrmPlaneResources;
import sharebuf.uapi.DrmPrimeHandle;
import sharebuf.uapi.DrmVersion;
import sharebuf.uapi.Struct;

/** DRM's ioctls: from the kernel's structures to the display and back. Under the lock of its node; no state of its own. */
final class DrmControls {
    /** Id of the CRTC. */
    static final int CRTC = 31;
    private static final int CONNECTOR = 32;
    private static final int ENCODER = 33;
    private static final int PLANE = 34;
    private static final int[][] MODES = {{1920, 1080}, {3840, 2160}, {1280, 720}, {640, 480}};
    private static final int REFRESH = 60;
    private static final String NAME = "sharebuf-sim";

    private final DrmNode node;

    DrmControls(DrmNode node) {
        this.node = node;
    }

    int control(long request, MemorySegment arg) throws Refused, InterruptedException {
        if (request == Drm.DRM_IOCTL_VERSION) {
            version(new DrmVersion(arg));
        } else if (request == Drm.DRM_IOCTL_GET_CAP) {
            capability(new DrmCap(arg));
        } else if (request == Drm.DRM_IOCTL_SET_CLIENT_CAP) {
            clientCapability(new DrmCap(arg));
        } else if (request == Drm.DRM_IOCTL_MODE_GETRESOURCES) {
            resources(new DrmCardResources(arg));
        } else if (request == Drm.DRM_IOCTL_MODE_GETCONNECTOR) {
            connector(new DrmConnector(arg));
        } else if (request == Drm.DRM_IOCTL_MODE_GETENCODER) {
            DrmEncoder e = new DrmEncoder(arg);
            need(e.encoderId(), ENCODER, "encoder");
            e.crtcId(node.shown() == 0 ? 0 : CRTC).possibleCrtcs(1);
        } else if (request == Drm.DRM_IOCTL_MODE_GETCRTC) {
            crtc(new DrmCrtc(arg));
        } else if (request == Drm.DRM_IOCTL_MODE_GETPLANERESOURCES) {
            DrmPlaneResources r = new DrmPlaneResources(arg);
            r.planeCount(ids(r.planes(), r.planeCount(), List.of(PLANE)));
        } else if (request == Drm.DRM_IOCTL_MODE_GETPLANE) {
            plane(new DrmPlane(arg));
        } else if (request == Drm.DRM_IOCTL_PRIME_FD_TO_HANDLE) {
            DrmPrimeHandle p = new DrmPrimeHandle(arg);
            p.handle(node.framebuffers().handle(p.fd()));
        } else if (request == Drm.DRM_IOCTL_PRIME_HANDLE_TO_FD) {
            DrmPrimeHandle p = new DrmPrimeHandle(arg);
            p.fd(node.framebuffers().export(p.handle()));
        } else if (request == Drm.DRM_IOCTL_MODE_CREATE_DUMB) {
            node.framebuffers().create(new DrmCreateDumb(arg));
        } else if (request == Drm.DRM_IOCTL_MODE_DESTROY_DUMB) {
            node.framebuffers().close(new DrmDestroyDumb(arg).handle());
        } else if (request == Drm.DRM_IOCTL_GEM_CLOSE) {
            node.framebuffers().close(new DrmGemClose(arg).handle());
        } else if (request == Drm.DRM_IOCTL_MODE_ADDFB2) {
            DrmFramebuffer f = new DrmFramebuffer(arg);
            f.framebufferId(node.framebuffers().add(f));
        } else if (request == Drm.DRM_IOCTL_MODE_RMFB) {
            node.removeFramebuffer(arg.get(ValueLayout.JAVA_INT, 0));
        } else if (request == Drm.DRM_IOCTL_MODE_SETCRTC) {
            DrmCrtc c = new DrmCrtc(arg);
            need(c.crtcId(), CRTC, "CRTC");
            node.set(c);
        } else if (request == Drm.DRM_IOCTL_MODE_PAGE_FLIP) {
            DrmPageFlip f = new DrmPageFlip(arg);
            need(f.crtcId(), CRTC, "CRTC");
            node.flip(f);
        } else {
            throw new Refused(Errno.ENOTTY, "not an ioctl of this device");
        }
        return 0;
    }

    private static void need(int id, int known, String what) throws Refused {
        if (id != known) {
            throw new Refused(Errno.ENOENT, "there is no " + what + " " + id);
        }
    }

    private static void version(DrmVersion v) {
        v.major(1).minor(0).patchLevel(0);
        v.nameLength(text(v.name(), v.nameLength(), NAME));
        v.dateLength(text(v.date(), v.dateLength(), "0"));
        v.descriptionLength(text(v.description(), v.descriptionLength(), "simulated display"));
    }

    /** As DRM does: copies what fits, says how long it is. */
    private static long text(long address, long capacity, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (address != 0 && capacity > 0) {
            int n = (int) Math.min(capacity, bytes.length);
            MemorySegment.copy(bytes, 0, Struct.memory(address, n), ValueLayout.JAVA_BYTE, 0, n);
        }
        return bytes.length;
    }

    private void capability(DrmCap c) throws Refused {
        c.value(switch ((int) c.capability()) {
            case Drm.DRM_CAP_PRIME -> Drm.DRM_PRIME_CAP_IMPORT | Drm.DRM_PRIME_CAP_EXPORT;
            case Drm.DRM_CAP_DUMB_BUFFER -> node.soc().driverRegion(node.device().name()).isPresent() ? 1 : 0;
            case Drm.DRM_CAP_TIMESTAMP_MONOTONIC, Drm.DRM_CAP_ADDFB2_MODIFIERS -> 1;
            default -> throw new Refused(Errno.EINVAL, "capability " + c.capability());
        });
    }

    private static void clientCapability(DrmCap c) throws Refused {
        if (c.capability() == Drm.DRM_CLIENT_CAP_ATOMIC) {
            throw new Refused(Errno.EOPNOTSUPP, "no atomic modes");
        }
        if (c.capability() != Drm.DRM_CLIENT_CAP_UNIVERSAL_PLANES || c.value() < 0 || c.value() > 1) {
            throw new Refused(Errno.EINVAL, "client capability " + c.capability() + " = " + c.value());
        }
    }

    private void resources(DrmCardResources r) {
        SizeRange sizes = node.spec().sizes();
        r.framebufferCount(ids(r.framebuffers(), r.framebufferCount(), node.framebuffers().ids()));
        r.crtcCount(ids(r.crtcs(), r.crtcCount(), List.of(CRTC)));
        r.connectorCount(ids(r.connectors(), r.connectorCount(), List.of(CONNECTOR)));
        r.encoderCount(ids(r.encoders(), r.encoderCount(), List.of(ENCODER)));
        r.minWidth(sizes.minWidth()).maxWidth(sizes.maxWidth()).minHeight(sizes.minHeight()).maxHeight(sizes.maxHeight());
    }

    /** As DRM does: fills the array when all fit, and always says how many there are. */
    private static int ids(long address, int capacity, List<Integer> ids) {
        if (!ids.isEmpty() && capacity >= ids.size()) {
            MemorySegment to = Struct.memory(address, ids.size() * (long) Integer.BYTES);
            for (int i = 0; i < ids.size(); i++) {
                to.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, ids.get(i));
            }
        }
        return ids.size();
    }

    private void connector(DrmConnector c) throws Refused {
        need(c.connectorId(), CONNECTOR, "connector");
        List<int[]> modes = modes();
        long size = DrmModeInfo.LAYOUT.byteSize();
        if (c.modeCount() >= modes.size()) {
            MemorySegment to = Struct.memory(c.modes(), modes.size() * size);
            for (int i = 0; i < modes.size(); i++) {
                mode(new DrmModeInfo(to.asSlice(i * size, size)), modes.get(i)[0], modes.get(i)[1], modes.get(i)[2], i == 0);
            }
        }
        c.modeCount(modes.size()).encoderCount(ids(c.encoders(), c.encoderCount(), List.of(ENCODER))).propertyCount(0);
        c.encoderId(node.shown() == 0 ? 0 : ENCODER).connectorType(Drm.DRM_MODE_CONNECTOR_VIRTUAL).connectorTypeId(1)
                .connection(Drm.DRM_MODE_CONNECTED).mmWidth(0).mmHeight(0);
    }

    /** Width, height, refresh: each size at the usual rate, and once more for whoever shows frames as they come. */
    private List<int[]> modes() {
        SizeRange sizes = node.spec().sizes();
        List<int[]> fitting = Arrays.stream(MODES).filter(m -> sizes.contains(m[0], m[1])).toList();
        List<int[]> some = fitting.isEmpty() ? List.of(new int[] {sizes.minWidth(), sizes.minHeight()}) : fitting;
        return Stream.of(REFRESH, 0).flatMap(r -> some.stream().map(m -> new int[] {m[0], m[1], r})).toList();
    }

    private static void mode(DrmModeInfo m, int width, int height, int refresh, boolean preferred) {
        m.clear();
        m.clock((int) Math.min(Integer.MAX_VALUE, (long) width * height * refresh / 1000)).hdisplay(width).hsyncStart(width).hsyncEnd(width).htotal(width)
                .vdisplay(height).vsyncStart(height).vsyncEnd(height).vtotal(height).vrefresh(refresh)
                .type(preferred ? Drm.DRM_MODE_TYPE_PREFERRED : 0).name(width + "x" + height);
    }

    private void crtc(DrmCrtc c) throws Refused {
        need(c.crtcId(), CRTC, "CRTC");
        boolean on = node.shown() != 0;
        c.framebufferId(node.shown()).x(0).y(0).modeValid(on ? 1 : 0);
        if (on) {
            mode(c.mode(), node.width(), node.height(), node.refresh(), false);
        }
    }

    private void plane(DrmPlane p) throws Refused {
        need(p.planeId(), PLANE, "plane");
        List<Integer> codes = node.formats().stream().map(f -> f.drmFourcc()).toList();
        p.formatCount(ids(p.formats(), p.formatCount(), codes)).crtcId(node.shown() == 0 ? 0 : CRTC).framebufferId(node.shown()).possibleCrtcs(1);
    }
}
