package sharebuf.deploy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Starts, stops and uninstalls bundles. Each runs code of the bundle, be it a constructor of a component: so it gets a thread of its own, which is interrupted at the
 * limit and then given up.
 *
 * <p>Thread-safe.
 */
final class Lifecycle {
    /** How long one may take. */
    static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(1);

    private Lifecycle() {
    }

    /** What runs. */
    interface Step {
        void run() throws BundleException;
    }

    /**
     * Starts a bundle.
     *
     * @throws BundleException when it does not start, or not within {@link #LIMIT}; then it says where it was
     */
    static void start(Bundle bundle) throws BundleException {
        Optional<String> late = run("start", bundle, bundle::start, LIMIT);
        if (late.isPresent()) {
            throw new BundleException(late.get());
        }
    }

    /**
     * Stops a bundle. What its stop method threw was logged by the framework, and stopped it is.
     *
     * @return why it did not end within {@link #LIMIT}; empty when it did
     */
    static Optional<String> stop(Bundle bundle) {
        return quietly("stop", bundle, bundle::stop);
    }

    /** The same, and uninstalls it. */
    static Optional<String> uninstall(Bundle bundle) {
        return quietly("uninstall", bundle, bundle::uninstall);
    }

    private static Optional<String> quietly(String what, Bundle bundle, Step step) {
        try {
            return run(what, bundle, step, LIMIT);
        } catch (BundleException | IllegalStateException e) {
            return Optional.empty(); // somebody uninstalled it before, or it is done all the same
        }
    }

    /**
     * Runs a step.
     *
     * @return why it did not end in time, and where it was; empty when it did
     * @throws BundleException when the step does
     */
    static Optional<String> run(String what, Bundle bundle, Step step, Duration limit) throws BundleException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().daemon().name("sharebuf-" + what + "-" + bundle.getBundleId()).start(() -> {
            try {
                step.run();
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        boolean interrupted = !ended(thread, limit);
        if (thread.isAlive()) {
            String where = Arrays.stream(thread.getStackTrace()).filter(f -> !f.getClassName().matches("(java|jdk|sun)\\..*")).findFirst().map(f -> ", last seen in " + f).orElse("");
            thread.interrupt();
            interrupted |= !ended(thread, AFTER_INTERRUPT);
            restore(interrupted);
            return Optional.of("its " + what + " did not end within " + limit.toMillis() + " ms" + where);
        }
        restore(interrupted);
        switch (thrown.get()) {
            case null -> {
                return Optional.empty();
            }
            case BundleException e -> throw e;
            case RuntimeException e -> throw e;
            case Throwable t -> throw new BundleException(what + ": " + t, t);
        }
    }

    /** Waits, whoever interrupts; false when somebody did. */
    private static boolean ended(Thread thread, Duration limit) {
        boolean quiet = true;
        long end = System.nanoTime() + limit.toNanos();
        while (thread.isAlive() && end - System.nanoTime() > 0) {
            try {
                thread.join(Duration.ofNanos(end - System.nanoTime()));
            } catch (InterruptedException e) {
                quiet = false;
            }
        }
        return quiet;
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
