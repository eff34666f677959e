package sharebuf.platform.linux;

/** Configuration of a device; keys, units and ranges are in the bundle's README. */
@interface DeviceConfig {
    /** Its name. */
    String sharebuf_device() default "";

    /** {@code v4l2} or {@code drm}. */
    String sharebuf_node() default "v4l2";

    /** Its node, such as {@code /dev/video0}. */
    String path() default "";

    /** Who makes its mappings. */
    String sharebuf_addressSpace() default "kernel";

    /** What it is, most specific first; empty: what the device tree says. */
    String[] compatible() default {};

    /** The highest address it can send; empty: what sysfs says, or what its driver is known for, else 32 bits. */
    String mask() default "";

    /** Without an IOMMU: {@code refuse} or {@code allow} memory that may lie above the mask, which the kernel then copies. */
    String bounce() default "refuse";

    /** What it is for, handed on as a service property. */
    String role() default "";
}
