package sharebuf.tck.kernel;

/** How high a case plays: as high as what it asks for can be said. */
enum Level {
    /** Through the broker, as an application does. */
    API,
    /** Ioctls through the platform's {@code DeviceNode}, as an importer does. */
    NODE,
    /** System calls of our libraries {@code linux} and {@code uapi}: what the API never says to the kernel. */
    UAPI;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
