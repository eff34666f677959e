package sharebuf.range;

/** Where a request goes when more than one place is good enough. Immutable. */
public enum Placement {
    /**
     * The smallest block that holds the request, found through the bins; of several zones the highest one that has a
     * place. The mode for everything that lives long beside other ranges.
     */
    BEST_FIT,

    /** The lowest possible address. Walks the blocks from the bottom. */
    LOWEST,

    /** The highest possible address. Walks the blocks from the top. */
    HIGHEST
}
