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
     * What the pitch of the first plane is a multiple of; DRM has no call that tells.
     *
     * @return in bytes, at least 1
     */
    int pitchAlign() default 1;

    /**
     * What the rows of the first plane are a multiple of.
     *
     * @return in rows, at least 1
     */
    int heightAlign() default 1;
}
