package sharebuf.tck.kernel;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a case needs of the machine. */
enum Need {
    /** System calls through {@code java.lang.foreign}. */
    CALLS("", finds -> finds.calls() ? List.of("there") : List.of(), "64-bit Linux with native access"),
    /** A dma-heap that can be opened. */
    HEAP(Finds.HEAPS, Finds::heaps, Finds.HEAPS),
    /** {@code /dev/udmabuf}. */
    UDMABUF(Finds.UDMABUF, Finds::udmabuf, Finds.UDMABUF),
    /** Somebody who makes dma-bufs of memory: a heap or udmabuf. */
    BUFFERS(Finds.HEAPS, finds -> Stream.of(finds.heaps(), finds.udmabuf()).flatMap(List::stream).toList(), Finds.HEAPS + ", no " + Finds.UDMABUF),
    /** A DRM node. */
    CARD(Finds.DRI, Finds::cards, Finds.DRI + "/card*"),
    /** A video node. */
    VIDEO("/dev/video", Finds::videos, "/dev/video*"),
    /** A video node that the caller lets be unplugged. */
    UNPLUG_VIDEO("", finds -> finds.unplugged("/dev/video"), "--unplug /dev/video..., which takes the driver from a device"),
    /** The same of a DRM node. */
    UNPLUG_CARD("", finds -> finds.unplugged(Finds.DRI), "--unplug " + Finds.DRI + "/..., which takes the driver from a device");

    private final String prefix;
    private final Function<Finds, List<String>> found;
    private final String what;

    Need(String prefix, Function<Finds, List<String>> found, String what) {
        this.prefix = prefix;
        this.found = found;
        this.what = what;
    }

    /** What is missing, for people; a node that is there and cannot be opened says why. */
    Optional<String> missing(Finds finds) {
        if (!finds.calls()) {
            return Optional.of("no " + CALLS.what);
        }
        if (!found.apply(finds).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(finds.closed().stream().filter(c -> !prefix.isEmpty() && c.startsWith(prefix)).findFirst().orElse("no " + what));
    }
}
