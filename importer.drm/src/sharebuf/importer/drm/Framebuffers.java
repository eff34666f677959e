package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_ADDFB2;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_RMFB;
import static sharebuf.uapi.Drm.DRM_MODE_FB_MODIFIERS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DrmFramebuffer;

/**
 * Framebuffers and the buffers that they show. Guarded by the lock of its owner.
 */
final class Framebuffers {
    private static final int MOST_PLANES = 4;

    private final DeviceNode node;
    private final boolean modifiers;
    private final Handles handles;
    private final DrmFramebuffer command;
    private final MemorySegment idArg;
    private final Map<Integer, Framebuffer> known = new HashMap<>();

    /** One of them. */
    private record Framebuffer(BufferId buffer, int[] handles) {
    }

    Framebuffers(DeviceNode node, boolean modifiers, Arena arena) {
        this.node = node;
        this.modifiers = modifiers;
        handles = new Handles(node, arena);
        command = new DrmFramebuffer(arena.allocate(DrmFramebuffer.LAYOUT));
        idArg = arena.allocate(ValueLayout.JAVA_INT);
    }

    int add(Attached attached, BufferId buffer) throws DeviceException {
        Optional<PixelFormat> format = attached.spec().format();
        Layout layout = attached.layout();
        if (format.isEmpty() || layout.planes().size() > MOST_PLANES) {
            throw new DeviceException(Errno.EINVAL, node.device().name(), "DRM_IOCTL_MODE_ADDFB2", "buffer " + buffer + " of " + attached.spec()
                + " has " + layout.planes().size() + " planes: from 1 to " + MOST_PLANES);
        }
        int[] taken = new int[layout.objects().size()];
        int count = 0;
        boolean added = false;
        try {
            for (; count < taken.length; count++) {
                taken[count] = handles.take(new ObjectId(buffer, count));
            }
            command.clear();
            command.width(attached.spec().width()).height(attached.spec().height()).pixelFormat(format.get().drmFourcc())
                .flags(modifiers ? DRM_MODE_FB_MODIFIERS : 0);
            for (int i = 0; i < layout.planes().size(); i++) {
                PlaneLayout plane = layout.planes().get(i);
                command.handle(i, taken[plane.object()]).pitch(i, plane.pitch()).offset(i, plane.offset())
                    .modifier(i, modifiers ? Modifier.LINEAR.code() : 0);
            }
            node.ioctl(DRM_IOCTL_MODE_ADDFB2, command.segment());
            added = true;
            known.put(command.framebufferId(), new Framebuffer(buffer, taken));
            return command.framebufferId();
        } finally {
            if (!added) {
                release(taken, count);
            }
        }
    }

    /** Removes it, from the screen too, and closes its handles. */
    void remove(int id) throws DeviceException {
        idArg.set(ValueLayout.JAVA_INT, 0, id);
        try {
            node.ioctl(DRM_IOCTL_MODE_RMFB, idArg);
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
                forget(id); // there is none any more, only its handles
            }
            throw e;
        }
        forget(id);
    }

    private void forget(int id) throws DeviceException {
        Framebuffer gone = known.remove(id);
        if (gone != null) {
            release(gone.handles, gone.handles.length);
        }
    }

    Optional<BufferId> buffer(int id) {
        return Optional.ofNullable(known.get(id)).map(Framebuffer::buffer);
    }

    /** The framebuffers that show one of these. */
    List<Integer> of(List<BufferId> buffers) {
        List<Integer> ids = new ArrayList<>();
        known.forEach((id, framebuffer) -> {
            if (buffers.contains(framebuffer.buffer)) {
                ids.add(id);
            }
        });
        return ids;
    }

    int openHandles() {
        return handles.open();
    }

    /** Releases all of them, whatever one says. */
    private void release(int[] taken, int count) throws DeviceException {
        DeviceException first = null;
        for (int i = 0; i < count; i++) {
            try {
                handles.release(taken[i]);
            } catch (DeviceException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null && first.errno() != Errno.ENODEV) {
            throw first;
        }
    }
}
