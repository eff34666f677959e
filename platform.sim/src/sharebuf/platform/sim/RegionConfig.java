package sharebuf.platform.sim;

/** Configuration of one region; keys, units and ranges are in the bundle's README. */
@interface RegionConfig {
    /** Its name. */
    String sharebuf_region() default "";

    /** First CPU address. */
    String base() default "0";

    /** Bytes; 0 when the board has no such region. */
    String size() default "0";

    /** Offsets and sizes of extents are multiples of this: pages, or less where {@link #mapped} is false. */
    String granule() default "4KiB";

    /** Whether others borrow the memory while no buffer needs it. */
    boolean reusable() default false;

    /** Whether the CPU has struct pages and a mapping for it. */
    boolean mapped() default true;

    /** Percent of the free memory that is lent. */
    int lodgers() default 0;

    /** Per mille of the lodgers that cannot move. */
    int pinned() default 0;

    /** Decides which granules are lent and which lodgers are pinned. */
    long seed() default 1;

    /** Holes, {@code offset+size}. */
    String[] reserved() default {};

    /** What the memory is in terms of vendors' kinds of constraint, {@code NAME RULE VALUE}. */
    String[] properties() default {};

    /** {@code required} or {@code vacant}: whether the board is up only when somebody serves the region. */
    String seat() default "required";
}
