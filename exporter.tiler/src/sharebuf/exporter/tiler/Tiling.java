package sharebuf.exporter.tiler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;

/** How a picture is laid out so that each plane fills whole slots. Stateless. */
final class Tiling {
    /** Bytes that the pitch of a plane is a multiple of; the chroma pitch of NV12, in slots of 128 bytes, is that of its luma. */
    private static final int PITCH = 128;
    /** Rows that the first plane is a multiple of: 64 of luma, and chroma of half the rows in slots of 32. */
    private static final int ROWS = 64;

    private Tiling() {
    }

    /**
     * The layout of a picture in slots.
     *
     * @param format of the picture
     * @param height in pixels
     * @param usual the layout that its uses agree on
     * @return no smaller than the usual one; empty when a plane's samples are of no size that there is a mode for, or its planes cannot all fill slots
     */
    static Optional<Layout> of(PixelFormat format, int height, Layout usual) {
        if (!suits(format)) {
            return Optional.empty();
        }
        PlaneLayout first = usual.planes().getFirst();
        long pitch = Math.ceilDiv(first.pitch(), PITCH) * PITCH;
        Layout padded = Layout.withPitch(format, (int) Math.max(height, first.rows()), pitch, ROWS);
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < padded.planes().size(); i++) {
            PlaneLayout p = padded.planes().get(i);
            Mode mode = Mode.of(format.planes().get(i).bytes()).orElseThrow();
            if (p.pitch() % mode.tile().width() != 0 || p.rows() % mode.slotHeight() != 0) {
                return Optional.empty();
            }
            planes.add(new PlaneLayout(p.object(), p.offset(), p.pitch(), p.rows(), Optional.of(mode.tile())));
        }
        return Optional.of(new Layout(padded.objects(), planes));
    }

    /** Whether there is a mode for each plane. */
    static boolean suits(PixelFormat format) {
        return format.planes().stream().allMatch(p -> Mode.of(p.bytes()).isPresent());
    }

    /** Whether an object of a layout is in slots. */
    static boolean isTiled(PixelFormat format, Layout layout, int object) {
        for (int i = 0; i < layout.planes().size(); i++) {
            PlaneLayout p = layout.planes().get(i);
            Optional<Mode> mode = Mode.of(format.planes().get(i).bytes());
            if (p.object() == object && (mode.isEmpty() || !p.tile().equals(Optional.of(mode.get().tile())))) {
                return false;
            }
        }
        return !layout.planes().isEmpty();
    }
}
