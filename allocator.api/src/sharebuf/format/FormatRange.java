package sharebuf.format;

import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One line of what a use accepts: a format with its modifiers, sizes and layout rules.
 *
 * <p>Immutable.
 *
 * @param format the format of the pixels; always a {@linkplain PixelFormat#base() base} format
 * @param objects how many objects the device takes it in
 * @param modifiers the arrangements it takes, at least one
 * @param sizes the sizes it takes
 * @param pitchAlign the pitch of the first plane is a multiple of this, in bytes, at least 1; merged by lcm
 * @param heightAlign the rows of the first plane are padded to a multiple of this, at least 1; merged by lcm
 * @param exactPitch the only pitch of the first plane that the driver takes, in bytes; empty when it takes any
 */
public record FormatRange(PixelFormat format, ObjectRule objects, SortedSet<Modifier> modifiers, SizeRange sizes,
        int pitchAlign, int heightAlign, Optional<Long> exactPitch) {

    /** Checks the bounds and copies the set. */
    public FormatRange {
        Objects.requireNonNull(objects, "objects");
        Objects.requireNonNull(sizes, "sizes");
        Objects.requireNonNull(exactPitch, "exactPitch");
        if (format.objectPerPlane()) {
            throw new IllegalArgumentException(format + ": name the base format and say PER_PLANE");
        }
        if (modifiers.isEmpty() || pitchAlign < 1 || heightAlign < 1) {
            throw new IllegalArgumentException(format + ": at least one modifier, pitchAlign and heightAlign at least 1, got "
                    + modifiers + ", " + pitchAlign + ", " + heightAlign);
        }
        modifiers = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(modifiers));
    }

    /**
     * A linear format of any pitch.
     *
     * @param format the base format
     * @param objects how many objects
     * @param sizes the sizes
     * @return the range
     */
    public static FormatRange linear(PixelFormat format, ObjectRule objects, SizeRange sizes) {
        return new FormatRange(format, objects, new TreeSet<>(java.util.List.of(Modifier.LINEAR)), sizes, 1, 1, Optional.empty());
    }

    /**
     * This range with other alignments.
     *
     * @param pitch of the first plane, in bytes
     * @param height in rows
     * @return the changed copy
     */
    public FormatRange aligned(int pitch, int height) {
        return new FormatRange(format, objects, modifiers, sizes, pitch, height, exactPitch);
    }
}
