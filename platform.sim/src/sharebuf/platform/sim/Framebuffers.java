package sharebuf.platform.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.uapi.Drm;
import sharebuf.uapi.DrmCreateDumb;
import sharebuf.uapi.DrmFramebuffer;

/** The GEM handles and framebuffers of a DRM node. Guarded by the lock of its node. */
final class Framebuffers {
    private static final int FIRST_ID = 64; // above the ids of the node's fixed objects

    private final DrmNode node;
    /** By handle, what is known to stay of an object: its file. */
    private final Map<Integer, Long> handles = new HashMap<>();
    private final Map<Long, Integer> imported = new HashMap<>();
    private final Map<Integer, Dumb> dumb = new HashMap<>();
    private final Map<Integer, Picture> framebuffers = new HashMap<>();
    private int nextHandle = 1;
    private int nextId = FIRST_ID;

    /** A dumb buffer: the driver's own. */
    private record Dumb(DriverRegion from, ObjectId object) {
    }

    Framebuffers(DrmNode node) {
        this.node = node;
    }

    /** Makes a handle of a dma-buf; the same one as long as it is open. */
    int handle(int descriptor) throws Refused {
        Exports.Exported object = node.soc().exports().resolve(descriptor)
                .orElseThrow(() -> new Refused(Errno.EBADF, "descriptor " + descriptor + " is no dma-buf"));
        Integer known = imported.get(object.file());
        if (known != null) {
            return known;
        }
        if (node.engine().table().scatterList(object.id(), false).total() == 0) {
            throw new Refused(Errno.EINVAL, object.id() + " is not mapped for " + node.device().name());
        }
        handles.put(nextHandle, object.file());
        imported.put(object.file(), nextHandle);
        return nextHandle++;
    }

    void close(int handle) throws Refused {
        Long file = handles.remove(handle);
        if (file == null) {
            throw new Refused(Errno.EINVAL, "handle " + handle + " is not open");
        }
        imported.remove(file);
        Dumb own = dumb.remove(handle);
        if (own != null) {
            own.from.drop(own.object);
        }
    }

    /** {@code DRM_IOCTL_MODE_CREATE_DUMB}: the pitch is the card's, the memory the driver's own. */
    void create(DrmCreateDumb c) throws Refused {
        DriverRegion own = node.soc().driverRegion(node.device().name())
                .orElseThrow(() -> new Refused(Errno.ENOSYS, "no dumb buffers: the driver has no memory of its own"));
        if (c.width() < 1 || c.height() < 1 || c.flags() != 0 || c.bitsPerPixel() < 8 || c.bitsPerPixel() > 32 || c.bitsPerPixel() % 8 != 0) {
            throw new Refused(Errno.EINVAL, "a dumb buffer of " + c.width() + "x" + c.height() + ", " + c.bitsPerPixel() + " bits, flags " + c.flags());
        }
        long align = node.spec().pitchAlign();
        long pitch = Math.ceilDiv((long) c.width() * (c.bitsPerPixel() / Byte.SIZE), align) * align;
        long size = (pitch * c.height() + Libc.PAGE - 1) & -Libc.PAGE;
        ObjectId object = own.make(node, size);
        handles.put(nextHandle, node.soc().exports().find(object).orElseThrow().file());
        dumb.put(nextHandle, new Dumb(own, object));
        c.pitch(pitch).size(size).handle(nextHandle++);
    }

    /** {@code DRM_IOCTL_PRIME_HANDLE_TO_FD}: of an import, what was imported. */
    int export(int handle) throws Refused {
        Dumb own = dumb.get(handle);
        return own != null ? own.from.export(own.object) : node.soc().exports().open(object(handle, "").id(), () -> { });
    }

    /** What a handle stands for, under the name that it has now. */
    private Exports.Exported object(int handle, String where) throws Refused {
        return Optional.ofNullable(handles.get(handle)).flatMap(file -> node.soc().exports().find(file))
                .orElseThrow(() -> new Refused(Errno.ENOENT, where + "handle " + handle + " is not open"));
    }

    int add(DrmFramebuffer f) throws Refused {
        PixelFormat format = format(f);
        if (!node.spec().sizes().contains(f.width(), f.height())) {
            throw new Refused(Errno.EINVAL, f.width() + "x" + f.height() + ": the display takes " + node.spec().sizes());
        }
        if ((f.flags() & ~Drm.DRM_MODE_FB_MODIFIERS) != 0) {
            throw new Refused(Errno.EINVAL, "flags 0x" + Integer.toHexString(f.flags()));
        }
        List<Exports.Exported> objects = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < format.planes().size(); i++) {
            Exports.Exported object = object(f.handle(i), "plane " + i + ": ");
            if ((f.flags() & Drm.DRM_MODE_FB_MODIFIERS) != 0 && f.modifier(i) != Modifier.LINEAR.code()) {
                throw new Refused(Errno.EINVAL, "plane " + i + ": modifier 0x" + Long.toHexString(f.modifier(i)) + ", only LINEAR");
            }
            int known = objects.indexOf(object);
            int at = known >= 0 ? known : objects.size();
            if (known < 0) {
                objects.add(object);
                sizes.add(object.size());
            }
            planes.add(plane(f, format, i, at, object.size()));
        }
        List<ScatterList> lists = new ArrayList<>();
        for (Exports.Exported object : objects) {
            lists.add(node.engine().table().scatterList(object.id(), false));
            if (lists.getLast().total() < object.size()) {
                throw new Refused(Errno.EINVAL, lists.getLast().total() + " of " + object.size() + " bytes of " + object.id()
                        + " are mapped for " + node.device().name());
            }
        }
        Turn turn = node.turn(lists.getFirst());
        framebuffers.put(nextId, new Picture(format, f.width(), f.height(), new Layout(sizes, turn.equals(Turn.NONE) ? planes : whole(planes, sizes)), lists, turn));
        return nextId++;
    }

    /** The planes with all rows that there are in memory: seen from the other side, the last one comes first. */
    private static List<PlaneLayout> whole(List<PlaneLayout> planes, List<Long> sizes) {
        return planes.stream().map(p -> {
            long end = planes.stream().filter(o -> o.object() == p.object() && o.offset() > p.offset()).mapToLong(PlaneLayout::offset).min().orElse(sizes.get(p.object()));
            return new PlaneLayout(p.object(), p.offset(), p.pitch(), (end - p.offset()) / p.pitch());
        }).toList();
    }

    private PixelFormat format(DrmFramebuffer f) throws Refused {
        Optional<PixelFormat> format = PixelFormat.ofDrm(f.pixelFormat()).filter(node.formats()::contains);
        return format.orElseThrow(() -> new Refused(Errno.EINVAL, "fourcc 0x" + Integer.toHexString(f.pixelFormat())
                + ": the display takes " + node.formats()));
    }

    /** A plane of a framebuffer, checked against its object as the kernel checks it: the last row need not be padded. */
    private PlaneLayout plane(DrmFramebuffer f, PixelFormat format, int i, int object, long size) throws Refused {
        long pitch = f.pitch(i);
        long row = Packed.rowBytes(format, i, f.width());
        long rows = Packed.rows(format, i, f.height());
        PixelFormat.Plane p = format.planes().get(i);
        PixelFormat.Plane first = format.planes().getFirst();
        // The alignment is said of the first plane; the others follow in proportion.
        long scaled = pitch * first.bytes() * p.horizontal();
        long unit = (long) p.bytes() * first.horizontal() * node.spec().pitchAlign();
        if (pitch < row || scaled % unit != 0) {
            throw new Refused(Errno.EINVAL, "plane " + i + ": pitch " + pitch + ", at least " + row + " and that of the first plane a multiple of "
                    + node.spec().pitchAlign());
        }
        long end = f.offset(i) + pitch * (rows - 1) + row;
        if (end > size) {
            throw new Refused(Errno.EINVAL, "plane " + i + ": ends at byte " + end + " of an object of " + size);
        }
        // The record says whole rows; what the last one lacks is never read.
        long whole = Math.min(rows, (size - f.offset(i)) / pitch);
        return new PlaneLayout(object, f.offset(i), pitch, Math.max(1, whole));
    }

    Picture get(int id) throws Refused {
        Picture found = framebuffers.get(id);
        if (found == null) {
            throw new Refused(Errno.ENOENT, "there is no framebuffer " + id);
        }
        return found;
    }

    void remove(int id) throws Refused {
        get(id);
        framebuffers.remove(id);
    }

    List<Integer> ids() {
        return framebuffers.keySet().stream().sorted().toList();
    }

    void clear() {
        dumb.values().forEach(own -> own.from.drop(own.object));
        dumb.clear();
        handles.clear();
        imported.clear();
        framebuffers.clear();
    }
}
