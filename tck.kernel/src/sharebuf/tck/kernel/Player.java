package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.RefusedException;
import sharebuf.inventory.Snapshot;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceException;

/**
 * Plays cases one after another, each on a stage and a thread of its own, and sees that each leaves the process, the kernel and the broker
 * as it found them. Confined to one thread.
 */
final class Player {
    private static final long CASE_SECONDS = 300;
    private static final Duration SETTLE = Duration.ofSeconds(3);

    private final Framework framework;
    private final BufferBroker broker;
    private final Finds finds;
    private final Libc libc;
    private final Machine machine;
    private final Report report;
    private final Others others;

    Player(Framework framework, BufferBroker broker, Finds finds, Libc libc, Machine machine, Report report) {
        this.framework = framework;
        this.broker = broker;
        this.finds = finds;
        this.libc = libc;
        this.machine = machine;
        this.report = report;
        others = Others.look(machine);
    }

    void play(List<Case> cases) {
        for (Case each : cases) {
            Optional<String> missing = each.missing(finds);
            if (missing.isPresent()) {
                report.skipped(each, missing.get());
            } else if (!play(each)) {
                return;
            }
        }
    }

    /** False when the case hangs: what it holds would spoil the next ones. */
    private boolean play(Case each) {
        long start = System.nanoTime();
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("sharebuf-case-", 0).factory());
        Future<String> running = thread.submit(() -> onStage(each));
        try {
            report.ok(each, running.get(CASE_SECONDS, TimeUnit.SECONDS), seconds(start));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Skipped) {
                report.skipped(each, e.getCause().getMessage());
            } else {
                report.failed(each, message(e.getCause()), seconds(start));
            }
        } catch (TimeoutException e) {
            report.failed(each, "did not end within " + CASE_SECONDS + " s; the cases after it were not played", seconds(start));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            report.failed(each, "interrupted", seconds(start));
            return false;
        } finally {
            thread.shutdownNow();
        }
        return true;
    }

    private String onStage(Case each) throws Exception {
        Held before = Held.now(machine);
        String seen;
        try (Stage stage = new Stage(framework, broker, finds, libc, machine, each.name())) {
            seen = each.body().play(stage);
        }
        Held expected = others.any() ? before.withoutKernel() : before;
        // The component runtime closes a device or region on a thread of its own, a moment after its service went.
        Set<String> kept = framework.devices().up();
        kept.add(Finds.UDMABUF);
        framework.awaitInterruptibly(() -> Held.now(machine).more(expected, kept).isEmpty(), SETTLE);
        List<String> left = Held.now(machine).more(expected, kept);
        Snapshot ledger = framework.snapshot();
        CaseFailed.unless(left.isEmpty(), seen + "; but afterwards there are " + String.join(", ", left));
        CaseFailed.unless(ledger.buffers().isEmpty() && ledger.mappings().isEmpty(),
                seen + "; but the ledger keeps " + ledger.buffers().size() + " buffers and " + ledger.mappings().size() + " mappings");
        return seen;
    }

    /** What was thrown, with where when it is nothing that a case or the API says. */
    private static String message(Throwable t) {
        if (t instanceof CaseFailed || t instanceof DeviceException || t instanceof RefusedException) {
            return t.getMessage();
        }
        StringBuilder s = new StringBuilder(t.toString());
        for (int i = 0; i < Math.min(6, t.getStackTrace().length); i++) {
            s.append("\nat ").append(t.getStackTrace()[i]);
        }
        return s.toString();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
