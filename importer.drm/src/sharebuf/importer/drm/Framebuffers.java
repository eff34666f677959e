package sharebuf.importer.drm;

import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_ADDFB2;
import static sharebuf.uapi.Drm.DRM_IOCTL_MODE_RMFB;
import static sharebuf.uapi.Drm.DRM_MODE_FB_MODIFIERS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.importer.Attached;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Note;
import sharebuf.uapi.DrmFramebuffer;

/**
 * Framebuffers and the buffers that they show. They belong to the open node and outlive an importer: a note on each buffer (schema
 * {@value #SCHEMA}: per framebuffer its number here, or 0 when it shows memory from before a move, its number at the card, how many handles it
 * has, the handles) tells a successor which they are.
 *
 * <p>Guarded by the lock of its owner.
 */
final class Framebuffers {
    private static final int MOST_PLANES = 4;
    private static final String SCHEMA = "drm.framebuffers";
    private static final int VERSION = 2;
    private static final int NO_NUMBER = 0; // of one that nobody can show any more
    private static final int FIRST_SPARE = 1 << 30; // far from what a card numbers

    private final DeviceNode node;
    private final boolean modifiers;
    private final UseId use;
    private final Notes notes;
    private final Handles handles;
    private final DrmFramebuffer command;
    private final MemorySegment idArg;
    private final Map<Integer, Framebuffer> known = new HashMap<>();
    private final List<Framebuffer> retired = new ArrayList<>();
    private int spare = FIRST_SPARE;

    /**
     * One of them.
     *
     * @param real what the card calls it: another number than here after the buffer was moved
     */
    record Framebuffer(BufferId buffer, int real, int[] handles) {
    }

    Framebuffers(DeviceNode node, boolean modifiers, UseId use, Notes notes, Arena arena) {
        this.node = node;
        this.modifiers = modifiers;
        this.use = use;
        this.notes = notes;
        handles = new Handles(node, arena);
        command = new DrmFramebuffer(arena.allocate(DrmFramebuffer.LAYOUT));
        idArg = arena.allocate(ValueLayout.JAVA_INT);
    }

    /** Makes a framebuffer that shows a buffer. */
    int add(Attached attached, BufferId buffer) throws DeviceException {
        Framebuffer made = make(attached, buffer);
        int id = made.real;
        while (known.containsKey(id)) { // the card gives numbers again that somebody still knows
            id = spare++;
        }
        known.put(id, made);
        note(buffer);
        return id;
    }

    /** Makes a framebuffer and removes it: whether the card takes the buffer. Nothing of it is left, whatever the card says. */
    void tryOut(Attached attached, BufferId buffer) throws DeviceException {
        drop(make(attached, buffer));
    }

    private Framebuffer make(Attached attached, BufferId buffer) throws DeviceException {
        Optional<PixelFormat> format = attached.spec().format();
        Layout layout = attached.layout();
        if (format.isEmpty() || layout.planes().size() > MOST_PLANES) {
            throw new DeviceException(Errno.EINVAL, node.device().name(), "DRM_IOCTL_MODE_ADDFB2", "buffer " + buffer + " of " + attached.spec()
                + " has " + layout.planes().size() + " planes: from 1 to " + MOST_PLANES);
        }
        if (layout.planes().stream().anyMatch(p -> (p.pitch() | p.offset()) >>> Integer.SIZE != 0)) {
            throw new DeviceException(Errno.EINVAL, node.device().name(), "DRM_IOCTL_MODE_ADDFB2", "buffer " + buffer + " of " + attached.spec() + " as " + layout
                + ": pitches and offsets have 32 bits");
        }
        int[] taken = new int[layout.objects().size()];
        int count = 0;
        boolean added = false;
        try {
            for (; count < taken.length; count++) {
                taken[count] = handles.take(new ObjectId(buffer, count), layout.objects().get(count));
            }
            command.clear();
            command.width(attached.spec().width()).height(attached.spec().height()).pixelFormat(format.get().drmFourcc())
                .flags(modifiers ? DRM_MODE_FB_MODIFIERS : 0);
            for (int i = 0; i < layout.planes().size(); i++) {
                PlaneLayout plane = layout.planes().get(i);
                command.handle(i, taken[plane.object()]).pitch(i, plane.pitch()).offset(i, plane.offset())
                    .modifier(i, modifiers ? Modifier.LINEAR.code() : 0);
            }
            try {
                node.ioctl(DRM_IOCTL_MODE_ADDFB2, command.segment());
            } catch (DeviceException e) {
                throw Imports.told(e, attached.spec() + " as " + layout);
            }
            added = true;
            return new Framebuffer(buffer, command.framebufferId(), taken);
        } finally {
            if (!added) {
                release(taken, count);
            }
        }
    }

    /**
     * Makes the framebuffers of moved buffers anew, of the memory that they have now; each keeps its number here. The old ones are retired.
     *
     * @throws DeviceException when the card does not take one; then all are as they were
     */
    void remake(Attached attached) throws DeviceException {
        Map<Integer, Framebuffer> fresh = new LinkedHashMap<>();
        boolean all = false;
        try {
            for (int id : of(attached.buffers())) {
                fresh.put(id, make(attached, known.get(id).buffer));
            }
            all = true;
        } finally {
            if (!all) {
                for (Framebuffer f : fresh.values()) {
                    drop(f);
                }
            }
        }
        fresh.keySet().forEach(id -> retired.add(known.get(id)));
        known.putAll(fresh);
        attached.buffers().forEach(this::note);
    }

    /** Those that show memory from before a move. */
    List<Framebuffer> retired() {
        return List.copyOf(retired);
    }

    /** Ends a retired one, which is not on the screen. */
    void end(Framebuffer old) throws DeviceException {
        retired.remove(old);
        note(old.buffer);
        drop(old);
    }

    /** Whether a framebuffer of these buffers was made of other memory than they have now: the card gives the same handle for the same dma-buf. */
    boolean isStale(Attached attached) throws DeviceException {
        for (int id : of(attached.buffers())) {
            Framebuffer f = known.get(id);
            for (int i = 0; i < f.handles.length; i++) {
                int handle = handles.take(new ObjectId(f.buffer, i), attached.layout().objects().get(i));
                handles.release(handle);
                if (handle != f.handles[i]) {
                    return true;
                }
            }
        }
        return false;
    }

    private void drop(Framebuffer old) throws DeviceException {
        idArg.set(ValueLayout.JAVA_INT, 0, old.real);
        try {
            node.ioctl(DRM_IOCTL_MODE_RMFB, idArg);
        } catch (DeviceException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) {
                throw e;
            }
        } finally {
            release(old.handles, old.handles.length);
        }
    }

    /** What the card calls it. */
    int real(int id) {
        return known.get(id).real;
    }

    /** What the card calls so. */
    Optional<Integer> ofReal(int real) {
        return known.entrySet().stream().filter(e -> e.getValue().real == real).map(Map.Entry::getKey).findFirst();
    }

    /** Removes it, from the screen too, and closes its handles. */
    void remove(int id) throws DeviceException {
        idArg.set(ValueLayout.JAVA_INT, 0, known.containsKey(id) ? known.get(id).real : id);
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
            note(gone.buffer);
            release(gone.handles, gone.handles.length);
        }
    }

    /** Keeps what a successor has to know of a buffer; as many framebuffers as fit a note. */
    private void note(BufferId buffer) {
        List<Long> data = new ArrayList<>();
        known.forEach((id, framebuffer) -> note(data, buffer, id, framebuffer));
        retired.forEach(framebuffer -> note(data, buffer, NO_NUMBER, framebuffer));
        if (data.isEmpty()) {
            notes.drop(use, buffer);
        } else {
            notes.keep(use, buffer, new Note(SCHEMA, VERSION, data));
        }
    }

    private static void note(List<Long> data, BufferId buffer, int id, Framebuffer framebuffer) {
        if (framebuffer.buffer.equals(buffer) && data.size() + 3 + framebuffer.handles.length <= Note.MAX_DATA) {
            data.add((long) id);
            data.add((long) framebuffer.real);
            data.add((long) framebuffer.handles.length);
            for (int handle : framebuffer.handles) {
                data.add((long) handle);
            }
        }
    }

    /** Begins anew with what the notes on these buffers say. */
    void adopt(Iterable<BufferId> attached) {
        known.clear();
        retired.clear();
        handles.forget();
        for (BufferId buffer : attached) {
            List<Long> data = notes.kept(use, buffer).filter(n -> n.schema().equals(SCHEMA) && n.version() == VERSION).map(Note::data).orElse(List.of());
            for (int at = 0; at + 2 < data.size();) {
                int[] taken = new int[data.get(at + 2).intValue()];
                for (int i = 0; i < taken.length; i++) {
                    taken[i] = data.get(at + 3 + i).intValue();
                    handles.adopt(taken[i]);
                }
                Framebuffer framebuffer = new Framebuffer(buffer, data.get(at + 1).intValue(), taken);
                if (data.get(at) == NO_NUMBER) {
                    retired.add(framebuffer);
                } else {
                    known.put(data.get(at).intValue(), framebuffer);
                }
                at += 3 + taken.length;
            }
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
