package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/**
 * The unfinished work on one buffer: the jobs of devices, which are its fences, and what the CPU has open. And its gate, by which a move
 * holds back what would write:
 *
 * <pre>
 *            close                 shut                open
 *   OPEN ------------> CLOSED ------------> SHUT ------------> OPEN, the next epoch
 *                      no new writer        no CPU access
 *                                           at all
 * </pre>
 *
 * Devices may read all the time: what they read is the same on both sides of a move. What began in an epoch that is over may still work on
 * the memory that the buffer had in it.
 *
 * <p>Thread-safe.
 */
public final class Reservation {
    /**
     * Unfinished work.
     *
     * @param use who works
     * @param access what it does
     * @param sinceNanos when it began
     * @param epoch in which epoch it began
     */
    public record Fence(UseId use, Access access, long sinceNanos, long epoch) {
        @Override
        public String toString() {
            return use + (access.writes() ? " writes" : " reads");
        }
    }

    private enum Gate {
        OPEN, CLOSED, SHUT
    }

    private static final UseId CPU = new UseId("cpu", "cpu");

    private final List<Fence> fences = new ArrayList<>();
    private final List<Fence> cpu = new ArrayList<>();
    private final List<Fence> kept = new ArrayList<>();
    private Gate gate = Gate.OPEN;
    private long epoch;

    /**
     * A job begins, unless the gate holds it back.
     *
     * @param use who works
     * @param access what it does
     * @return false when it writes and a move is under way
     */
    public synchronized boolean begin(UseId use, Access access) {
        if (gate != Gate.OPEN && access.writes()) {
            return false;
        }
        fences.add(new Fence(use, access, System.nanoTime(), epoch));
        return true;
    }

    /**
     * The same, waiting at the gate.
     *
     * @param use who works
     * @param access what it does
     * @param limitNanos how long
     * @return false when the move lasted longer
     * @throws InterruptedException when the thread was interrupted
     */
    public synchronized boolean begin(UseId use, Access access, long limitNanos) throws InterruptedException {
        await(() -> gate == Gate.OPEN || !access.writes(), limitNanos);
        return begin(use, access);
    }

    /**
     * The CPU opens the buffer. As long as it has not said {@link #opened}, it counts as one that writes: names must not be exchanged under it.
     *
     * @param access what it does
     * @param limitNanos how long it waits at the gate
     * @return its access; empty when a move lasted longer
     * @throws InterruptedException when the thread was interrupted
     */
    public synchronized Optional<Fence> beginCpu(Access access, long limitNanos) throws InterruptedException {
        if (!await(() -> gate == Gate.OPEN || gate == Gate.CLOSED && !access.writes(), limitNanos)) {
            return Optional.empty();
        }
        Fence opening = new Fence(CPU, Access.READ_WRITE, System.nanoTime(), epoch);
        cpu.add(opening);
        return Optional.of(opening);
    }

    /**
     * The CPU has opened it.
     *
     * @param opening as {@link #beginCpu} said
     * @param access what it does
     * @return its access from now on
     */
    public synchronized Fence opened(Fence opening, Access access) {
        removeCpu(opening);
        Fence open = new Fence(CPU, access, opening.sinceNanos, epoch);
        cpu.add(open);
        notifyAll();
        return open;
    }

    /**
     * The CPU is done, or did not open it after all.
     *
     * @param access as it was begun
     */
    public synchronized void endCpu(Fence access) {
        removeCpu(access);
        notifyAll();
    }

    private void removeCpu(Fence access) {
        for (int i = 0; i < cpu.size(); i++) {
            if (cpu.get(i) == access) { // by identity: two accesses may look alike
                cpu.remove(i);
                return;
            }
        }
    }

    /**
     * Whether a job of a use is unfinished.
     *
     * @param use who works
     * @return what it does; empty when there is none
     */
    public synchronized Optional<Access> working(UseId use) {
        for (Fence f : fences) {
            if (f.use().equals(use)) {
                return Optional.of(f.access());
            }
        }
        return Optional.empty();
    }

    /**
     * The oldest job of a use is over; nothing happens when there is none.
     *
     * @param use who worked
     */
    public synchronized void complete(UseId use) {
        removeFirst(fences, use);
    }

    private void removeFirst(List<Fence> list, UseId use) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).use().equals(use)) {
                list.remove(i);
                notifyAll();
                return;
            }
        }
    }

    /**
     * A use may read what it gave back.
     *
     * @param use who
     */
    public synchronized void keep(UseId use) {
        if (kept.stream().noneMatch(f -> f.use().equals(use))) {
            kept.add(new Fence(use, Access.READ, System.nanoTime(), epoch));
        }
    }

    /**
     * It does not any more.
     *
     * @param use who
     */
    public synchronized void letGo(UseId use) {
        removeFirst(kept, use);
    }

    /**
     * All work of some uses is over, because they cannot reach the memory any more.
     *
     * @param whose which uses
     */
    public synchronized void completeAll(Predicate<UseId> whose) {
        if (fences.removeIf(f -> whose.test(f.use())) | kept.removeIf(f -> whose.test(f.use()))) {
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
        if (fences.isEmpty()) {
            return List.of();
        }
        await(() -> fences.stream().noneMatch(matters), limitNanos);
        return fences.stream().filter(matters).toList();
    }

    /** From now on nobody begins to write. */
    public synchronized void close() {
        gate = Gate.CLOSED;
    }

    /** From now on the CPU does not even open it to read. */
    public synchronized void shut() {
        gate = Gate.SHUT;
    }

    /**
     * Everybody may work again, in another epoch.
     *
     * @return its number
     */
    public synchronized long open() {
        gate = Gate.OPEN;
        epoch++;
        notifyAll();
        return epoch;
    }

    /**
     * Whether the gate lets everybody in.
     *
     * @return false while the buffer is being moved
     */
    public synchronized boolean isOpen() {
        return gate == Gate.OPEN;
    }

    /**
     * Waits until nobody writes, be it a device or the CPU.
     *
     * @param limitNanos how long
     * @return who still does
     * @throws InterruptedException when the thread was interrupted
     */
    public synchronized List<Fence> awaitWriters(long limitNanos) throws InterruptedException {
        await(() -> writers().isEmpty(), limitNanos);
        return writers();
    }

    private List<Fence> writers() {
        List<Fence> all = new ArrayList<>(fences);
        all.addAll(cpu);
        all.removeIf(f -> !f.access().writes());
        return all;
    }

    /**
     * The work that began before an epoch, that of the CPU left out.
     *
     * @param number of the epoch
     * @return oldest first
     */
    public synchronized List<Fence> before(long number) {
        List<Fence> all = new ArrayList<>(fences);
        all.addAll(kept);
        all.removeIf(f -> f.epoch() >= number);
        return all;
    }

    /**
     * Waits until the work that began before an epoch is over.
     *
     * @param number of the epoch
     * @param limitNanos how long
     * @return what is left of it
     * @throws InterruptedException when the thread was interrupted
     */
    public synchronized List<Fence> awaitBefore(long number, long limitNanos) throws InterruptedException {
        await(() -> before(number).isEmpty(), limitNanos);
        return before(number);
    }

    /**
     * The unfinished jobs.
     *
     * @return oldest first
     */
    public synchronized List<Fence> pending() {
        return List.copyOf(fences);
    }

    /**
     * Whether no job is unfinished.
     *
     * @return true when none is
     */
    public synchronized boolean isIdle() {
        return fences.isEmpty();
    }

    /** Waits under the monitor. */
    private boolean await(BooleanSupplier done, long limitNanos) throws InterruptedException {
        long end = System.nanoTime() + limitNanos;
        while (!done.getAsBoolean()) {
            long rest = end - System.nanoTime();
            if (rest <= 0) {
                return false;
            }
            wait(rest / 1_000_000, (int) (rest % 1_000_000));
        }
        return true;
    }
}
