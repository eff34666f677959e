package sharebuf.app.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.Stream;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.MoveReport;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;

/**
 * Does what {@code --at} says. All is done on a thread of its own, one after another. Bundles are changed while frames flow; devices
 * join and leave between two frames. One whose buffers may be moved for it is made ready while frames flow, and joins at the first frame behind.
 *
 * <p>Thread-safe: {@link #reached} is the camera's thread.
 */
final class Events implements AutoCloseable {
    private static final long LIMIT_SECONDS = 30;

    private final LiveBoard board;
    private final Session session;
    private final Stream stream;
    private final BufferSpec spec;
    private final MovePolicy policy;
    private final Deque<Happening> waiting;
    private final Queue<Joined> ready = new ConcurrentLinkedQueue<>();
    private final Pauses pauses = new Pauses();
    private Future<?> moving = CompletableFuture.completedFuture(null);
    private final List<Event> done = new ArrayList<>();
    private final List<Begun> begun = new ArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sharebuf-events").daemon().factory());

    /** A device that is ready to join, and what was done for it. */
    private record Joined(Happening happening, Stream.Joining reader, long micros, List<MoveReport> moves) {
    }

    Events(LiveBoard board, Session session, Stream stream, RunOptions options, BufferSpec spec) {
        this.board = board;
        this.session = session;
        this.stream = stream;
        this.spec = spec;
        policy = options.move();
        waiting = new ArrayDeque<>(options.happenings());
    }

    /** An action, and its end. */
    private record Begun(Happening happening, Future<?> end) {
    }

    /** The camera is about to hand a frame out. */
    void reached(long frame) {
        pauses.frame(System.nanoTime());
        enter(frame);
        while (!waiting.isEmpty() && waiting.peek().frame() <= frame) {
            boolean device = waiting.peek().action() == Happening.Action.DETACH || waiting.peek().action() == Happening.Action.ATTACH;
            if (device && !moving.isDone()) {
                break; // one after another, and not on this thread, for which the move may be waiting
            }
            Happening next = waiting.poll();
            Begun job = new Begun(next, thread.submit(() -> run(next, frame)));
            if (next.action() == Happening.Action.ATTACH && policy instanceof MovePolicy.Allow) {
                moving = job.end(); // waits for what the camera fills: the frames must come
                begun.add(job);
            } else if (device) {
                await(job);
            } else {
                begun.add(job);
            }
        }
        enter(frame);
    }

    /** Those that are ready get this frame and those behind it. */
    private void enter(long frame) {
        for (Joined j = ready.poll(); j != null; j = ready.poll()) {
            stream.enter(j.reader, frame);
            add(Event.of(j.happening, Event.Outcome.OK, j.micros, j.reader.use() + " joined at frame " + frame
                    + j.moves.stream().map(m -> "; " + Pauses.told(m)).collect(Collectors.joining())).moved(bytes(j.moves)));
        }
    }

    private void add(Event event) {
        synchronized (done) {
            done.add(event);
        }
    }

    private void run(Happening h, long frame) {
        long start = System.nanoTime();
        try {
            switch (h.action()) {
                case ATTACH -> attach(h, start);
                case DETACH -> add(stream.detach(h.target(), frame)
                        .map(why -> Event.of(h, Event.Outcome.FAILED, micros(start), why))
                        .orElseGet(() -> Event.of(h, Event.Outcome.OK, micros(start), h.target() + " left at frame " + frame)));
                case STOP -> add(changed(h, board.deployer().stop(h.target())));
                case START -> add(probed(changed(h, board.deployer().start(h.target()))));
                case INSTALL -> add(probed(changed(h, board.deployer().install(h.jar().orElseThrow()))));
                case SWAP -> add(probed(changed(h, board.deployer().swap(h.bundle(), h.jar()))));
            }
        } catch (FlowFailure | RuntimeException e) {
            add(Event.of(h, Event.Outcome.FAILED, micros(start), String.valueOf(e.getMessage())));
        }
    }

    private void attach(Happening h, long start) throws FlowFailure {
        BufferSet set = stream.sets().getFirst();
        int before = set.moves().size();
        Outcome<Stream.Joining> joining = stream.attach(h.target(), policy);
        List<MoveReport> moves = set.moves().subList(before, set.moves().size());
        moves.forEach(pauses::moved);
        switch (joining) {
            case Outcome.Ok<Stream.Joining>(Stream.Joining reader) -> ready.add(new Joined(h, reader, micros(start), moves));
            case Outcome.No<Stream.Joining>(var refusal) -> add(Event.refused(h, micros(start), refusal).moved(bytes(moves)));
        }
    }

    private static long bytes(List<MoveReport> moves) {
        return moves.stream().mapToLong(MoveReport::bytes).sum();
    }

    private static Event changed(Happening h, Deployer.Change change) {
        Event event = Event.of(h, change.done() ? Event.Outcome.OK : Event.Outcome.FAILED, change.micros(), change.message());
        return change.swapped().map(event::of).orElse(event);
    }

    /** Asks for one further set for the same uses, to see who serves it, and frees it. */
    private Event probed(Event event) {
        if (event.outcome() != Event.Outcome.OK) {
            return event;
        }
        List<UseId> uses = stream.sets().getFirst().uses();
        return switch (session.describe(spec.count(1), uses).then(BufferSet::allocate)) {
            case Outcome.Ok<BufferSet>(BufferSet set) -> {
                try (set) {
                    Explanation.Choice choice = set.explain().choices().getFirst();
                    yield event.servedBy(choice.allocator(), "; a request made now is served by " + choice.allocator() + " from " + choice.region());
                }
            }
            case Outcome.No<BufferSet>(var refusal) -> event.probeRefused(refusal);
        };
    }

    /** Waits for what was begun; what the camera did not come to is told as failed. */
    List<Event> finish() {
        begun.forEach(this::await);
        for (Joined j = ready.poll(); j != null; j = ready.poll()) {
            stream.leave(j.reader);
            add(Event.of(j.happening, Event.Outcome.FAILED, j.micros, "the run ended before " + j.reader.use() + " joined").moved(bytes(j.moves)));
        }
        synchronized (done) {
            for (Happening h : waiting) {
                done.add(Event.of(h, Event.Outcome.FAILED, 0, "the run ended before this frame"));
            }
            waiting.clear();
            return List.copyOf(done);
        }
    }

    /** What the moves did to the frames. */
    Pauses pauses() {
        return pauses;
    }

    /** Waits for its end. What a plug-in keeps is told as failed, and left. */
    private void await(Begun job) {
        try {
            job.end.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            add(Event.of(job.happening, Event.Outcome.FAILED, TimeUnit.SECONDS.toMicros(LIMIT_SECONDS), "it did not end within " + LIMIT_SECONDS
                    + " s, with the request that is made after it; see the warnings for the plug-in that keeps it"));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long micros(long start) {
        return (System.nanoTime() - start) / 1_000;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
