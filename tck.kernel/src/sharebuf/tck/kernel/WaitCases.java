package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.node.DeviceException;
import sharebuf.tck.kernel.VideoQueues.Under;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Waits that are broken into: by an interrupt of the thread, and by signals (EINTR). Stateless. */
final class WaitCases {
    private static final int SLOTS = 4;
    private static final int FRAMES = 12;
    private static final Duration LONG = Duration.ofSeconds(4);
    private static final long SOON_SECONDS = 3;

    private WaitCases() {
    }

    static List<Case> all() {
        return List.of(new Case("faults/interrupted_wait", Level.API, "a thread that is interrupted while it waits for a frame gets EINTR, the stream goes on", List.of(Need.VIDEO),
                stage -> first(stage, WaitCases::interrupted)),
                new Case("faults/signals", Level.API, "EINTR of the kernel reaches nobody: frames come while a thread is bombarded with signals", List.of(Need.VIDEO),
                        stage -> first(stage, WaitCases::signals)));
    }

    /** The first queue that captures: the wait is the same in all of them. */
    private static String first(Stage stage, VideoQueues.Play play) throws Exception {
        for (String path : stage.finds().videos()) {
            for (Under under : VideoQueues.of(stage, path)) {
                if (under.queue() == Queue.CAPTURE) {
                    under.reset();
                    try {
                        return under.name() + ": " + play.on(stage, under);
                    } finally {
                        under.reset();
                    }
                }
            }
        }
        throw new Skipped("no queue captures pictures");
    }

    private static void start(Under under) throws DeviceException {
        under.set();
        int slots = under.device().requestBuffers(under.queue(), Memory.MMAP, SLOTS);
        for (int i = 0; i < slots; i++) {
            under.device().queue(under.queue(), i);
        }
        under.device().streamOn(under.queue());
    }

    private static Dequeued frame(Under under) throws DeviceException, CaseFailed {
        for (int i = 0; i < 5; i++) {
            Optional<Dequeued> frame = under.device().dequeue(under.queue(), LONG);
            if (frame.isPresent()) {
                return frame.get();
            }
        }
        throw new CaseFailed("no frame within " + LONG.multipliedBy(5));
    }

    private static String interrupted(Stage stage, Under under) throws Exception {
        start(under);
        int held = 0;
        Optional<Dequeued> last = Optional.of(frame(under));
        while (last.isPresent()) { // none is given back: in the end there is nothing to wait for
            held++;
            last = under.device().dequeue(under.queue(), Duration.ofSeconds(1));
        }
        CompletableFuture<String> told = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiting = Thread.ofPlatform().name("sharebuf-wait").start(() -> {
            begun.countDown();
            try {
                told.complete("a result: " + under.device().dequeue(under.queue(), LONG));
            } catch (DeviceException e) {
                told.complete(e.errno() + " " + e.getMessage());
            } catch (RefusedException e) {
                told.complete(e.refusal().errno() + " " + e.getMessage());
            } catch (RuntimeException e) {
                told.completeExceptionally(e);
            }
        });
        begun.await();
        waiting.interrupt();
        try {
            String what = told.get(SOON_SECONDS, TimeUnit.SECONDS);
            CaseFailed.unless(what.startsWith(Errno.EINTR.name()), "expected EINTR, got " + what);
        } catch (TimeoutException e) {
            throw new CaseFailed("an interrupted thread still waits after " + SOON_SECONDS + " s");
        } catch (ExecutionException e) {
            throw new CaseFailed("expected EINTR, got " + e.getCause());
        } finally {
            waiting.join();
        }
        for (int i = 0; i < held; i++) {
            under.device().queue(under.queue(), i);
        }
        frame(under);
        return "EINTR while " + held + " slots were out, then frames again";
    }

    private static String signals(Stage stage, Under under) throws Exception {
        start(under);
        Process process = new Process();
        int thread = process.thread();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Thread bombard = Thread.ofPlatform().name("sharebuf-signals").start(() -> {
            while (!over.get()) {
                process.signal(thread);
                sent.incrementAndGet();
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
        });
        try {
            for (int i = 0; i < FRAMES; i++) {
                under.device().queue(under.queue(), frame(under).index());
            }
        } finally {
            over.set(true);
            bombard.join();
        }
        CaseFailed.unless(sent.get() > 0, "no signal was sent");
        return FRAMES + " frames under " + sent + " signals";
    }
}
