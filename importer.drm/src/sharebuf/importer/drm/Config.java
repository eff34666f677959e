package sharebuf.importer.drm;

/** Configuration of one display. */
@interface Config {
    /**
     * The device.
     *
     * @return its name; also the service property
     */
    String sharebuf_device();

    /**
     * What the pitch of the first plane is a multiple of. DRM has no call that tells: without a number it is the pitch of a dumb buffer of one
     * pixel.
     *
     * @return in bytes; 0 asks the driver
     */
    int pitchAlign() default 0;

    /**
     * What the rows of the first plane are a multiple of. DRM has no call that tells.
     *
     * @return in rows, at least 1
     */
    int heightAlign() default 1;
}
