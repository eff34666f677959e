package sharebuf.placing;

import java.util.List;
import sharebuf.allocator.Claims;

/** Takes chosen stretches in the books and in the ledger: all of them, or none. */
public final class Commit {
    private Commit() {
    }

    /**
     * Takes stretches.
     *
     * @param book the allocator's books, in which they are free
     * @param gaps in the order of the object's bytes
     * @param claims the ledger
     * @return true when all were claimed; false when the ledger refused the first one: another place may be tried
     * @throws IllegalStateException when the ledger refused a later one: what was claimed can only be undone as a whole
     */
    public static boolean take(Book book, List<Gap> gaps, Claims claims) {
        int taken = 0;
        boolean done = false;
        try {
            for (Gap gap : gaps) {
                if (!book.take(gap)) {
                    throw new IllegalStateException(book.region().id() + ": chose " + gap + ", which is not free in the books");
                }
                taken++;
                if (!claims.claim(gap.offset(), gap.size())) {
                    if (taken == 1) {
                        return false;
                    }
                    throw new IllegalStateException(book.region().id() + ": the ledger holds some of " + gap + ", which is free in the books");
                }
            }
            done = true;
            return true;
        } finally {
            if (!done) {
                for (Gap gap : gaps.subList(0, taken)) {
                    book.give(gap.offset());
                }
            }
        }
    }
}
