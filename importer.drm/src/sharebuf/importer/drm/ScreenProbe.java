package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_CAP_ADDFB2_MODIFIERS;
import static sharebuf.uapi.Drm.DRM_CLIENT_CAP_UNIVERSAL_PLANES;
import static sharebuf.uapi.Drm.DRM_IOCTL_GET_CAP;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETCONNECTOR;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETENCODER;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETPLANE;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETPLANERESOURCES;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETRESOURCES;
import static sharebuf.uapi.Drm.DRM_IOCTL_SET_CLIENT_CAP;
import static sharebuf.uapi.Drm.DRM_MODE_CONNECTED;
import static sharebuf.uapi.Drm.DRM_MODE_TYPE_PREFERRED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.drm.Display.Mode;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DrmCap;
import sharebuf.uapi.DrmCardResources;
import sharebuf.uapi.DrmConnector;
import sharebuf.uapi.DrmEncoder;
import sharebuf.uapi.DrmModeInfo;
import sharebuf.uapi.DrmPlane;
import sharebuf.uapi.DrmPlaneResources;
import sharebuf.uapi.Struct;

/**
 * Finds what to drive: the first connector with a display, else the first one; the CRTC it is on, else the first it can be on; the
 * primary plane of that CRTC. A card may have none of these.
 *
 * <p>DRM's lists are asked for twice: for the count, then for the elements. Confined to one thread.
 */
final class ScreenProbe {
    private final DeviceNode node;
    private final Arena arena;

    private ScreenProbe(DeviceNode node, Arena arena) {
        this.node = node;
        this.arena = arena;
    }

    /**
     * Asks the card.
     *
     * @param pitchAlign what pitches are a multiple of; 0 asks the driver
     * @return what it shows pictures on; empty when it has no outputs, as a card that only renders
     * @throws DeviceException of an ioctl
     */
    static Optional<Screen> of(DeviceNode node, int pitchAlign) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            return new ScreenProbe(node, arena).screen(pitchAlign);
        }
    }

    private Optional<Screen> screen(int pitchAlign) throws DeviceException {
        DrmCardResources card = new DrmCardResources(arena.allocate(DrmCardResources.LAYOUT));
        try {
            call(DRM_IOCTL_MODE_GETRESOURCES, card);
        } catch (DeviceException e) {
            // drm_mode_getresources of a driver without DRIVER_MODESET; drm_ioctl_permit of a render node.
            if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EACCES) {
                return Optional.empty();
            }
            throw e;
        }
        MemorySegment connectors = ints(card.connectorCount());
        MemorySegment crtcs = ints(card.crtcCount());
        card.connectors(connectors.address()).crtcs(crtcs.address()).framebufferCount(0).encoderCount(0);
        call(DRM_IOCTL_MODE_GETRESOURCES, card);
        int[] crtcIds = array(crtcs, card.crtcCount());

        Found best = null;
        for (int id : array(connectors, card.connectorCount())) {
            Found found = connector(id, crtcIds);
            if (found != null && (best == null || found.connected && !best.connected)) {
                best = found;
            }
        }
        if (best == null) {
            return Optional.empty();
        }
        SizeRange sizes = new SizeRange(Math.max(1, card.minWidth()), Math.max(1, card.maxWidth()), 1, Math.max(1, card.minHeight()),
            Math.max(1, card.maxHeight()), 1);
        return Optional.of(new Screen(crtcIds[best.crtcIndex], best.connector, best.modes, formats(best.crtcIndex, pitchAlign), sizes, capability(DRM_CAP_ADDFB2_MODIFIERS)));
    }

    private record Found(int connector, boolean connected, int crtcIndex, List<Screen.Timing> modes) {
    }

    /** A connector; null when no CRTC can drive it. */
    private Found connector(int id, int[] crtcs) throws DeviceException {
        DrmConnector c = new DrmConnector(arena.allocate(DrmConnector.LAYOUT)).connectorId(id);
        call(DRM_IOCTL_MODE_GETCONNECTOR, c);
        MemorySegment modes = arena.allocate(DrmModeInfo.LAYOUT, Math.max(1, c.modeCount()));
        MemorySegment encoders = ints(c.encoderCount());
        int room = c.modeCount();
        c.modes(modes.address()).encoders(encoders.address()).propertyCount(0).properties(0).propertyValues(0);
        call(DRM_IOCTL_MODE_GETCONNECTOR, c);
        List<Screen.Timing> timings = new ArrayList<>();
        for (int i = 0; i < Math.min(room, c.modeCount()); i++) {
            MemorySegment at = modes.asSlice(i * DrmModeInfo.LAYOUT.byteSize(), DrmModeInfo.LAYOUT);
            DrmModeInfo info = new DrmModeInfo(at);
            Screen.Timing timing = new Screen.Timing(new Mode(info.hdisplay(), info.vdisplay(), info.vrefresh()), at.toArray(ValueLayout.JAVA_BYTE));
            if ((info.type() & DRM_MODE_TYPE_PREFERRED) != 0) {
                timings.addFirst(timing);
            } else {
                timings.add(timing);
            }
        }
        int crtc = crtcIndex(c, array(encoders, c.encoderCount()), crtcs);
        return crtc < 0 ? null : new Found(id, c.connection() == DRM_MODE_CONNECTED, crtc, timings);
    }

    private int crtcIndex(DrmConnector connector, int[] encoders, int[] crtcs) throws DeviceException {
        DrmEncoder e = new DrmEncoder(arena.allocate(DrmEncoder.LAYOUT));
        if (connector.encoderId() != 0) {
            call(DRM_IOCTL_MODE_GETENCODER, e.encoderId(connector.encoderId()));
            for (int i = 0; i < crtcs.length; i++) {
                if (crtcs[i] == e.crtcId()) {
                    return i;
                }
            }
        }
        for (int id : encoders) {
            call(DRM_IOCTL_MODE_GETENCODER, e.encoderId(id));
            int first = Integer.numberOfTrailingZeros(e.possibleCrtcs());
            if (first < crtcs.length) {
                return first;
            }
        }
        return -1;
    }

    private List<Screen.Scannable> formats(int crtcIndex, int pitchAlign) throws DeviceException {
        PlaneFormats planes = new PlaneFormats(node, arena);
        int plane = plane(crtcIndex, planes);
        if (plane == 0) {
            return planes.of(0, List.of(PixelFormat.XRGB8888.drmFourcc()), pitchAlign); // what every driver without planes scans out
        }
        DrmPlane p = new DrmPlane(arena.allocate(DrmPlane.LAYOUT)).planeId(plane);
        call(DRM_IOCTL_MODE_GETPLANE, p);
        MemorySegment fourccs = ints(p.formatCount());
        call(DRM_IOCTL_MODE_GETPLANE, p.formats(fourccs.address()));
        return planes.of(plane, Arrays.stream(array(fourccs, p.formatCount())).boxed().toList(), pitchAlign);
    }

    /** The primary plane of a CRTC; the first one where planes have no type; 0 where there are no planes. */
    private int plane(int crtcIndex, PlaneFormats planes) throws DeviceException {
        optional(DRM_IOCTL_SET_CLIENT_CAP, new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(DRM_CLIENT_CAP_UNIVERSAL_PLANES).value(1));
        DrmPlaneResources all = new DrmPlaneResources(arena.allocate(DrmPlaneResources.LAYOUT));
        if (!optional(DRM_IOCTL_MODE_GETPLANERESOURCES, all)) {
            return 0;
        }
        MemorySegment ids = ints(all.planeCount());
        call(DRM_IOCTL_MODE_GETPLANERESOURCES, all.planes(ids.address()));
        int first = 0;
        for (int id : array(ids, all.planeCount())) {
            DrmPlane plane = new DrmPlane(arena.allocate(DrmPlane.LAYOUT)).planeId(id);
            call(DRM_IOCTL_MODE_GETPLANE, plane);
            if ((plane.possibleCrtcs() & 1 << crtcIndex) != 0) {
                first = first == 0 ? id : first;
                if (planes.isPrimary(id)) {
                    return id;
                }
            }
        }
        return first;
    }

    private boolean capability(long capability) throws DeviceException {
        DrmCap cap = new DrmCap(arena.allocate(DrmCap.LAYOUT)).capability(capability);
        return optional(DRM_IOCTL_GET_CAP, cap) && cap.value() != 0;
    }

    private void call(long request, Struct arg) throws DeviceException {
        node.ioctl(request, arg.segment());
    }

    /** False where the driver does not know it. */
    private boolean optional(long request, Struct arg) throws DeviceException {
        try {
            node.ioctl(request, arg.segment());
            return true;
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENODEV) {
                throw e;
            }
            return false;
        }
    }

    private MemorySegment ints(int count) {
        return arena.allocate(ValueLayout.JAVA_INT, Math.max(1, count));
    }

    /** As many as both the list has and there was room for. */
    private static int[] array(MemorySegment ints, int count) {
        return Arrays.copyOf(ints.toArray(ValueLayout.JAVA_INT), (int) Math.min(count, ints.byteSize() / Integer.BYTES));
    }
}
