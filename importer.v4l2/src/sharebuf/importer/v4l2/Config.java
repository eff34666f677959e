package sharebuf.importer.v4l2;

/** Configuration of one video device. */
@interface Config {
    /**
     * The device.
     *
     * @return its name; also the service property
     */
    String sharebuf_device();

    /**
     * The input or output to select before the device is asked what it takes.
     *
     * @return its name or its index; empty leaves the one that is selected
     */
    String connector() default "";

    /**
     * What the pitch of the first plane is a multiple of.
     *
     * @return in bytes; 0 asks the driver
     */
    int pitchAlign() default 0;

    /**
     * What the rows of the first plane are a multiple of.
     *
     * @return in rows; 0 asks the driver
     */
    int heightAlign() default 0;

    /**
     * Memory that the planes of a use must lie in, which no driver tells: {@code USE.PLANE=REGION}, {@code USE=REGION} for all planes.
     *
     * @return none by default: anywhere that the device reaches
     */
    String[] regions() default {};
}
