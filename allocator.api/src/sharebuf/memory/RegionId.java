package sharebuf.memory;

/**
 * Names a memory region of the board.
 *
 * <p>Immutable; ordered by name.
 *
 * @param name letters, digits, {@code . _ - , @}
 */
public record RegionId(String name) implements Comparable<RegionId> {
    private static final java.util.regex.Pattern NAME = java.util.regex.Pattern.compile("[A-Za-z0-9._,@-]+");

    /** Checks the name. */
    public RegionId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("region '" + name + "': letters, digits and . _ - , @");
        }
    }

    @Override
    public int compareTo(RegionId o) {
        return name.compareTo(o.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
