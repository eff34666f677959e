package sharebuf.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the file system says of this machine: {@code /dev}, {@code /sys}, {@code /proc}. A file that is absent or may not be read says
 * nothing; nothing here fails.
 *
 * <p>Immutable; each call reads anew.
 *
 * @param root {@code /}, or a folder that plays it
 */
public record Machine(Path root) {
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern CMA_FREE = Pattern.compile("CmaFree:\\s+(\\d{1,12}) kB");
    private static final Pattern RAM = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) : System RAM");

    /**
     * A range of physical addresses.
     *
     * @param first lowest, unsigned
     * @param last highest, inclusive, unsigned
     */
    public record Range(long first, long last) {
    }

    /**
     * A file of this machine.
     *
     * @param absolute such as {@code /dev/udmabuf}
     * @return its path below the root
     */
    public Path at(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    /**
     * Names in a folder.
     *
     * @param absolute the folder
     * @param pattern what a name must match in full
     * @return in order of their numbers; none when the folder is not there
     */
    public List<String> names(String absolute, String pattern) {
        try (Stream<Path> files = Files.list(at(absolute))) {
            return files.map(f -> f.getFileName().toString()).filter(n -> n.matches(pattern)).sorted(Comparator.comparing(Machine::ordinal).thenComparing(n -> n)).toList();
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }

    private static long ordinal(String name) {
        Matcher m = DIGITS.matcher(name);
        return m.find() && m.end() - m.start() < 18 ? Long.parseLong(m.group()) : -1;
    }

    /**
     * The text of a small file.
     *
     * @param absolute the file
     * @return without white space around it; empty when it cannot be read
     */
    public Optional<String> text(String absolute) {
        return text(at(absolute));
    }

    /**
     * What the kernel says of a descriptor of this process.
     *
     * @param descriptor its number
     * @return empty when it is no dma-buf, or cannot be read
     */
    public Optional<DmaBufInfo> dmaBuf(int descriptor) {
        return text("/proc/self/fdinfo/" + descriptor).flatMap(DmaBufInfo::parse);
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /**
     * What is known of the device behind a node.
     *
     * @param node such as {@code /dev/video0}, {@code /dev/dri/card0}, or a link to one
     * @return the facts
     */
    public DeviceFacts facts(String node) {
        Path device = at("/sys/class/" + (node.contains("/dri/") ? "drm" : "video4linux") + "/" + name(node) + "/device");
        Path master = master(device);
        Optional<String> group = target(master.resolve("iommu_group"));
        return new DeviceFacts(target(device), target(device.resolve("driver")), compatible(device), group,
                group.flatMap(g -> text("/sys/kernel/iommu_groups/" + g + "/type")), bits(master));
    }

    /** Who sends the addresses: for a virtio device its transport (vring_dma_dev of drivers/virtio/virtio_ring.c), which is its parent. */
    private static Path master(Path device) {
        if (target(device.resolve("subsystem")).equals(Optional.of("virtio"))) {
            try {
                return device.toRealPath().getParent();
            } catch (IOException e) {
                return device;
            }
        }
        return device;
    }

    private String name(String node) {
        Path path = at(node);
        try {
            path = path.toRealPath(); // by-id and by-path are links
        } catch (IOException e) {
            // The name will do.
        }
        return path.getFileName().toString();
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(link.toRealPath().getFileName().toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static List<String> compatible(Path device) {
        return text(device.resolve("of_node/compatible")).map(t -> Arrays.stream(t.split("\0")).filter(s -> !s.isEmpty()).toList()).orElse(List.of());
    }

    private static OptionalInt bits(Path device) {
        return text(device.resolve("dma_mask_bits")).filter(t -> t.matches("\\d{1,2}")).map(t -> OptionalInt.of(Integer.parseInt(t)))
                .filter(n -> n.getAsInt() > 0).orElse(OptionalInt.empty());
    }

    /**
     * Where RAM is, from {@code /proc/iomem} or {@code /sys/firmware/memmap}; both show it to root only.
     *
     * @return at least one range; empty when it cannot be known
     */
    public Optional<List<Range>> ram() {
        List<Range> ranges = new ArrayList<>();
        text("/proc/iomem").ifPresent(t -> t.lines().map(RAM::matcher).filter(Matcher::matches)
                .forEach(m -> ranges.add(new Range(Long.parseUnsignedLong(m.group(1), 16), Long.parseUnsignedLong(m.group(2), 16)))));
        ranges.removeIf(r -> r.last() == 0); // what others than root are shown
        if (ranges.isEmpty()) {
            for (String entry : names("/sys/firmware/memmap", "\\d+")) {
                String folder = "/sys/firmware/memmap/" + entry;
                if (text(folder + "/type").equals(Optional.of("System RAM"))) {
                    address(folder + "/start").ifPresent(first -> address(folder + "/end").ifPresent(last -> ranges.add(new Range(first, last))));
                }
            }
        }
        return ranges.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(ranges));
    }

    /**
     * Bytes of the contiguous allocator that are free, from {@code /proc/meminfo}.
     *
     * @return empty when the kernel has none
     */
    public OptionalLong cmaFree() {
        return text("/proc/meminfo").stream().flatMap(String::lines).map(CMA_FREE::matcher).filter(Matcher::matches).mapToLong(m -> Long.parseLong(m.group(1)) << 10).findFirst();
    }

    /**
     * A property of the device tree that is one or more numbers.
     *
     * @param absolute the file
     * @return its cells, unsigned; none when it cannot be read or is no such property
     */
    List<Long> cells(String absolute) {
        try {
            byte[] bytes = Files.readAllBytes(at(absolute));
            List<Long> cells = new ArrayList<>();
            for (int i = 0; i + Integer.BYTES <= bytes.length; i += Integer.BYTES) {
                cells.add(ByteBuffer.wrap(bytes).getInt(i) & 0xffff_ffffL); // big-endian, as the specification of the device tree says
            }
            return cells;
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }

    boolean exists(String absolute) {
        return Files.exists(at(absolute));
    }

    private Optional<Long> address(String file) {
        return text(file).filter(t -> t.matches("0x[0-9a-f]{1,16}")).map(t -> Long.parseUnsignedLong(t.substring(2), 16));
    }
}
