package sharebuf.buffer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Buffers for uses that may not all share the same memory.
 *
 * <p>Immutable; the sets live on, each with a life of its own.
 *
 * @param sets in state {@link BufferSet.State#MAPPED}; one when one memory suits all. Else the first has the writer and those that agree with
 *        it, the others have the readers that agree with each other, and {@code cpu} is among the uses of each, so that whoever asked can
 *        copy from the first to the others; their layouts may differ
 * @param why what kept the uses apart; empty when there is one set
 */
public record Sharing(List<BufferSet> sets, Optional<Refusal> why) {
    /** Checks that there is a set, and a reason when there are several. */
    public Sharing {
        sets = List.copyOf(sets);
        Objects.requireNonNull(why, "why");
        if (sets.isEmpty() || why.isPresent() != sets.size() > 1) {
            throw new IllegalArgumentException(sets.size() + " sets, " + why.map(Refusal::message).orElse("no reason") + ": at least one, and a reason for several");
        }
    }
}
