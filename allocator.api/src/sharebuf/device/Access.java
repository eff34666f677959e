package sharebuf.device;

/** What a device, or the CPU, does with the bytes of a buffer. */
public enum Access {
    /** Reads only. */
    READ,
    /** Writes; what was there before is not read. */
    WRITE,
    /** Reads and writes. */
    READ_WRITE;

    /**
     * Whether bytes are read.
     *
     * @return false for {@link #WRITE}
     */
    public boolean reads() {
        return this != WRITE;
    }

    /**
     * Whether bytes are written.
     *
     * @return false for {@link #READ}
     */
    public boolean writes() {
        return this != READ;
    }
}
