package sharebuf.platform.sim;

/** Configuration of a table of pages that devices see through views; keys, units and ranges are in the bundle's README. */
@interface ViewConfig {
    /** The address space whose devices are behind it. */
    String sharebuf_addressSpace() default "";

    /** Pages of a row of the container, a power of two. */
    int columns() default 256;

    /** Rows of pages, a power of two. */
    int rows() default 128;

    /** Where devices see the views as they are. */
    String base() default "0x60000000";

    /** Where devices see the views in all eight orientations, for those whose mask reaches it. */
    String turned() default "0x100000000";

    /** The views: {@code WIDTHxHEIGHT}, elements of a page; they follow each other, one container apart. */
    String[] views() default {"64x64", "64x32", "32x32", "1x1"};
}
