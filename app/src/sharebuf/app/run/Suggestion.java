package sharebuf.app.run;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.WrongCall;
import sharebuf.device.Use;
import sharebuf.drm.Display;
import sharebuf.format.FormatRange;
import sharebuf.format.PixelFormat;

/** What a run on real devices plays where nothing was said. */
final class Suggestion {
    /** Tried before what the camera lists first: every display shows it, and no plane of it is half as wide as another. */
    private static final PixelFormat FIRST = PixelFormat.XRGB8888;
    private static final int MOST_WIDTH = 1920;
    private static final int MOST_HEIGHT = 1080;

    private Suggestion() {
    }

    /** The first device that captures, and all others that read. */
    static Pipeline pipeline(List<String> devices, List<Use> uses) throws WrongCall {
        List<String> readers = new ArrayList<>();
        String writer = "";
        for (String device : devices) {
            List<Use> own = uses.stream().filter(u -> u.id().device().equals(device)).toList();
            boolean reads = own.stream().anyMatch(u -> u.access().reads());
            boolean writes = own.stream().anyMatch(u -> u.access().writes());
            if (writes && !reads && writer.isEmpty()) {
                writer = device;
            } else if (reads) {
                readers.add(device);
            }
        }
        if (writer.isEmpty() || readers.isEmpty()) {
            throw new WrongCall("--devices " + String.join(",", devices) + ": " + (writer.isEmpty() ? "none captures" : "none reads what " + writer
                    + " captures") + "; allowed: a camera and a device that reads its pictures, or --pipeline with the devices in their order");
        }
        return new Pipeline(List.of(List.of(writer), readers));
    }

    /** A format that all of them take. */
    static PixelFormat format(List<Use> uses) throws WrongCall {
        Set<PixelFormat> common = new LinkedHashSet<>();
        uses.getFirst().formats().forEach(f -> common.add(f.format()));
        for (Use use : uses) {
            if (!use.anyFormat()) {
                common.retainAll(use.formats().stream().map(FormatRange::format).toList());
            }
        }
        if (common.isEmpty()) {
            StringBuilder s = new StringBuilder("--format: there is none that all take");
            uses.forEach(u -> s.append("\n  ").append(u.id()).append(": ")
                    .append(String.join(", ", u.formats().stream().map(f -> f.format().name()).distinct().toList())));
            throw new WrongCall(s.toString());
        }
        return common.contains(FIRST) ? FIRST : common.iterator().next();
    }

    /** The first mode of the display that all take; without a display the largest size of the camera up to 1920x1080 that all take. */
    static Size size(PixelFormat format, List<Use> uses, List<Display.Mode> modes) throws WrongCall {
        for (Display.Mode mode : modes) {
            if (takeAll(uses, format, mode.width(), mode.height())) {
                return new Size(mode.width(), mode.height());
            }
        }
        if (!modes.isEmpty()) {
            throw new WrongCall("--size: none of the display's modes is a size that all take in " + format + "; modes: "
                    + String.join(", ", modes.stream().map(m -> m.width() + "x" + m.height()).distinct().toList()) + ranges(uses, format));
        }
        return uses.getFirst().formats().stream().filter(f -> f.format().equals(format.base())).map(FormatRange::sizes)
                .map(r -> new Size(Math.min(r.maxWidth(), Math.max(r.minWidth(), MOST_WIDTH - (MOST_WIDTH - r.minWidth()) % r.stepWidth())),
                        Math.min(r.maxHeight(), Math.max(r.minHeight(), MOST_HEIGHT - (MOST_HEIGHT - r.minHeight()) % r.stepHeight()))))
                .filter(s -> s.width() <= MOST_WIDTH && s.height() <= MOST_HEIGHT && takeAll(uses, format, s.width(), s.height()))
                .reduce((a, b) -> (long) a.width() * a.height() >= (long) b.width() * b.height() ? a : b)
                .orElseThrow(() -> new WrongCall("--size: none was found that all take in " + format + "; name one" + ranges(uses, format)));
    }

    private static String ranges(List<Use> uses, PixelFormat format) {
        StringBuilder s = new StringBuilder();
        uses.forEach(u -> s.append("\n  ").append(u.id()).append(": ").append(u.anyFormat() ? "any" : String.join(", ",
                u.formats().stream().filter(f -> f.format().equals(format.base())).map(f -> f.sizes().toString()).distinct().toList())));
        return s.toString();
    }

    private static boolean takeAll(List<Use> uses, PixelFormat format, int width, int height) {
        return uses.stream().allMatch(u -> u.anyFormat() || u.formats().stream()
                .anyMatch(f -> f.format().equals(format.base()) && f.sizes().contains(width, height)));
    }
}
