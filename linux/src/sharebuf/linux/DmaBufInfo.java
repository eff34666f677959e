package sharebuf.linux;

import java.util.Optional;

/**
 * What {@code /proc/self/fdinfo} says of a descriptor of a dma-buf (filesystems/proc.rst, "DMA Buffer files").
 *
 * <p>Immutable.
 *
 * @param size in bytes
 * @param count references to the open file: descriptors of all processes, mappings, importers, messages on their way
 * @param exporter who made it, such as {@code system} or {@code udmabuf}
 * @param name what somebody named it; empty when nobody did
 */
public record DmaBufInfo(long size, long count, String exporter, String name) {

    /** Reads the text of the file; empty when it is that of another kind of file. */
    static Optional<DmaBufInfo> parse(String text) {
        Optional<String> exporter = value(text, "exp_name");
        Optional<Long> size = number(text, "size");
        Optional<Long> count = number(text, "count");
        return exporter.isPresent() && size.isPresent() && count.isPresent()
                ? Optional.of(new DmaBufInfo(size.get(), count.get(), exporter.get(), value(text, "name").orElse(""))) : Optional.empty();
    }

    private static Optional<String> value(String text, String key) {
        return text.lines().filter(l -> l.startsWith(key + ":")).map(l -> l.substring(key.length() + 1).strip()).findFirst();
    }

    private static Optional<Long> number(String text, String key) {
        return value(text, key).filter(v -> v.matches("\\d{1,18}")).map(Long::parseLong);
    }
}
