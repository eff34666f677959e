package sharebuf.linux;

import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a dma-heap's memory before anything is allocated from it.
 *
 * <p>Immutable. What is not known is empty.
 *
 * @param contiguous whether an allocation is one piece
 * @param place where all its memory is
 * @param because where that is known from, or why not
 */
public record HeapFacts(Optional<Boolean> contiguous, Optional<Machine.Range> place, String because) {
    /** Checks that nothing is null. */
    public HeapFacts {
        Objects.requireNonNull(contiguous, "contiguous");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(because, "because");
    }
}
