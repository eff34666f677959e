package sharebuf.broker.seat;

/** What sits in a seat. */
public enum SeatKind {
    /** An allocator, in the seat of a region. */
    ALLOCATOR("allocator", true),
    /** A dma_map_ops, in the seat of an address space. */
    MAPOPS("mapops", true),
    /** An importer, in the seat of a device. */
    IMPORTER("importer", false),
    /** An exporter, in the seat of its name. */
    EXPORTER("exporter", false);

    private final String word;
    private final boolean oneAtATime;

    SeatKind(String word, boolean oneAtATime) {
        this.word = word;
        this.oneAtATime = oneAtATime;
    }

    /**
     * The word for it in reports.
     *
     * @return as in capabilities
     */
    public String word() {
        return word;
    }

    /**
     * Whether calls never overlap.
     *
     * @return true for policies that keep books
     */
    boolean oneAtATime() {
        return oneAtATime;
    }
}
