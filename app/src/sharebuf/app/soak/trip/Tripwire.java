package sharebuf.app.soak.trip;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The one class that is put into a plug-in's copy. Each method of its contract begins with a call of {@link #pass}, which asks a service of a JDK type
 * whether to go on: so the copy knows no class of the soak's, and nothing of the copy is known to it.
 *
 * <p>Thread-safe.
 */
public final class Tripwire {
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final Bundle OWN = FrameworkUtil.getBundle(Tripwire.class);
    private static final UnaryOperator<String> HARNESS = harness();

    private Tripwire() {
    }

    @SuppressWarnings("unchecked") // the property says what it is
    private static UnaryOperator<String> harness() {
        BundleContext context = OWN.getBundleContext();
        try {
            ServiceReference<?>[] found = context == null ? null : context.getServiceReferences(UnaryOperator.class.getName(), "(sharebuf.soak=seams)");
            return found == null ? seam -> "" : (UnaryOperator<String>) context.getService(found[0]);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A method of the contract is called.
     *
     * @param method its name
     * @throws BundleException when it is to stop its own bundle, and that fails
     */
    public static void pass(String method) throws BundleException {
        switch (HARNESS.apply(OWN.getSymbolicName() + " " + method)) {
            case "exception" -> throw new IllegalStateException("soak: " + method + " throws an exception");
            case "error" -> throw new LinkageError("soak: " + method + " throws an Error");
            case "hang" -> hang(method);
            case "slow" -> slow();
            case "stop" -> OWN.stop();
            default -> {
                return; // goes on
            }
        }
    }

    /** Until it is interrupted. */
    private static void hang(String method) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("soak: " + method + " hung until it was interrupted", e);
        }
    }

    /** Hears no interrupt. */
    private static void slow() {
        long end = System.nanoTime() + SLOW_NANOS;
        boolean interrupted = false;
        for (long left = SLOW_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
