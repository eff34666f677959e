package sharebuf.placing;

import java.util.Optional;

/**
 * The board option that makes a region larger, for the fix of a refusal. Immutable.
 *
 * @param name of the option; empty when there is none
 * @param most what the option may be, in MiB; 0 when that is not known
 */
public record RegionOption(String name, int most) {
    /** There is none. */
    public static final RegionOption NONE = new RegionOption("", 0);

    private static final int MIB = 20;

    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public RegionOption {
        if (most < 0) {
            throw new IllegalArgumentException("optionMost " + most + ": from 0 (not known) MiB");
        }
    }

    /**
     * Whether there is such an option.
     *
     * @return false when nothing makes the region larger
     */
    public boolean exists() {
        return !name.isEmpty();
    }

    /**
     * What makes the region so large.
     *
     * @param bytes that it must have
     * @return the fix; empty when there is no such option, or it does not go so far
     */
    public Optional<String> atLeast(long bytes) {
        long needed = (bytes + (1L << MIB) - 1) >> MIB;
        return exists() && (most == 0 || needed <= most) ? Optional.of("--board-option " + name + "=" + needed + "MiB") : Optional.empty();
    }
}
