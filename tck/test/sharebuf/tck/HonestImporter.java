package sharebuf.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.node.DeviceWaits;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/** Keeps the contract in the plainest way: imports what is attached, and works on first objects. Its own application, too. */
class HonestImporter implements Importer, DeviceWork {
    static final String SCHEMA = "blitter.imports";

    final DeviceNode node;
    final Fences fences;
    final Notes notes;
    final DeviceWaits waits;
    final UseId use;
    private final Access access;
    /** What the device has imported of a buffer. */
    final Map<BufferId, List<Integer>> imported = new LinkedHashMap<>();
    /** What it works on. */
    final Map<BufferId, Integer> jobs = new HashMap<>();
    final Set<BufferId> heldBack = new LinkedHashSet<>();

    HonestImporter(DeviceNode node, Fences fences, Notes notes, Access access) {
        this.node = node;
        this.fences = fences;
        this.notes = notes;
        this.access = access;
        waits = new DeviceWaits(node);
        use = new UseId(node.device().name(), "blit");
    }

    int ioctl(long request, int descriptor) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            return node.ioctl(request, arena.allocateFrom(ValueLayout.JAVA_INT, descriptor));
        }
    }

    @Override
    public List<Use> uses() {
        FormatRange picture = FormatRange.linear(PixelFormat.NV12, ObjectRule.EITHER, new SizeRange(16, 1024, 2, 16, 1024, 2));
        return List.of(new Use(use, access, node.device().dma(), List.of(picture), true, LettingGo.BETWEEN_JOBS, 1));
    }

    @Override
    public synchronized void adopt(Live live) throws Exception {
        imported.clear();
        jobs.clear();
        for (Attached a : live.attachments()) {
            for (BufferId buffer : a.buffers()) {
                List<Integer> own = read(notes.kept(use, buffer).orElseThrow());
                imported.put(buffer, own);
                for (int descriptor : own) {
                    if (ioctl(Blitter.WORKS, descriptor) == 1) {
                        jobs.put(buffer, descriptor);
                    }
                }
            }
        }
    }

    List<Integer> read(Note note) {
        if (!note.schema().equals(SCHEMA) || note.version() != 1) {
            throw new IllegalStateException("a note of " + note.schema() + " version " + note.version());
        }
        return note.data().stream().map(Long::intValue).toList();
    }

    @Override
    public synchronized Outcome<Outcome.Done> attached(Attached attached) {
        if (!attached.use().equals(use)) {
            return Outcome.no(Refusal.of(Errno.EINVAL, "use", attached.use().toString(), use.toString()));
        }
        Map<BufferId, List<Integer>> taken = new LinkedHashMap<>();
        try {
            for (BufferId buffer : attached.buffers()) {
                taken.put(buffer, new ArrayList<>());
                take(attached, buffer, taken.get(buffer));
            }
        } catch (DeviceException e) {
            return refused(taken, e);
        }
        taken.forEach(this::keep);
        return Outcome.ok();
    }

    void take(Attached attached, BufferId buffer, List<Integer> into) throws DeviceException {
        for (int i = 0; i < attached.layout().objects().size(); i++) {
            int descriptor = node.handle(new ObjectId(buffer, i));
            ioctl(Blitter.IMPORT, descriptor);
            into.add(descriptor);
        }
    }

    Outcome<Outcome.Done> refused(Map<BufferId, List<Integer>> taken, DeviceException e) {
        taken.values().forEach(this::drop);
        return Outcome.no(Refusal.of(e.errno(), e.operation(), e.errno().toString(), "memory that the device takes").about(e.device(), ""));
    }

    void keep(BufferId buffer, List<Integer> own) {
        imported.put(buffer, own);
        notes.keep(use, buffer, new Note(SCHEMA, 1, own.stream().map(Integer::longValue).toList()));
    }

    void drop(List<Integer> descriptors) {
        for (int descriptor : descriptors) {
            try {
                ioctl(Blitter.DROP, descriptor);
            } catch (DeviceException e) {
                continue; // gone all the same
            }
        }
    }

    @Override
    public synchronized void detached(Attached attached) {
        for (BufferId buffer : attached.buffers()) {
            heldBack.remove(buffer);
            stop(buffer);
            List<Integer> own = imported.remove(buffer);
            if (own != null) {
                drop(own);
            }
        }
    }

    void stop(BufferId buffer) {
        Integer descriptor = jobs.remove(buffer);
        if (descriptor != null) {
            try {
                ioctl(Blitter.STOP, descriptor);
            } catch (DeviceException e) {
                return; // the device is gone
            } finally {
                fences.complete(use, buffer);
            }
        }
    }

    @Override
    public synchronized void moveNotify(Attached attached, Phase phase) {
        if (phase == Phase.AFTER && imported.keySet().containsAll(attached.buffers())) {
            renew(attached);
            goOn();
        }
    }

    /** Imports what the buffers are now. What the device still works on stays until it is done. */
    void renew(Attached attached) {
        for (BufferId buffer : attached.buffers()) {
            List<Integer> old = imported.get(buffer);
            List<Integer> fresh = new ArrayList<>();
            try {
                take(attached, buffer, fresh);
            } catch (DeviceException e) {
                undo(fresh);
                throw new IllegalStateException(e);
            }
            List<Integer> all = new ArrayList<>(fresh);
            List<Integer> over = new ArrayList<>(old);
            over.removeAll(fresh);
            Integer job = jobs.get(buffer);
            if (job != null && over.remove(job)) {
                all.add(job);
            }
            drop(over);
            keep(buffer, all);
        }
    }

    void undo(List<Integer> fresh) {
        drop(fresh);
    }

    private void goOn() {
        List.copyOf(heldBack).forEach(buffer -> {
            heldBack.remove(buffer);
            start(buffer);
        });
    }

    synchronized void start(BufferId buffer) {
        if (jobs.containsKey(buffer) || heldBack.contains(buffer)) {
            return;
        }
        if (!fences.tryBegin(use, buffer)) {
            heldBack.add(buffer);
            return;
        }
        work(buffer);
    }

    void work(BufferId buffer) {
        try {
            ioctl(Blitter.START, imported.get(buffer).getFirst());
            jobs.put(buffer, imported.get(buffer).getFirst());
        } catch (DeviceException e) {
            fences.complete(use, buffer);
        }
    }

    @Override
    public void makeWay() {
        waits.makeWay();
    }

    @Override
    public void carryOn() {
        waits.carryOn();
    }

    @Override
    public void begin(Attached attached) {
        attached.buffers().forEach(this::start);
    }

    @Override
    public void goOn(Attached attached) {
        attached.buffers().stream().filter(b -> !jobs.containsKey(b)).findFirst().ifPresent(this::start);
    }

    @Override
    public synchronized void collect() throws DeviceException {
        for (Optional<Integer> done = done(); done.isPresent(); done = done()) {
            finished(done.get());
        }
    }

    private Optional<Integer> done() throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment descriptor = arena.allocate(ValueLayout.JAVA_INT);
            node.ioctl(Blitter.DONE, descriptor);
            return Optional.of(descriptor.get(ValueLayout.JAVA_INT, 0));
        } catch (DeviceException e) {
            if (e.errno() == Errno.EAGAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void finished(int descriptor) throws DeviceException {
        for (Map.Entry<BufferId, Integer> each : List.copyOf(jobs.entrySet())) {
            if (each.getValue() == descriptor) {
                BufferId buffer = each.getKey();
                jobs.remove(buffer);
                fences.complete(use, buffer);
                if (node.handle(new ObjectId(buffer, 0)) != descriptor) { // it was moved meanwhile
                    List<Integer> left = new ArrayList<>(imported.get(buffer));
                    left.remove((Integer) descriptor);
                    drop(List.of(descriptor));
                    keep(buffer, left);
                }
            }
        }
    }

    @Override
    public void await(Duration limit) throws Exception {
        waits.poll(DeviceNode.POLLIN, limit);
    }

    @Override
    public synchronized void end() {
        heldBack.clear();
        List.copyOf(jobs.keySet()).forEach(this::stop);
    }
}
