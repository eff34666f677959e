package sharebuf.format;

/**
 * Where a plane lies.
 *
 * <p>Immutable. In bytes.
 *
 * @param object index of the object, from 0
 * @param offset from the start of the object
 * @param pitch from one row to the next
 * @param rows number of rows, padding included
 */
public record PlaneLayout(int object, long offset, long pitch, long rows) {
    /** Checks that nothing is negative and that the size does not overflow. */
    public PlaneLayout {
        if (object < 0 || offset < 0 || pitch < 1 || rows < 1) {
            throw new IllegalArgumentException("plane at object " + object + ", offset " + offset + ", pitch " + pitch + ", rows " + rows);
        }
        Math.addExact(offset, Math.multiplyExact(pitch, rows));
    }

    /**
     * Bytes of the plane, padding included.
     *
     * @return pitch times rows
     */
    public long size() {
        return pitch * rows;
    }
}
