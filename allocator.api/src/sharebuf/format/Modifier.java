package sharebuf.format;

/**
 * A DRM format modifier: how the pixels of a plane are arranged.
 *
 * <p>Immutable.
 *
 * @param code the 64-bit code of {@code drm_fourcc.h}
 */
public record Modifier(long code) implements Comparable<Modifier> {
    /** Rows one after another, {@code DRM_FORMAT_MOD_LINEAR}. */
    public static final Modifier LINEAR = new Modifier(0);

    @Override
    public int compareTo(Modifier other) {
        return Long.compareUnsigned(code, other.code);
    }

    @Override
    public String toString() {
        return code == 0 ? "LINEAR" : "0x" + Long.toHexString(code);
    }
}
