package sharebuf.importer.drm;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import sharebuf.drm.Display.Mode;
import sharebuf.format.Modifier;
import sharebuf.format.PixelFormat;
import sharebuf.format.SizeRange;

/**
 * What the card can show, and by which of its objects.
 *
 * <p>Immutable.
 *
 * @param crtc id of the CRTC that is driven
 * @param connector id of the connector
 * @param modes the modes of the connector, the preferred one first
 * @param formats the formats of the CRTC's plane that Sharebuf knows
 * @param sizes the sizes of framebuffers
 * @param modifiers whether framebuffers are made with modifiers
 */
record Screen(int crtc, int connector, List<Timing> modes, List<Scannable> formats, SizeRange sizes, boolean modifiers) {
    Screen {
        modes = List.copyOf(modes);
        formats = List.copyOf(formats);
    }

    /** The size with the refresh that comes nearest; a refresh of 0 is content with the first one. Empty when the size is not listed. */
    Optional<Timing> timing(Mode mode) {
        List<Timing> sized = modes.stream().filter(t -> t.mode.width() == mode.width() && t.mode.height() == mode.height()).toList();
        Optional<Timing> exact = sized.stream().filter(t -> t.mode.equals(mode)).findFirst();
        return exact.isPresent() || mode.refresh() == 0 ? exact.or(() -> sized.stream().findFirst())
            : sized.stream().min(Comparator.comparingInt(t -> Math.abs(t.mode.refresh() - mode.refresh())));
    }

    /**
     * A format that the plane takes.
     *
     * @param format the pixels
     * @param modifiers how they may be arranged, at least one
     * @param pitchAlign what the driver likes the pitch to be a multiple of, in bytes
     */
    record Scannable(PixelFormat format, SortedSet<Modifier> modifiers, int pitchAlign) {
    }

    /**
     * A mode and the driver's {@code drm_mode_modeinfo}, which is given back as it came.
     *
     * @param mode what an application sees
     * @param info the structure's bytes; not changed
     */
    record Timing(Mode mode, byte[] info) {
    }
}
