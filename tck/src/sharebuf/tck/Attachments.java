package sharebuf.tck;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Use;
import sharebuf.format.FormatRange;
import sharebuf.format.Layout;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.importer.Importer.Phase;
import sharebuf.plugin.Live;
import sharebuf.plugin.MadeWayException;

/**
 * The broker's part against an importer: maps buffers for a device, tells, moves, and takes them away; judges what the device holds after each step.
 *
 * <p>Thread-safe, as long as each attachment is used by one thread.
 */
final class Attachments {
    private static final int COUNT = 3;
    private static final int ROUNDS = 8;
    private static final long LIMIT_NANOS = 5_000_000_000L;

    final TestDevice device;
    final TestFences fences = new TestFences();
    final TestNotes notes = new TestNotes();
    private final Map<Long, Attached> live = new TreeMap<>();
    private final AtomicLong nextBuffer = new AtomicLong(1);
    private final AtomicLong nextAttachment = new AtomicLong(1);

    /** What is wanted for a use. */
    record Wanted(BufferSpec spec, Layout layout) {
    }

    /** A call into the plug-in. */
    interface Call<T> {
        T make();
    }

    Attachments(TestDevice device) {
        this.device = device;
        device.jobs(b -> fences.open(b) > 0);
    }

    /** Makes a call as the seat does: bounded, and what it throws fails the case. */
    static <T> T call(String name, Call<T> call) {
        long begun = System.nanoTime();
        T answer;
        try {
            answer = call.make();
        } catch (MadeWayException e) {
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new CaseFailed(name + " threw " + e, e);
        }
        if (System.nanoTime() - begun > LIMIT_NANOS) {
            throw new CaseFailed(name + " took " + (System.nanoTime() - begun) / 1_000_000 + " ms; the seat allows " + LIMIT_NANOS / 1_000_000);
        }
        return answer;
    }

    synchronized Live live() {
        return new Live(List.of(), List.of(), List.copyOf(live.values()));
    }

    /** Everything that a use says it takes: each format in its least and in an ordinary size, in one object and in several. */
    static List<Wanted> wanted(Use use) {
        List<Wanted> all = new ArrayList<>();
        for (FormatRange range : use.formats()) {
            if (range.modifiers().contains(Modifier.LINEAR)) {
                PixelFormat.known().stream().filter(f -> f.base().equals(range.format()) && range.objects().permits(f)).forEach(f -> {
                    all.add(picture(f, range, range.sizes().minWidth(), range.sizes().minHeight()));
                    all.add(picture(f, range, side(range.sizes().minWidth(), range.sizes().maxWidth(), range.sizes().stepWidth(), 640),
                            side(range.sizes().minHeight(), range.sizes().maxHeight(), range.sizes().stepHeight(), 480)));
                });
            }
        }
        if (use.bytes() || use.anyFormat()) {
            List.of(4096L, 100_000L).forEach(n -> all.add(new Wanted(BufferSpec.bytes(n).count(COUNT), Layout.ofBytes(n))));
        }
        return all;
    }

    private static int side(int least, int most, int step, int about) {
        int wanted = Math.clamp(about, least, most);
        return least + (wanted - least) / step * step;
    }

    private static Wanted picture(PixelFormat format, FormatRange range, int width, int height) {
        Layout layout = range.exactPitch().map(p -> Layout.withPitch(format, height, p, range.heightAlign()))
                .orElseGet(() -> Layout.linear(format, width, height, range.pitchAlign(), range.heightAlign()));
        return new Wanted(BufferSpec.picture(format, width, height).count(COUNT), layout);
    }

    /** One of what it takes. */
    static Wanted any(Use use, Random random) {
        List<Wanted> all = wanted(use);
        if (all.isEmpty()) {
            throw new CaseFailed(use.id() + " takes neither linear pictures nor bytes");
        }
        return all.get(random.nextInt(all.size()));
    }

    /** Maps new buffers for the device, for a use or for what it calls one. */
    Attached map(Use use, Wanted wanted) {
        List<BufferId> buffers = new ArrayList<>();
        for (int i = 0; i < wanted.spec().count(); i++) {
            BufferId buffer = new BufferId(nextBuffer.getAndIncrement());
            buffers.add(buffer);
            device.map(buffer, wanted.layout().objects());
            fences.map(use, buffer);
            notes.map(use.id(), buffer);
        }
        return new Attached(nextAttachment.getAndIncrement(), use.id(), wanted.spec(), wanted.layout(), buffers);
    }

    /** Unmaps them. */
    void unmap(Attached a) {
        a.buffers().forEach(b -> {
            device.unmap(b);
            fences.unmap(a.use(), b);
            notes.unmap(a.use(), b);
        });
    }

    /** Attaches, or sees that a refusal left nothing. */
    Outcome<Attached> attach(Importer importer, Use use, Wanted wanted) {
        Attached a = map(use, wanted);
        boolean kept = false;
        try {
            Outcome<Outcome.Done> said = call("attached", () -> importer.attached(a));
            if (said == null) {
                throw new CaseFailed("attached returned null for " + wanted.spec());
            }
            if (said instanceof Outcome.No<Outcome.Done>(Refusal why)) {
                if (why.constraint().isBlank() || why.found().isBlank() || why.needed().isBlank()) {
                    throw new CaseFailed("attached refused with " + why + ", without constraint, found and needed, for " + wanted.spec());
                }
                requireGone(a, "refused");
                return Outcome.no(why);
            }
            synchronized (this) {
                live.put(a.id(), a);
            }
            kept = true;
            return Outcome.ok(a);
        } finally {
            if (!kept) {
                unmap(a);
            }
            requireNothingBroken();
        }
    }

    /** Attaches what has to be taken. */
    Attached attached(Importer importer, Use use, Wanted wanted) {
        return attach(importer, use, wanted).asOptional().orElseThrow(() -> new CaseFailed(use.id() + " refuses " + wanted.spec() + " as " + wanted.layout() + ", which it says it takes"));
    }

    private void requireGone(Attached a, String when) {
        List<String> held = device.holdsOf(a.buffers());
        if (!held.isEmpty()) {
            throw new CaseFailed(when + ", the device still holds " + String.join(", ", held));
        }
        int open = a.buffers().stream().mapToInt(fences::open).sum();
        if (open > 0) {
            throw new CaseFailed(when + ", " + open + " jobs on the buffers are not complete");
        }
    }

    /** Tells that they go, sees that the device has let go of them, and unmaps them. */
    void detach(Importer importer, Attached a) {
        try {
            call("detached", () -> {
                importer.detached(a);
                return true;
            });
            requireGone(a, "detached");
        } finally {
            forget(a);
            requireNothingBroken();
        }
    }

    void forget(Attached a) {
        synchronized (this) {
            live.remove(a.id());
        }
        unmap(a);
    }

    void detachAll(Importer importer) {
        live().attachments().forEach(a -> detach(importer, a));
    }

    static void notify(Importer importer, Attached a, Phase phase) {
        call("moveNotify " + phase, () -> {
            importer.moveNotify(a, phase);
            return true;
        });
    }

    /** What an application does meanwhile. */
    interface Meanwhile {
        /** Called between BEFORE and AFTER. */
        void happens() throws Exception;
    }

    /**
     * Moves buffers in the order of the broker, or gives the move up.
     *
     * @param work collects what the device has done; empty when nothing works
     */
    void move(Importer importer, Use use, Attached a, boolean really, Optional<DeviceWork> work, Meanwhile meanwhile) throws Exception {
        boolean writes = use.access().writes();
        Set<Integer> old = Set.of();
        fences.moving(a.buffers(), true);
        try {
            notify(importer, a, Phase.BEFORE);
            settle(work);
            if (writes) {
                requireComplete(a.buffers().stream().mapToInt(fences::open).sum(), "writing", "before the move, with the device done and all of it dequeued");
            }
            meanwhile.happens();
            if (really) {
                old = device.move(a.buffers());
                fences.moved(a.buffers());
            }
            if (!writes) {
                notify(importer, a, Phase.AFTER);
            }
        } finally {
            fences.moving(a.buffers(), false);
        }
        if (writes) {
            notify(importer, a, Phase.AFTER);
            if (!fences.heldBack(a.buffers()).isEmpty()) {
                throw new CaseFailed("held back jobs on " + fences.heldBack(a.buffers()) + " while they moved, and did not begin them when it was over");
            }
        }
        device.heal(); // what was to fail, failed by now: the rest is the application's
        requireNothingBroken();
        if (really) {
            release(importer, a, old, work);
        }
    }

    private void release(Importer importer, Attached a, Set<Integer> old, Optional<DeviceWork> work) throws Exception {
        settle(work);
        if (before(a.buffers()) > 0) {
            notify(importer, a, Phase.RELEASE);
            settle(work);
        }
        requireComplete(before(a.buffers()), "", "on the memory from before the move, after RELEASE");
        if (a.buffers().stream().noneMatch(fences::keeps)) {
            Set<Integer> held = device.holding();
            held.retainAll(old);
            if (!held.isEmpty()) {
                throw new CaseFailed("the device still holds descriptors " + held + " of memory that " + a.buffers() + " were moved away from");
            }
            device.free(old);
        }
        requireNothingBroken();
    }

    private int before(Collection<BufferId> buffers) {
        return buffers.stream().mapToInt(fences::before).sum();
    }

    private static void requireComplete(int open, String what, String when) {
        if (open > 0) {
            throw new CaseFailed(open + " " + what + (what.isEmpty() ? "" : " ") + "jobs are not complete " + when);
        }
    }

    /** The device does what it has, and the application takes it back. */
    private void settle(Optional<DeviceWork> work) throws Exception {
        for (int i = 0; i < ROUNDS && device.finish(); i++) {
            if (work.isPresent()) {
                work.get().collect();
            }
        }
        if (work.isPresent()) {
            work.get().collect();
        }
    }

    void requireNothingBroken() {
        device.broken().ifPresent(what -> {
            throw new CaseFailed(what);
        });
    }
}
