package sharebuf.broker;

import java.util.Optional;
import java.util.function.Function;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.inventory.Operations;

/** Sets by their numbers, whoever owns them. Stateless. */
final class OperatorDesk implements Operations {
    private static final String LIST = "dma:sets";

    private final Broker broker;

    OperatorDesk(Broker broker) {
        this.broker = broker;
    }

    @Override
    public Outcome<UseId> attach(long set, UseId use, MovePolicy policy) {
        return on(set, found -> found.attach(use, policy).map(a -> use));
    }

    @Override
    public Outcome<MovePlan> plan(long set, UseId use) {
        return on(set, found -> found.plan(use));
    }

    @Override
    public Outcome<Outcome.Done> detach(long set, UseId use) {
        return on(set, found -> {
            Optional<Attachment> attached = found.attachments().stream().filter(a -> a.use().id().equals(use)).findFirst();
            if (attached.isEmpty()) {
                return Outcome.no(Refusal.of(Errno.ENOENT, "use", use + " is not attached to set " + set + ", which has " + found.uses(), "a use of the set").fixedBy(LIST));
            }
            if (attached.get().use().access().writes()) {
                return Outcome.no(Refusal.of(Errno.EBUSY, "use", use + " writes set " + set + ", which is nothing without it", "a use that reads")
                        .about(use.device(), use.use()).fixedBy("end the application, or let it close the set"));
            }
            attached.get().detach();
            return Outcome.ok();
        });
    }

    /** A set may be closed by its owner at any moment; then it is as if it had never been found. */
    private <T> Outcome<T> on(long number, Function<SetImpl, Outcome<T>> change) {
        Optional<SetImpl> set = broker.sessions().stream().flatMap(s -> s.set(number).stream()).findFirst();
        if (set.isEmpty()) {
            return Outcome.no(gone(number));
        }
        try {
            return change.apply(set.get());
        } catch (IllegalStateException e) {
            if (broker.sessions().stream().noneMatch(s -> s.set(number).isPresent())) {
                return Outcome.no(gone(number));
            }
            throw e;
        }
    }

    private static Refusal gone(long number) {
        return Refusal.of(Errno.ENOENT, "set", "no open set has number " + number, "the number of one").fixedBy(LIST);
    }
}
