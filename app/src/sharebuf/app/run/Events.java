package sharebuf.app.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.flow.FlowFailure;
import sharebuf.app.flow.Stream;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;

/**
 * Does what {@code --at} says. Bundles are changed on a thread of their own, one after another, while frames flow; devices join and
 * leave between two frames, when everything before is done.
 *
 * <p>Thread-safe: {@link #reached} is the camera's thread.
 */
final class Events implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final LiveBoard board;
    private final Session session;
    private final Stream stream;
    private final BufferSpec spec;
    private final MovePolicy policy;
    private final Deque<Happening> waiting;
    private final List<Event> done = new ArrayList<>();
    private final List<Future<?>> begun = new ArrayList<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sharebuf-events").daemon().factory());

    Events(LiveBoard board, Session session, Stream stream, RunOptions options, BufferSpec spec) {
        this.board = board;
        this.session = session;
        this.stream = stream;
        this.spec = spec;
        policy = options.move();
        waiting = new ArrayDeque<>(options.happenings());
    }

    /** The camera is about to hand a frame out. */
    void reached(long frame) {
        while (!waiting.isEmpty() && waiting.peek().frame() <= frame) {
            Happening next = waiting.poll();
            Future<?> job = thread.submit(() -> run(next, frame));
            switch (next.action()) {
                case ATTACH, DETACH -> await(job);
                default -> begun.add(job);
            }
        }
    }

    private void run(Happening h, long frame) {
        long start = System.nanoTime();
        Event event;
        try {
            event = switch (h.action()) {
                case ATTACH -> attach(h, frame, start);
                case DETACH -> stream.detach(h.target(), frame)
                        .map(why -> Event.of(h, Event.Outcome.FAILED, micros(start), why))
                        .orElseGet(() -> Event.of(h, Event.Outcome.OK, micros(start), h.target() + " left at frame " + frame));
                case STOP -> changed(h, board.deployer().stop(h.target()));
                case START -> probed(changed(h, board.deployer().start(h.target())));
                case INSTALL -> probed(changed(h, board.deployer().install(h.jar().orElseThrow())));
                case SWAP -> probed(changed(h, board.deployer().swap(h.bundle(), h.jar())));
            };
        } catch (FlowFailure | RuntimeException e) {
            event = Event.of(h, Event.Outcome.FAILED, micros(start), String.valueOf(e.getMessage()));
        }
        synchronized (done) {
            done.add(event);
        }
    }

    private Event attach(Happening h, long frame, long start) throws FlowFailure {
        return switch (stream.attach(h.target(), policy, frame)) {
            case Outcome.Ok<UseId>(UseId use) -> Event.of(h, Event.Outcome.OK, micros(start), use + " joined at frame " + frame);
            case Outcome.No<UseId>(var refusal) -> Event.refused(h, micros(start), refusal);
        };
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
        begun.forEach(Events::await);
        synchronized (done) {
            for (Happening h : waiting) {
                done.add(Event.of(h, Event.Outcome.FAILED, 0, "the run ended before this frame"));
            }
            waiting.clear();
            return List.copyOf(done);
        }
    }

    private static void await(Future<?> job) {
        try {
            job.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("an action of --at did not end within " + LIMIT_SECONDS + " s", e);
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
