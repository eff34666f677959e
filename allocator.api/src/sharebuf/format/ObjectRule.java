package sharebuf.format;

/** How many objects a device takes a picture in. Merging intersects; an empty intersection is a conflict. */
public enum ObjectRule {
    /** All planes in one object. */
    ONE,
    /** Each plane in an object of its own. */
    PER_PLANE,
    /** Either. */
    EITHER;

    /**
     * Whether a picture of this format may be given to the device.
     *
     * @param format the format asked for
     * @return true when the number of objects fits; a single plane always does
     */
    public boolean permits(PixelFormat format) {
        return this == EITHER || format.planes().size() == 1 || (this == PER_PLANE) == format.objectPerPlane();
    }
}
