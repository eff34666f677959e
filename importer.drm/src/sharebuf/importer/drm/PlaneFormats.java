package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_CREATE_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_DESTROY_DUMB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETPROPBLOB;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_GETPROPERTY;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_OBJ_GETPROPERTIES;
import static sharebuf.uapi.Drm.DRM_MODE_OBJECT_PLANE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import sharebuf.buffer.Errno;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DrmBlob;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmDestroyDumb;
import sharebuf.uapi.DrmFormatModifier;
import sharebuf.uapi.DrmFormatModifierBlob;
import sharebuf.uapi.DrmObjectProperties;
import sharebuf.uapi.DrmProperty;
import sharebuf.uapi.Struct;

/**
 * How a plane takes its formats: with which modifiers, and what pitches the driver likes.
 *
 * <p>Modifiers stand in the plane's property {@code IN_FORMATS} (blob of {@code drm_format_modifier_blob}); a driver without it takes rows one
 * after another. For pitches DRM has no question. But a dumb buffer is made so that it can be scanned out, and the pitch of one that is a
 * single pixel wide is what the driver rounds to.
 *
 * <p>Confined to one thread.
 */
final class PlaneFormats {
    private static final long PRIMARY = 1; // DRM_PLANE_TYPE_PRIMARY of include/drm/drm_plane.h, the same in the property's enumeration
    private static final int MOST_PROPERTIES = 256;
    private static final int LARGEST_BLOB = 1 << 20;

    private final DeviceNode node;
    private final Arena arena;
    private final Map<Integer, Integer> pitches = new HashMap<>();

    PlaneFormats(DeviceNode node, Arena arena) {
        this.node = node;
        this.arena = arena;
    }

    /**
     * Asks for the formats that Sharebuf knows of those of a plane.
     *
     * @param plane its id; 0 for none
     * @param fourccs its formats
     * @param pitchAlign what counts in place of what is learnt; 0 to learn
     */
    List<Screen.Scannable> of(int plane, List<Integer> fourccs, int pitchAlign) throws DeviceException {
        Optional<Map<Integer, TreeSet<Modifier>>> listed = plane == 0 ? Optional.empty() : inFormats(plane);
        List<Screen.Scannable> known = new ArrayList<>();
        for (int fourcc : fourccs) {
            Optional<PixelFormat> format = PixelFormat.ofDrm(fourcc);
            TreeSet<Modifier> modifiers = listed.map(l -> l.getOrDefault(fourcc, new TreeSet<>())).orElseGet(() -> new TreeSet<>(List.of(Modifier.LINEAR)));
            if (format.isPresent() && !modifiers.isEmpty() && known.stream().noneMatch(k -> k.format().equals(format.get()))) {
                known.add(new Screen.Scannable(format.get(), modifiers, pitchAlign != 0 ? pitchAlign : pitchAlign(format.get())));
            }
        }
        return known;
    }

    private int pitchAlign(PixelFormat format) throws DeviceException {
        int bytes = format.planes().getFirst().bytes();
        if (!pitches.containsKey(bytes)) {
            pitches.put(bytes, dumbPitch(bytes));
        }
        return pitches.get(bytes);
    }

    private int dumbPitch(int bytes) throws DeviceException {
        DrmCreateDumb dumb = new DrmCreateDumb(arena.allocate(DrmCreateDumb.LAYOUT)).width(1).height(1).bitsPerPixel(8 * bytes);
        if (!optional(DRM_IOCTL_MODE_CREATE_DUMB, dumb)) {
            return 1;
        }
        optional(DRM_IOCTL_MODE_DESTROY_DUMB, new DrmDestroyDumb(arena.allocate(DrmDestroyDumb.LAYOUT)).handle(dumb.handle()));
        return dumb.pitch() <= bytes || dumb.pitch() > Integer.MAX_VALUE ? 1 : (int) dumb.pitch();
    }

    /** Per fourcc its modifiers; empty when the plane does not tell. */
    private Optional<Map<Integer, TreeSet<Modifier>>> inFormats(int plane) throws DeviceException {
        Optional<Long> id = property(plane, "IN_FORMATS");
        return id.isEmpty() ? Optional.empty() : blob(id.get().intValue()).map(PlaneFormats::parsed);
    }

    /** Whether it is the plane that a CRTC shows by itself, be there others or not; not where planes have no type. */
    boolean isPrimary(int plane) throws DeviceException {
        return property(plane, "type").equals(Optional.of(PRIMARY));
    }

    /** The value of a property of a plane. */
    private Optional<Long> property(int plane, String name) throws DeviceException {
        DrmObjectProperties all = new DrmObjectProperties(arena.allocate(DrmObjectProperties.LAYOUT)).objectId(plane).objectType(DRM_MODE_OBJECT_PLANE);
        MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, MOST_PROPERTIES);
        MemorySegment values = arena.allocate(ValueLayout.JAVA_LONG, MOST_PROPERTIES);
        all.properties(ids.address()).values(values.address()).count(MOST_PROPERTIES);
        if (!optional(DRM_IOCTL_MODE_OBJ_GETPROPERTIES, all)) {
            return Optional.empty();
        }
        DrmProperty property = new DrmProperty(arena.allocate(DrmProperty.LAYOUT));
        for (int i = 0; i < Math.min(all.count(), MOST_PROPERTIES); i++) {
            property.clear();
            if (optional(DRM_IOCTL_MODE_GETPROPERTY, property.propertyId(ids.getAtIndex(ValueLayout.JAVA_INT, i))) && property.name().equals(name)) {
                return Optional.of(values.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
        }
        return Optional.empty();
    }

    private Optional<MemorySegment> blob(int id) throws DeviceException {
        DrmBlob head = new DrmBlob(arena.allocate(DrmBlob.LAYOUT)).blobId(id);
        if (!optional(DRM_IOCTL_MODE_GETPROPBLOB, head) || head.length() < DrmFormatModifierBlob.LAYOUT.byteSize() || head.length() > LARGEST_BLOB) {
            return Optional.empty();
        }
        MemorySegment bytes = arena.allocate(head.length(), Long.BYTES);
        return optional(DRM_IOCTL_MODE_GETPROPBLOB, head.data(bytes.address())) ? Optional.of(bytes) : Optional.empty();
    }

    private static Map<Integer, TreeSet<Modifier>> parsed(MemorySegment blob) {
        DrmFormatModifierBlob head = new DrmFormatModifierBlob(blob);
        Map<Integer, TreeSet<Modifier>> all = new HashMap<>();
        long size = DrmFormatModifier.LAYOUT.byteSize();
        for (int m = 0; m < head.modifierCount(); m++) {
            DrmFormatModifier modifier = new DrmFormatModifier(blob.asSlice(head.modifiersOffset() + m * size, size));
            for (int bit = 0; bit < Long.SIZE; bit++) {
                int index = modifier.offset() + bit;
                if ((modifier.formats() >>> bit & 1) != 0 && index < head.formatCount()) {
                    int fourcc = blob.get(ValueLayout.JAVA_INT_UNALIGNED, head.formatsOffset() + (long) index * Integer.BYTES);
                    all.computeIfAbsent(fourcc, f -> new TreeSet<>()).add(new Modifier(modifier.modifier()));
                }
            }
        }
        return all;
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
}
