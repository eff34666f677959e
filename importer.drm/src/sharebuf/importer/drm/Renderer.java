package sharebuf.importer.drm;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Note;

/**
 * A card without outputs: it imports buffers and holds them as long as they are attached. The handles belong to the open node and
 * outlive an importer: a note on each buffer (schema {@value #SCHEMA}: its handles) tells a successor which they are.
 *
 * <p>Thread-safe.
 */
final class Renderer {
    private static final String SCHEMA = "drm.handles";
    private static final int VERSION = 1;

    private final UseId use;
    private final Notes notes;
    private final Handles handles;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Map<BufferId, List<Integer>>> held = new HashMap<>();

    Renderer(DeviceNode node, UseId use, Notes notes) {
        this.use = use;
        this.notes = notes;
        handles = new Handles(node, Arena.ofAuto()); // a late caller may still use it when the component has gone
    }

    /** Imports all objects; when one is refused, none is left. */
    void attach(Attached attached) throws DeviceException {
        lock.lock();
        try {
            Map<BufferId, List<Integer>> taken = new LinkedHashMap<>();
            boolean all = false;
            try {
                for (BufferId buffer : attached.buffers()) {
                    List<Integer> own = taken.computeIfAbsent(buffer, b -> new ArrayList<>());
                    for (int i = 0; i < attached.layout().objects().size(); i++) {
                        own.add(handles.take(new ObjectId(buffer, i), attached.layout().objects().get(i)));
                    }
                }
                all = true;
            } finally {
                if (!all) {
                    release(taken);
                }
            }
            held.put(attached.id(), taken);
            taken.forEach((buffer, own) -> notes.keep(use, buffer, new Note(SCHEMA, VERSION, own.stream().map(Integer::longValue).toList())));
        } finally {
            lock.unlock();
        }
    }

    /** Holds what the buffers are made of now instead of what they were; of what is not attached, nothing. */
    void moved(Attached attached) throws DeviceException {
        lock.lock();
        try {
            Map<BufferId, List<Integer>> old = held.get(attached.id());
            if (old != null) {
                attach(attached);
                release(old);
            }
        } finally {
            lock.unlock();
        }
    }

    void detach(Attached attached) throws DeviceException {
        lock.lock();
        try {
            Map<BufferId, List<Integer>> gone = held.remove(attached.id());
            if (gone != null) {
                gone.keySet().stream().filter(b -> held.values().stream().noneMatch(h -> h.containsKey(b))).forEach(b -> notes.drop(use, b));
                release(gone);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes over what another instance holds. */
    void adopt(List<Attached> live) {
        lock.lock();
        try {
            held.clear();
            handles.forget();
            for (Attached attached : live) {
                Map<BufferId, List<Integer>> own = new LinkedHashMap<>();
                for (BufferId buffer : attached.buffers()) {
                    List<Integer> kept = notes.kept(use, buffer).filter(n -> n.schema().equals(SCHEMA) && n.version() == VERSION)
                        .map(n -> n.data().stream().map(Long::intValue).toList()).orElse(List.of());
                    kept.forEach(handles::adopt);
                    own.put(buffer, kept);
                }
                held.put(attached.id(), own);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Releases all of them, whatever one says. */
    private void release(Map<BufferId, List<Integer>> taken) throws DeviceException {
        DeviceException first = null;
        for (List<Integer> own : taken.values()) {
            for (int handle : own) {
                try {
                    handles.release(handle);
                } catch (DeviceException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (first != null && first.errno() != Errno.ENODEV) {
            throw first;
        }
    }
}
