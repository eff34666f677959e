package sharebuf.tck.kernel;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Heaps;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;

/**
 * The nodes of this machine that can be opened.
 *
 * <p>Immutable.
 *
 * @param calls whether system calls can be made at all
 * @param heaps paths of dma-heaps
 * @param udmabuf its path; empty when there is none
 * @param videos paths of video nodes
 * @param cards paths of DRM nodes
 * @param closed nodes that are there and cannot be opened, each with its errno
 * @param unplug nodes that may be unplugged
 */
record Finds(boolean calls, List<String> heaps, List<String> udmabuf, List<String> videos, List<String> cards, List<String> closed, List<String> unplug) {
    static final String HEAPS = Heaps.FOLDER;
    static final String UDMABUF = "/dev/udmabuf";
    static final String DRI = "/dev/dri";

    /** Copies the lists. */
    Finds {
        heaps = List.copyOf(heaps);
        udmabuf = List.copyOf(udmabuf);
        videos = List.copyOf(videos);
        cards = List.copyOf(cards);
        closed = List.copyOf(closed);
        unplug = List.copyOf(unplug);
    }

    /** Looks. Every node that is found is opened and closed once. */
    static Finds look(Optional<Libc> libc, Machine machine, List<String> unplug) {
        if (libc.isEmpty()) {
            return new Finds(false, List.of(), List.of(), List.of(), List.of(), List.of(), unplug);
        }
        List<String> closed = new ArrayList<>();
        try (Descriptors descriptors = new Descriptors(libc.get())) {
            return new Finds(true, open(descriptors, machine, names(machine, HEAPS, ".+"), closed),
                    open(descriptors, machine, Files.exists(machine.at(UDMABUF)) ? List.of(UDMABUF) : List.of(), closed),
                    open(descriptors, machine, names(machine, "/dev", "video\\d+"), closed), open(descriptors, machine, names(machine, DRI, "card\\d+"), closed), closed, unplug);
        }
    }

    private static List<String> names(Machine machine, String folder, String pattern) {
        return machine.names(folder, pattern).stream().map(name -> folder + "/" + name).toList();
    }

    private static List<String> open(Descriptors descriptors, Machine machine, List<String> paths, List<String> closed) {
        List<String> found = new ArrayList<>();
        for (String path : paths) {
            try (Descriptor _ = descriptors.open(machine.at(path), Libc.O_RDWR | Libc.O_NONBLOCK)) {
                found.add(path);
            } catch (CallFailed e) {
                closed.add(path + ": " + Errno.of(e.errno()));
            }
        }
        return found;
    }

    /** Those that may be unplugged whose paths begin so. */
    List<String> unplugged(String prefix) {
        return unplug.stream().filter(path -> path.startsWith(prefix)).toList();
    }

    /** Whether there is no device at all. */
    boolean nothing() {
        return heaps.isEmpty() && udmabuf.isEmpty() && videos.isEmpty() && cards.isEmpty();
    }

    /** What was looked for, a line each. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line("dma-heaps", HEAPS + "/*", heaps));
        lines.add(line("udmabuf", UDMABUF, udmabuf));
        lines.add(line("V4L2 nodes", "/dev/video*", videos));
        lines.add(line("DRM nodes", DRI + "/card*", cards));
        closed.forEach(each -> lines.add("not opened: " + each));
        if (!calls) {
            lines.add("system calls need 64-bit Linux and native access (--enable-native-access=ALL-UNNAMED)");
        }
        return lines;
    }

    private static String line(String what, String where, List<String> found) {
        return String.format("%-10s %-16s %s", what, where, found.isEmpty() ? "none" : String.join(" ", found));
    }
}
