package sharebuf.buffer;

/**
 * Whether an attach may move live buffers to other memory. A move is never silent.
 *
 * <p>Immutable.
 */
public sealed interface MovePolicy {
    /** Never: what does not fit is refused. */
    MovePolicy NEVER = new Never();
    /** Only a plan is made; nothing moves. */
    MovePolicy ASK = new Ask();

    /** Never move. */
    record Never() implements MovePolicy {
    }

    /** Say what would be moved. */
    record Ask() implements MovePolicy {
    }

    /**
     * Move up to so many bytes.
     *
     * @param limit most bytes that may be copied, at least 0
     */
    record Allow(long limit) implements MovePolicy {
        /** Checks the limit. */
        public Allow {
            if (limit < 0) {
                throw new IllegalArgumentException("move limit " + limit + ": at least 0");
            }
        }
    }
}
