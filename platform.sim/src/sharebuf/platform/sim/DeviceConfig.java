package sharebuf.platform.sim;

/** Configuration of one device; keys, units and ranges are in the bundle's README. */
@interface DeviceConfig {
    /** Its name. */
    String sharebuf_device() default "";

    /** {@code v4l2} or {@code drm}. */
    String sharebuf_node() default "v4l2";

    /** {@code capture}, {@code m2m}, {@code encoder} or {@code scanout}. */
    String role() default "capture";

    /** What it is, most specific first. */
    String[] compatible() default {};

    /** The address space its DMA addresses belong to. */
    String sharebuf_addressSpace() default "";

    /** Windows of its bus, {@code bus cpu size}. */
    String[] dmaRanges() default {};

    /** The highest bus address it can send. */
    String mask() default "0xffffffffffffffff";

    /** Alignment of the first byte of an object. */
    String align() default "1";

    /** Most segments of an object; 0 for any number. */
    int maxSegments() default 0;

    /** Most bytes of a segment; 0 for any size. */
    String maxSegmentSize() default "0";

    /** What no segment may cross; 0 for nothing. */
    String boundary() default "0";

    /** Whether an IOMMU translates what it sends; devices of one address space share a domain. */
    boolean iommu() default false;

    /** Whether it snoops the CPU's caches. */
    boolean coherent() default false;

    /** Vendors' kinds of constraint that it states, {@code NAME RULE VALUE}. */
    String[] constraints() default {};

    /** Names of the pixel formats it takes. */
    String[] formats() default "NV12";

    /** {@code 16x16..4096x4096}, with steps {@code 16x16..4096x4096/2x2}. */
    String sizes() default "16x16..4096x4096/2x2";

    /** The pitch of the first plane is a multiple of this. */
    int pitchAlign() default 1;

    /** Rows of the first plane are padded to a multiple of this. */
    int heightAlign() default 1;

    /** Whether it speaks V4L2's multi-planar API. */
    boolean multiplanar() default false;

    /** Ports that reach one region only, {@code output=REGION}, {@code capture.0=REGION}; others reach what the bus does. */
    String[] ports() default {};

    /** What uses accept instead, as JSON: a list of objects, or an object with such a list by use; empty for nothing. */
    String alternatives() default "";
}
