package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import sharebuf.linux.Machine;

/**
 * What this process, and the whole kernel, holds of devices and their memory at one moment.
 *
 * <p>Immutable.
 *
 * @param descriptors how many descriptors of this process lead to each file that matters here
 * @param buffers dma-bufs of the whole kernel; empty when debugfs cannot be read
 */
record Held(TreeMap<String, Integer> descriptors, Optional<Buffers> buffers) {
    private static final Pattern MATTERS = Pattern.compile("/dmabuf:|/memfd:|/dev/(dma_heap/|udmabuf|video|dri/|null|zero)|anon_inode:sync_file");
    /** A dma-buf's name says which object it is or was: what is kept for the next one is renamed. */
    private static final Pattern NAME = Pattern.compile("^/dmabuf:.*");
    private static final Pattern TOTAL = Pattern.compile("Total (\\d+) objects, (\\d+) bytes");
    private static final String BUFINFO = "/sys/kernel/debug/dma_buf/bufinfo";

    /**
     * The last line of the kernel's list of dma-bufs ({@code drivers/dma-buf/dma-buf.c}).
     *
     * @param objects how many there are
     * @param bytes all together
     */
    record Buffers(long objects, long bytes) {
    }

    static Held now(Machine machine) {
        return new Held(descriptors(machine), machine.text(BUFINFO).flatMap(Held::buffers));
    }

    static Optional<Buffers> buffers(String bufinfo) {
        Matcher total = TOTAL.matcher(bufinfo);
        return total.find() ? Optional.of(new Buffers(Long.parseLong(total.group(1)), Long.parseLong(total.group(2)))) : Optional.empty();
    }

    private static TreeMap<String, Integer> descriptors(Machine machine) {
        TreeMap<String, Integer> held = new TreeMap<>();
        try (Stream<Path> all = Files.list(machine.at("/proc/self/fd"))) {
            for (Path each : all.toList()) {
                target(each).filter(t -> MATTERS.matcher(t).find()).ifPresent(t -> held.merge(NAME.matcher(t).replaceFirst("/dmabuf"), 1, Integer::sum));
            }
        } catch (IOException e) {
            return new TreeMap<>(); // not Linux
        }
        return held;
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty(); // closed meanwhile: that of the listing itself
        }
    }

    /**
     * What is held now and was not before, for people.
     *
     * @param before what was held
     * @param kept files of which one descriptor each is no leak: the platform keeps it for the next case
     */
    List<String> more(Held before, Set<String> kept) {
        List<String> more = new ArrayList<>();
        descriptors.forEach((file, count) -> {
            int left = count - Math.max(kept.contains(file) ? 1 : 0, before.descriptors.getOrDefault(file, 0));
            if (left > 0) {
                more.add(left + " descriptors of " + file);
            }
        });
        if (buffers.isPresent() && before.buffers.isPresent() && !buffers.equals(before.buffers)) {
            more.add("the kernel has " + buffers.get().objects + " dma-bufs of " + buffers.get().bytes + " bytes, before it had " + before.buffers.get().objects + " of "
                    + before.buffers.get().bytes);
        }
        return more;
    }

    /** The same without the kernel's list, which others change too. */
    Held withoutKernel() {
        return new Held(descriptors, Optional.empty());
    }

    /** Descriptors of a file, of one that was removed too. */
    int of(String path) {
        return descriptors.getOrDefault(path, 0) + descriptors.getOrDefault(path + " (deleted)", 0);
    }

    int count() {
        return descriptors.values().stream().mapToInt(i -> i).sum();
    }
}
