package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/**
 * The unfinished jobs on one buffer: its fences.
 *
 * <p>Thread-safe.
 */
public final class Reservation {
    /**
     * An unfinished job.
     *
     * @param use who works
     * @param access what it does
     * @param sinceNanos when it began
     */
    public record Fence(UseId use, Access access, long sinceNanos) {
        @Override
        public String toString() {
            return use + (access.writes() ? " writes" : " reads");
        }
    }

    private final List<Fence> fences = new ArrayList<>();

    /**
     * A job begins.
     *
     * @param use who works
     * @param access what it does
     */
    public synchronized void begin(UseId use, Access access) {
        fences.add(new Fence(use, access, System.nanoTime()));
    }

    /**
     * The oldest job of a use is over; nothing happens when there is none.
     *
     * @param use who worked
     */
    public synchronized void complete(UseId use) {
        for (int i = 0; i < fences.size(); i++) {
            if (fences.get(i).use().equals(use)) {
                fences.remove(i);
                notifyAll();
                return;
            }
        }
    }

    /**
     * All jobs of a use are over, because it cannot reach the memory any more.
     *
     * @param use who worked
     */
    public synchronized void completeAll(UseId use) {
        if (fences.removeIf(f -> f.use().equals(use))) {
            notifyAll();
        }
    }

    /**
     * Waits until no job is left that matters.
     *
     * @param matters which jobs are waited for
     * @param limitNanos how long
     * @return the jobs that are left; empty when none is
     * @throws InterruptedException when the thread was interrupted
     */
    public synchronized List<Fence> await(Predicate<Fence> matters, long limitNanos) throws InterruptedException {
        long end = System.nanoTime() + limitNanos;
        while (true) {
            List<Fence> left = fences.stream().filter(matters).toList();
            long rest = end - System.nanoTime();
            if (left.isEmpty() || rest <= 0) {
                return left;
            }
            wait(rest / 1_000_000, (int) (rest % 1_000_000));
        }
    }

    /**
     * The unfinished jobs.
     *
     * @return oldest first
     */
    public synchronized List<Fence> pending() {
        return List.copyOf(fences);
    }
}
