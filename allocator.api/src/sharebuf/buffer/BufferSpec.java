package sharebuf.buffer;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import sharebuf.format.PixelFormat;

/**
 * What buffers are wanted: pictures of a format and size, or so many bytes, and how many of them.
 *
 * <p>Immutable; made by {@link #picture} or {@link #bytes}.
 */
public final class BufferSpec {
    /** The largest object and the largest set, in bytes: 2^46. What is larger is a mistake, not a request. */
    public static final long MAX_BYTES = 1L << 46;
    /** The most buffers of a set; the same as V4L2's {@code VIDEO_MAX_FRAME} of newer kernels allows. */
    public static final int MAX_COUNT = 64;
    /** The largest width and height, in pixels. */
    public static final int MAX_SIDE = 65536;

    private final Optional<PixelFormat> format;
    private final int width;
    private final int height;
    private final long bytes;
    private final int count;
    private final Set<DmaAttribute> attributes;
    private final SortedMap<Integer, SortedSet<String>> regions;

    private BufferSpec(Optional<PixelFormat> format, int width, int height, long bytes, int count, Set<DmaAttribute> attributes,
            SortedMap<Integer, SortedSet<String>> regions) {
        this.format = format;
        this.width = width;
        this.height = height;
        this.bytes = bytes;
        this.count = count;
        this.attributes = attributes;
        this.regions = regions;
    }

    /**
     * One picture.
     *
     * @param format its format
     * @param width in pixels, 1 to {@link #MAX_SIDE}
     * @param height in pixels, 1 to {@link #MAX_SIDE}
     * @return the spec
     */
    public static BufferSpec picture(PixelFormat format, int width, int height) {
        Objects.requireNonNull(format, "format");
        if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE) {
            throw new IllegalArgumentException("picture " + width + "x" + height + ": each side from 1 to " + MAX_SIDE);
        }
        return new BufferSpec(Optional.of(format), width, height, 0, 1, Set.of(), Collections.emptySortedMap());
    }

    /**
     * One buffer of bytes.
     *
     * @param bytes from 1 to {@link #MAX_BYTES}
     * @return the spec
     */
    public static BufferSpec bytes(long bytes) {
        if (bytes < 1 || bytes > MAX_BYTES) {
            throw new IllegalArgumentException("buffer of " + bytes + " bytes: from 1 to " + MAX_BYTES);
        }
        return new BufferSpec(Optional.empty(), 0, 0, bytes, 1, Set.of(), Collections.emptySortedMap());
    }

    /**
     * So many equal ones.
     *
     * @param buffers from 1 to {@link #MAX_COUNT}
     * @return the spec
     */
    public BufferSpec count(int buffers) {
        if (buffers < 1 || buffers > MAX_COUNT) {
            throw new IllegalArgumentException("count " + buffers + ": from 1 to " + MAX_COUNT);
        }
        return new BufferSpec(format, width, height, bytes, buffers, attributes, regions);
    }

    /**
     * With DMA attributes.
     *
     * @param wanted COHERENT, NON_COHERENT and WRITE_COMBINE exclude each other
     * @return the spec
     */
    public BufferSpec attributes(Set<DmaAttribute> wanted) {
        EnumSet<DmaAttribute> caching = EnumSet.of(DmaAttribute.COHERENT, DmaAttribute.NON_COHERENT, DmaAttribute.WRITE_COMBINE);
        caching.retainAll(wanted);
        if (caching.size() > 1) {
            throw new IllegalArgumentException("attributes " + caching + " exclude each other");
        }
        EnumSet<DmaAttribute> copy = EnumSet.noneOf(DmaAttribute.class);
        copy.addAll(wanted);
        return new BufferSpec(format, width, height, bytes, count, Collections.unmodifiableSet(copy), regions);
    }

    /**
     * Only in these regions of memory.
     *
     * @param object index of the object, from 0; one that a buffer does not have is not missed
     * @param names of regions, at least one; a name that the board does not have permits nothing
     * @return the spec
     */
    public BufferSpec in(int object, Collection<String> names) {
        if (object < 0 || names.isEmpty()) {
            throw new IllegalArgumentException("regions of object " + object + ": " + names + ": index from 0, at least one name");
        }
        TreeMap<Integer, SortedSet<String>> copy = new TreeMap<>(regions);
        copy.put(object, Collections.unmodifiableSortedSet(new TreeSet<>(names)));
        return new BufferSpec(format, width, height, bytes, count, attributes, Collections.unmodifiableSortedMap(copy));
    }

    /**
     * The format.
     *
     * @return empty for a buffer of bytes
     */
    public Optional<PixelFormat> format() {
        return format;
    }

    /**
     * The width.
     *
     * @return in pixels; 0 for a buffer of bytes
     */
    public int width() {
        return width;
    }

    /**
     * The height.
     *
     * @return in pixels; 0 for a buffer of bytes
     */
    public int height() {
        return height;
    }

    /**
     * The size of a buffer of bytes.
     *
     * @return 0 for a picture
     */
    public long bytes() {
        return bytes;
    }

    /**
     * How many buffers.
     *
     * @return at least 1
     */
    public int count() {
        return count;
    }

    /**
     * The DMA attributes.
     *
     * @return unmodifiable
     */
    public Set<DmaAttribute> attributes() {
        return attributes;
    }

    /**
     * Where objects may lie, by index.
     *
     * @return unmodifiable; an object that is absent may lie anywhere
     */
    public SortedMap<Integer, SortedSet<String>> regions() {
        return regions;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof BufferSpec s && format.equals(s.format) && width == s.width && height == s.height && bytes == s.bytes
                && count == s.count && attributes.equals(s.attributes) && regions.equals(s.regions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(format, width, height, bytes, count, attributes, regions);
    }

    @Override
    public String toString() {
        String what = format.map(f -> f + " " + width + "x" + height).orElse(bytes + " bytes");
        return count + " x " + what + (attributes.isEmpty() ? "" : " " + attributes) + (regions.isEmpty() ? "" : " in " + where());
    }

    private String where() {
        return regions.values().stream().distinct().count() == 1 && regions.size() > 1 ? String.join(" or ", regions.get(regions.firstKey()))
                : String.join(", ", regions.entrySet().stream().map(e -> e.getKey() + "=" + String.join("|", e.getValue())).toList());
    }
}
