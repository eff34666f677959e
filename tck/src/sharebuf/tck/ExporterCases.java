package sharebuf.tck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.exporter.Exporter;
import sharebuf.format.Layout;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.MadeWayException;
import sharebuf.tck.ExportRequests.Asked;

/**
 * What all exporters must do, whatever they take. Each case makes its own instances.
 *
 * <p>Stateless. From a JUnit test: {@code ExporterCases.all(seed).map(c -> dynamicTest(c.name(), () -> c.run(subject)))}.
 */
public final class ExporterCases {
    private static final String NAME = HiddenSeats.PREFIX + "exporter";
    private static final int ROUNDS = 200;
    private static final int THREADS = 4;
    private static final long PATIENCE_SECONDS = 30;

    private final long seed;

    private ExporterCases(long seed) {
        this.seed = seed;
    }

    /**
     * All cases.
     *
     * @param seed of the random ones
     * @return in the order in which they are best read
     */
    public static List<ConformanceCase<ExporterSubject>> all(long seed) {
        ExporterCases c = new ExporterCases(seed);
        return List.of(new ConformanceCase<>("export-odd-requests", "one byte, the largest picture and no format are answered, not thrown", c::oddRequests),
                new ConformanceCase<>("answers-are-stable", "what is asked again is answered as before, whatever was asked between", c::stable),
                new ConformanceCase<>("layouts-hold", "the layout of what it takes has room for the usual one: as many objects and planes, none smaller", c::layoutsHold),
                new ConformanceCase<>("others-move", "buffers that are not its own may move, and asking changes nothing", c::othersMove),
                new ConformanceCase<>("export-adoption", "a successor, and whoever adopts again, answers as its predecessor did", c::adoption),
                new ConformanceCase<>("export-catching-up", "who catches up with nothing that changed answers as before", c::catchingUp),
                new ConformanceCase<>("export-makes-way", "asked to make way it answers or makes way, and answers as before when the swap is off", c::makesWay),
                new ConformanceCase<>("calls-overlap", "calls of several threads at once are answered as those of one", c::overlap));
    }

    private interface Play {
        void on(Exporter exporter, Random random) throws Exception;
    }

    private void play(ExporterSubject subject, Play play) throws Exception {
        Exporter exporter = subject.open(NAME);
        try {
            exporter.adopt(Live.NOTHING);
            play.on(exporter, new Random(seed));
        } catch (CaseFailed e) {
            throw new CaseFailed(e.getMessage() + " [seed " + seed + "]", e);
        } finally {
            subject.close(exporter);
        }
    }

    /** What it says to a question; the layout only where it takes the buffers, as nobody asks for it otherwise. */
    private record Answer(Asked asked, Optional<Layout> layout) {
        /** In the words of a failed case. */
        private String text() {
            return (layout.isPresent() ? "takes it as " + layout.get() : "does not take it") + ": " + TestLedger.text(asked.request()) + ", " + asked.request().spec();
        }
    }

    private static Answer ask(Exporter exporter, Asked asked) {
        try {
            if (!exporter.takes(asked.request())) {
                return new Answer(asked, Optional.empty());
            }
            Layout layout = exporter.layout(asked.request(), asked.usual());
            if (layout == null) {
                throw new CaseFailed("layout returned null for " + asked.request().spec() + ", usually " + asked.usual());
            }
            return new Answer(asked, Optional.of(layout));
        } catch (CaseFailed | MadeWayException e) {
            throw e;
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            throw new CaseFailed("threw " + e + " for " + asked.request().spec() + " with " + asked.request().size() + " bytes, usually " + asked.usual(), e);
        }
    }

    private static List<Answer> ask(Exporter exporter, List<Asked> all) {
        return all.stream().map(a -> ask(exporter, a)).toList();
    }

    private static void requireSame(List<Answer> before, List<Answer> now, String when) {
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).equals(now.get(i))) {
                throw new CaseFailed("first " + before.get(i).text() + "; " + when + " " + now.get(i).text());
            }
        }
    }

    /** What it is said to want, and more. */
    private static List<Asked> questions(ExporterSubject subject, Random random) {
        List<Asked> all = new ArrayList<>(wanted(subject));
        all.addAll(ExportRequests.random(random, ROUNDS));
        return all;
    }

    private static List<Asked> wanted(ExporterSubject subject) {
        return subject.wanted().stream().map((Request r) -> ExportRequests.asked(r, 1, 1)).toList();
    }

    private void oddRequests(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> ask(exporter, ExportRequests.odd()).forEach(ExporterCases::requireRoom));
    }

    private void stable(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> first = ask(exporter, all);
            requireSame(first, ask(exporter, all), "asked again it");
            List<Answer> backwards = new ArrayList<>(ask(exporter, all.reversed()).reversed());
            requireSame(first, backwards, "asked in another order it");
        });
    }

    private static void requireRoom(Answer answer) {
        answer.layout().filter(own -> !own.holds(answer.asked().usual())).ifPresent(own -> {
            throw new CaseFailed("layout " + own + " does not hold the usual " + answer.asked().usual() + " of " + answer.asked().request().spec());
        });
    }

    private void layoutsHold(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Answer> answers = ask(exporter, questions(subject, random));
            answers.forEach(ExporterCases::requireRoom);
            List<Asked> wanted = wanted(subject);
            if (!wanted.isEmpty() && ask(exporter, wanted).stream().allMatch(a -> a.layout().isEmpty())) {
                throw new CaseFailed("takes nothing of what it is said to want: " + wanted.stream().map(a -> a.request().spec()).toList());
            }
            for (Answer each : answers) {
                // Uses may agree on what is as large as the exporter makes it: that has room in itself.
                each.layout().ifPresent(own -> requireRoom(ask(exporter, ExportRequests.asked(each.asked().request(), own))));
            }
        });
    }

    private void othersMove(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> first = ask(exporter, all);
            for (int i = 0; i < ROUNDS; i++) {
                BufferId buffer = new BufferId(1 + random.nextInt(1 << 20));
                Outcome<Outcome.Done> may;
                try {
                    may = exporter.mayMove(buffer);
                } catch (RuntimeException | LinkageError | StackOverflowError e) {
                    throw new CaseFailed("mayMove threw " + e + " for " + buffer + ", which it never saw", e);
                }
                if (may == null) {
                    throw new CaseFailed("mayMove returned null for " + buffer + ", which it never saw");
                }
                if (may instanceof Outcome.No<Outcome.Done>(Refusal why)) {
                    throw new CaseFailed("does not let " + buffer + " move, which it never saw: " + why);
                }
            }
            requireSame(first, ask(exporter, all), "after mayMove it");
        });
    }

    private void adoption(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> first = ask(exporter, all);
            exporter.adopt(Live.NOTHING);
            requireSame(first, ask(exporter, all), "after another adoption it");
            Exporter successor = subject.open(NAME);
            try {
                successor.adopt(Live.NOTHING);
                requireSame(first, ask(successor, all), "its successor");
            } finally {
                subject.close(successor);
            }
            requireSame(first, ask(exporter, all), "with its successor gone it");
        });
    }

    private void catchingUp(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> first = ask(exporter, all);
            // Nothing is live in the seat of an exporter, so nothing ever changes.
            if (!exporter.catchUp(new Changes(List.of(), List.of()))) {
                exporter.adopt(Live.NOTHING);
            }
            requireSame(first, ask(exporter, all), "caught up it");
        });
    }

    private void makesWay(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> first = ask(exporter, all);
            exporter.makeWay();
            for (int i = 0; i < all.size(); i++) {
                try {
                    requireSame(first.subList(i, i + 1), List.of(ask(exporter, all.get(i))), "asked to make way it");
                } catch (MadeWayException e) {
                    continue; // the successor answers
                }
            }
            exporter.carryOn();
            requireSame(first, ask(exporter, all), "when the swap is off it");
        });
    }

    private void overlap(ExporterSubject subject) throws Exception {
        play(subject, (exporter, random) -> {
            List<Asked> all = questions(subject, random);
            List<Answer> alone = ask(exporter, all);
            CyclicBarrier start = new CyclicBarrier(THREADS);
            ExecutorService threads = Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().daemon().name("sharebuf-tck-", 0).factory());
            try {
                List<Future<Void>> running = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    List<Integer> order = new ArrayList<>();
                    for (int at = 0; at < all.size(); at++) {
                        order.add(at);
                    }
                    Collections.shuffle(order, random);
                    Callable<Void> asking = () -> {
                        start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                        for (int at : order) {
                            requireSame(alone.subList(at, at + 1), List.of(ask(exporter, all.get(at))), "beside other threads it");
                            requireOthersMove(exporter, at);
                        }
                        return null;
                    };
                    running.add(threads.submit(asking));
                }
                for (Future<Void> each : running) {
                    each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            } catch (ExecutionException e) {
                throw e.getCause() instanceof CaseFailed failed ? failed : new CaseFailed("threw " + e.getCause() + " in another thread", e.getCause());
            } finally {
                threads.shutdownNow();
            }
        });
    }

    private static void requireOthersMove(Exporter exporter, int number) {
        if (!exporter.mayMove(new BufferId(1 + number)).isOk()) {
            throw new CaseFailed("beside other threads it does not let a buffer move that it never saw");
        }
    }
}
