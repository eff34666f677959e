package sharebuf.app.flow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.BundleContext;
import sharebuf.app.media.Turn;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.buffer.Sharing;
import sharebuf.device.BufferCount;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.video.VideoDevice.Queue;

/**
 * A pipeline with memory, at work: sets are allocated for the uses of each, devices are set up, frames flow until the feed ends. Where the first
 * device makes pictures of others', as a decoder does, the CPU draws those into a set before.
 *
 * <p>Confined to the thread that made it, but for {@link #attach}, which any one thread calls, and for
 * {@link #enter} and {@link #detach}, which the camera's thread calls between two frames or has called while it waits.
 * {@link #close} stops the devices and gives the memory back, whatever happened before.
 */
public final class Stream implements AutoCloseable {
    /**
     * A copy by the CPU.
     *
     * @param from who writes the set that is copied
     * @param to who reads the copy
     * @param bytesPerFrame bytes of a picture
     * @param why they do not share
     */
    public record Copy(UseId from, List<UseId> to, long bytesPerFrame, Refusal why) {
        /** Copies the list. */
        public Copy {
            to = List.copyOf(to);
        }
    }

    private final Wanted wanted;
    private final BufferBroker broker;
    private final Session session;
    private final Devices devices;
    private final Sinks sinks;
    private final Optional<FrameFeed> feed;
    private final AtomicReference<FlowFailure> failure = new AtomicReference<>();
    private final List<Flow> flows = new ArrayList<>();
    private final List<Copy> copies = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final Map<UseId, Branch> branches = new ConcurrentHashMap<>();
    private long begun;
    private long ended;

    /**
     * Allocates memory for a pipeline.
     *
     * @param context of this bundle
     * @param broker who knows which memory suits
     * @param session who owns it
     * @param wanted what the pipeline is
     * @throws RefusedException when no memory suits, or there is no such device
     */
    public Stream(BundleContext context, BufferBroker broker, Session session, Wanted wanted) {
        this.wanted = wanted;
        this.broker = broker;
        this.session = session;
        devices = new Devices(broker, session, wanted);
        sinks = new Sinks(context);
        feed = wanted.frames() instanceof FrameFeed f ? Optional.of(f) : Optional.empty();
        try {
            for (List<String> names : wanted.sets()) {
                List<UseId> uses = uses(names);
                enough(uses);
                if (flows.isEmpty()) {
                    feeding(uses.getFirst()).ifPresent(fed -> flows.add(flow(session.allocateFor(wanted.pictures(), fed).orThrow())));
                }
                flows.add(wanted.copy() ? apart(uses) : flow(session.allocateFor(wanted.pictures(), uses).orThrow()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Frames stop for good when devices keep all buffers. */
    private void enough(List<UseId> uses) {
        BufferCount needed = BufferCount.of(broker.uses().stream().filter(u -> uses.contains(u.id())).toList());
        int count = wanted.pictures().count();
        if (count < needed.least()) {
            UseId last = broker.uses().stream().filter(u -> uses.contains(u.id()) && u.lettingGo() == LettingGo.FLIP).findFirst().orElseThrow().id();
            throw new RefusedException(Refusal.of(Errno.EINVAL, "count", count == 1 ? "1 buffer" : count + " buffers", "at least " + needed.least()
                    + ": one stays on the screen until another comes").about(last.device(), last.use()).fixedBy("--count " + needed.smooth()));
        }
    }

    /** Where the CPU writes, a device that does both reads. */
    private List<UseId> uses(List<String> names) {
        if (!names.getFirst().equals(CpuReader.CPU.device())) {
            List<UseId> uses = broker.resolve(names).orThrow();
            UseId first = uses.getFirst();
            if (broker.uses().stream().anyMatch(u -> u.id().equals(first) && !u.access().writes())) {
                throw new RefusedException(Refusal.of(Errno.EINVAL, "pipeline", first + " left of an arrow, which only reads", "a device that writes")
                        .about(first.device(), first.use()));
            }
            return uses;
        }
        List<UseId> uses = new ArrayList<>(List.of(CpuReader.CPU));
        for (String name : names.subList(1, names.size())) {
            UseId use = broker.resolve(List.of(name)).orThrow().getFirst();
            uses.add(name.indexOf(':') < 0 ? devices.input(use).map(Use::id).orElse(use) : use);
        }
        return uses;
    }

    /** Who takes part in the set before a first device that has to be given pictures; empty when it is a camera, or the CPU itself. */
    private Optional<List<UseId>> feeding(UseId first) {
        Optional<UseId> input = first.equals(CpuReader.CPU) ? Optional.empty() : devices.input(first).map(Use::id);
        if (feed.isEmpty() && (input.isPresent() || first.equals(CpuReader.CPU))) {
            throw new RefusedException(Refusal.of(Errno.EINVAL, "pipeline", first + " as the first, which no camera feeds", "a camera at the beginning")
                    .about(first.device(), first.use()));
        }
        return input.map(in -> List.of(CpuReader.CPU, in));
    }

    /** The set of the writer; readers that take no memory of it get sets of their own, filled by the CPU. */
    private Flow apart(List<UseId> uses) {
        Sharing sharing = session.allocateApart(wanted.pictures(), uses).orThrow();
        Flow first = flow(sharing.sets().getFirst());
        for (BufferSet other : sharing.sets().subList(1, sharing.sets().size())) {
            Copier copier = new Copier(first, flow(other), wanted.raster());
            first.copiers().add(copier);
            copies.add(new Copy(first.set().uses().getFirst(), other.uses().stream().filter(u -> !u.equals(CpuReader.CPU)).toList(), wanted.raster().size(),
                    sharing.why().orElseThrow()));
        }
        return first;
    }

    /** Pictures of a camera that nobody feeds carry no stamp. */
    private Flow flow(BufferSet set) {
        Optional<Tally> tally = feed.isPresent() ? Optional.empty()
                : Optional.of(sinks.add(new Tally(String.join(" + ", set.uses().stream().filter(u -> !u.equals(CpuReader.CPU)).map(UseId::toString).toList()), set.buffers().size())));
        return new Flow(set, tally, failure);
    }

    /**
     * The sets, those of terminal devices last.
     *
     * @return in order of the pipeline
     */
    public List<BufferSet> sets() {
        List<BufferSet> sets = new ArrayList<>();
        flows.stream().flatMap(f -> f.family().stream()).forEach(f -> sets.add(f.set()));
        branches.values().stream().flatMap(b -> b.outcome().stream()).forEach(t -> sets.add(t.flow().set()));
        return sets;
    }

    /**
     * Where the CPU copies.
     *
     * @return one a set that is filled from another
     */
    public List<Copy> copies() {
        return List.copyOf(copies);
    }

    /**
     * Sets devices up and starts them, readers before writers, the camera last.
     *
     * @throws FlowFailure when a device does not do what it should
     * @throws RefusedException when there is no memory for what a terminal device writes
     */
    public void start() throws FlowFailure {
        for (int i = 0; i < flows.size(); i++) {
            Flow flow = flows.get(i);
            UseId use = flow.set().uses().getFirst();
            boolean camera = i == 0;
            if (use.equals(CpuReader.CPU)) {
                writers.add(new CpuWriter(flow, feed.orElseThrow(), wanted.before(), wanted.raster(), interval().orElse(Duration.ZERO)));
                continue;
            }
            VideoWriter writer = new VideoWriter(devices.video(use), use, flow,
                    camera ? Optional.of(new VideoWriter.Camera(wanted.frames(), wanted.before())) : Optional.empty());
            devices.setFormat(devices.video(use), Queue.CAPTURE, use, flow.set());
            if (camera) {
                if (interval().isPresent()) {
                    writer.pace(interval().get());
                }
                feed.ifPresent(f -> sinks.source(use.device(), f));
            }
            writers.add(writer);
        }
        for (int i = flows.size() - 1; i >= 0; i--) {
            Flow flow = flows.get(i);
            for (Flow each : flow.family()) {
                for (Attachment attachment : each.set().attachments()) {
                    if (!attachment.use().access().writes() && !attachment.use().id().equals(CpuReader.CPU)) {
                        enter(prepare(each, attachment, i == flows.size() - 1), 0);
                    }
                }
            }
            for (Copier copier : flow.copiers()) {
                copier.start();
                flow.readers().add(copier);
            }
        }
        flows.forEach(f -> f.family().forEach(Flow::prepare));
        begun = System.nanoTime();
        for (int i = flows.size() - 1; i >= 0; i--) {
            writers.get(i).start();
        }
    }

    private Optional<Duration> interval() {
        return wanted.fps().isEmpty() ? Optional.empty()
                : Optional.of(wanted.fps().getAsInt() == 0 ? Duration.ZERO : Duration.ofNanos(1_000_000_000L / wanted.fps().getAsInt()));
    }

    /**
     * A reader that works, and what it writes in turn, on the way into the stream.
     *
     * <p>Immutable.
     */
    public static final class Joining {
        private final Flow flow;
        private final Branch branch;

        private Joining(Flow flow, Branch branch) {
            this.flow = flow;
            this.branch = branch;
        }

        /**
         * Who joins.
         *
         * @return its use
         */
        public UseId use() {
            return branch.reader().use();
        }
    }

    /** Starts a reader, and what it writes in turn when nobody else of the pipeline reads that. When that fails, nothing of it is left. */
    private Joining prepare(Flow flow, Attachment attachment, boolean terminal) throws FlowFailure {
        UseId use = attachment.use().id();
        Reader reader = devices.reader(use, flow);
        Optional<Witness> witness = feed.map(f -> sinks.watch(use.device(), new Witness(use.toString(), Long.MAX_VALUE, wanted.keep().apply(use.device()).orElse((raster, pixels) -> { }))));
        Optional<Branch.Tail> tail = Optional.empty();
        try {
            if (terminal) {
                Optional<Use> output = devices.output(use);
                if (output.isPresent()) {
                    tail = Optional.of(tail(output.get()));
                }
            }
            reader.start();
        } catch (FlowFailure | RuntimeException e) {
            tail.ifPresent(this::discard);
            quietly(reader::finish);
            sinks.unwatch(use.device());
            witness.ifPresent(sinks::forget);
            throw e;
        }
        return new Joining(flow, new Branch(reader, attachment, witness, tail));
    }

    /**
     * A reader that was prepared gets every frame from this one on. Called between two frames.
     *
     * @param joining who
     * @param frame number of the next frame
     */
    public void enter(Joining joining, long frame) {
        joining.branch.witness().ifPresent(w -> w.joins(frame));
        joining.branch.outcome().flatMap(Branch.Tail::witness).ifPresent(w -> w.joins(frame));
        branches.put(joining.use(), joining.branch);
        joining.flow.readers().add(joining.branch.reader());
    }

    /**
     * A reader that was prepared does not join after all: the stream has no frame any more.
     *
     * @param joining who
     */
    public void leave(Joining joining) {
        Branch branch = joining.branch;
        branch.outcome().ifPresent(this::discard);
        quietly(branch.reader()::finish);
        sinks.unwatch(joining.use().device());
        branch.witness().ifPresent(sinks::forget);
        branch.attachment().detach();
    }

    private Branch.Tail tail(Use output) throws FlowFailure {
        var spec = output.formats().isEmpty() ? devices.bitstream() : wanted.pictures();
        BufferSet set = session.allocateFor(spec, List.of(output.id(), CpuReader.CPU)).orThrow();
        Flow flow = flow(set);
        VideoWriter writer = new VideoWriter(devices.video(output.id()), output.id(), flow, Optional.empty());
        Optional<Witness> witness = feed.map(f -> sinks.add(new Witness("cpu reading " + output.id(), Long.MAX_VALUE, (raster, pixels) -> { })));
        CpuReader reader = new CpuReader(output.id(), flow, witness.map(w -> devices.look(set, feed.orElseThrow(), w)).orElse((access, number) -> { }));
        Branch.Tail tail = new Branch.Tail(flow, writer, reader, witness);
        try {
            devices.setFormat(devices.video(output.id()), Queue.CAPTURE, output.id(), set);
            reader.start();
            flow.readers().add(reader);
            writer.start();
        } catch (FlowFailure | RuntimeException e) {
            discard(tail);
            throw e;
        }
        return tail;
    }

    /** Ends a tail that nothing will ever feed. */
    private void discard(Branch.Tail tail) {
        tail.writer().expectOnly(0);
        quietly(tail.writer()::join);
        quietly(tail.reader()::finish);
        quietly(tail.writer()::finish);
        tail.flow().set().close();
        tail.witness().ifPresent(sinks::forget);
    }

    /**
     * Waits until the last frame went through everything, then stops the devices.
     *
     * @throws FlowFailure when frames stopped flowing
     */
    public void await() throws FlowFailure {
        for (int i = 0; i < flows.size(); i++) {
            Writer writer = writers.get(i);
            if (i > 0) {
                writer.expectOnly(accepted(flows.get(i - 1), writer.use().device()));
            }
            writer.join();
            for (Reader reader : flows.get(i).readers()) {
                reader.finish();
            }
        }
        ended = System.nanoTime();
        for (Branch branch : branches.values()) {
            finish(branch);
        }
        for (Writer writer : writers) {
            writer.finish();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private static long accepted(Flow flow, String device) {
        return flow.family().stream().flatMap(f -> f.readers().stream()).filter(r -> r.use().device().equals(device)).mapToLong(r -> ((VideoReader) r).accepted()).sum();
    }

    /** The reader is done; what it wrote in turn is read to the end. */
    private static void finish(Branch branch) throws FlowFailure {
        branch.reader().finish();
        if (branch.outcome().isPresent() && branch.reader() instanceof VideoReader reader) {
            Branch.Tail tail = branch.outcome().get();
            tail.writer().expectOnly(reader.accepted());
            tail.writer().join();
            tail.reader().finish();
            tail.writer().finish();
        }
    }

    /**
     * A device joins the camera's set, whose buffers may be moved for it. While that goes on, frames have to flow: a thread that the camera waits
     * for must not call this where moves are allowed.
     *
     * @param name a device or a use
     * @param policy whether buffers may be moved for it
     * @return a reader that works and gets no frame yet, for {@link #enter} or {@link #leave}; or why not, then everything is as before
     * @throws FlowFailure when the device does not work; then, too, everything is as before, but for a move that was made
     */
    public Outcome<Joining> attach(String name, MovePolicy policy) throws FlowFailure {
        Flow flow = flows.getFirst();
        Outcome<List<UseId>> resolved = broker.resolve(List.of(flow.set().uses().getFirst().toString(), name));
        if (resolved instanceof Outcome.No<List<UseId>>(var refusal)) {
            return Outcome.no(refusal);
        }
        UseId use = resolved.orThrow().getLast();
        if (!flow.set().uses().contains(use) && busy(use.device())) {
            return Outcome.no(Refusal.of(Errno.EBUSY, "device", use.device() + " works for another set of the pipeline", "a device that is free")
                    .about(use.device(), use.use()).fixedBy("leave out attach=" + name));
        }
        switch (flow.set().attach(use, policy)) {
            case Outcome.No<Attachment>(var refusal) -> {
                return Outcome.no(refusal);
            }
            case Outcome.Ok<Attachment>(Attachment attachment) -> {
                try {
                    return Outcome.ok(prepare(flow, attachment, true));
                } catch (RefusedException e) {
                    attachment.detach();
                    return Outcome.no(e.refusal());
                } catch (FlowFailure e) {
                    attachment.detach();
                    throw e;
                }
            }
        }
    }

    private boolean busy(String device) {
        return branches.keySet().stream().anyMatch(u -> u.device().equals(device)) || writers.stream().anyMatch(w -> w.use().device().equals(device));
    }

    /**
     * A device leaves its set.
     *
     * @param name a device or a use
     * @param frame number of the first frame that it does not get any more
     * @return empty when it left; else why not
     * @throws FlowFailure when it does not give its buffers back
     */
    public Optional<String> detach(String name, long frame) throws FlowFailure {
        Optional<Branch> found = branches.values().stream()
                .filter(b -> b.reader().use().toString().equals(name) || b.reader().use().device().equals(name)).findFirst();
        if (found.isEmpty()) {
            return Optional.of(name + " reads no set; readers: " + String.join(", ", branches.keySet().stream().map(UseId::toString).sorted().toList()));
        }
        Branch branch = found.get();
        UseId use = branch.reader().use();
        if (writers.stream().anyMatch(w -> w.use().device().equals(use.device()))) {
            return Optional.of(use + " feeds the next set of the pipeline");
        }
        boolean first = flows.getFirst().readers().remove(branch.reader());
        flows.stream().flatMap(f -> f.family().stream()).forEach(f -> f.readers().remove(branch.reader()));
        finish(branch);
        // Behind a memory-to-memory device frames are counted by that device; there the last one that was seen is the last one meant.
        long behind = first ? frame : branch.witness().map(Witness::seen).orElse(frame);
        branch.witness().ifPresent(w -> w.leaves(behind));
        branch.outcome().flatMap(Branch.Tail::witness).ifPresent(w -> w.leaves(behind));
        branches.remove(use);
        branch.attachment().detach();
        branch.outcome().ifPresent(t -> t.flow().set().close());
        sinks.unwatch(use.device());
        return Optional.empty();
    }

    /**
     * What became of the frames.
     *
     * @return the verdict, over all readers that there were
     */
    public Verdict verdict() {
        return Verdict.of(wanted.frames().total(), sinks.books());
    }

    /**
     * Who sees pictures turned.
     *
     * @return readers that were shown whole pictures in another order than they were made in
     */
    public Map<String, Turn> turned() {
        Map<String, Turn> turned = new TreeMap<>();
        sinks.books().stream().filter(b -> b.turn() != Turn.NONE).forEach(b -> turned.put(b.reader(), b.turn()));
        return turned;
    }

    /**
     * How many frames there were.
     *
     * @return those included that the camera lost
     */
    public long frames() {
        return wanted.frames().total();
    }

    /**
     * How long frames flowed.
     *
     * @return from the start of the camera until the last frame was read, or until now
     */
    public Duration flowed() {
        return begun == 0 ? Duration.ZERO : Duration.ofNanos((ended == 0 ? System.nanoTime() : ended) - begun);
    }

    @Override
    public void close() {
        wanted.frames().stop();
        failure.compareAndSet(null, new FlowFailure("stopped", null));
        for (Branch branch : branches.values()) {
            quietly(() -> finish(branch));
        }
        for (Writer writer : writers) {
            quietly(writer::finish);
        }
        sinks.close();
        branches.values().forEach(b -> b.outcome().ifPresent(t -> t.flow().set().close()));
        flows.stream().flatMap(f -> f.family().stream()).forEach(f -> f.set().close());
    }

    private interface Step {
        void run() throws FlowFailure;
    }

    /** While giving things back nothing may stop the next thing from being given back; the first failure was told already. */
    private static void quietly(Step step) {
        try {
            step.run();
        } catch (FlowFailure | RuntimeException e) {
            // Told already, or a consequence of what was.
        }
    }
}
