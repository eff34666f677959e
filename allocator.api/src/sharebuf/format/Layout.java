package sharebuf.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a buffer is laid out: its objects and the planes in them.
 *
 * <p>Immutable. In bytes. A buffer without a format has one object and no plane.
 *
 * @param objects size of each object, each at least 1
 * @param planes the planes in the order of the format
 */
public record Layout(List<Long> objects, List<PlaneLayout> planes) {

    /** Checks that every plane lies inside its object; copies the lists. */
    public Layout {
        objects = List.copyOf(objects);
        planes = List.copyOf(planes);
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("a buffer has at least one object");
        }
        for (long size : objects) {
            if (size < 1) {
                throw new IllegalArgumentException("object of " + size + " bytes: at least 1");
            }
        }
        for (PlaneLayout plane : planes) {
            Objects.checkIndex(plane.object(), objects.size());
            Objects.checkFromIndexSize(plane.offset(), plane.size(), objects.get(plane.object()));
        }
    }

    /**
     * One object without planes.
     *
     * @param bytes its size, at least 1
     * @return the layout
     */
    public static Layout ofBytes(long bytes) {
        return new Layout(List.of(bytes), List.of());
    }

    /**
     * The usual layout of a linear picture: the pitch of the first plane rounded up to {@code pitchAlign}, the others in
     * proportion (V4L2's rule for its planar formats), planes one after another in their object.
     *
     * @param format the format
     * @param width in pixels, at least 1
     * @param height in pixels, at least 1
     * @param pitchAlign in bytes, at least 1
     * @param heightAlign in rows, at least 1
     * @return the layout
     * @throws IllegalArgumentException for a bound that is broken
     * @throws ArithmeticException when a size does not fit 63 bits
     */
    public static Layout linear(PixelFormat format, int width, int height, long pitchAlign, long heightAlign) {
        PixelFormat.Plane first = format.planes().getFirst();
        long pitch = roundUp(Math.multiplyExact((long) ceilDiv(width, first.horizontal()), first.bytes()), pitchAlign);
        return withPitch(format, height, pitch, heightAlign);
    }

    /**
     * The layout with a given pitch of the first plane.
     *
     * @param format the format
     * @param height in pixels, at least 1
     * @param pitch of the first plane, in bytes, at least 1
     * @param heightAlign in rows, at least 1
     * @return the layout
     */
    public static Layout withPitch(PixelFormat format, int height, long pitch, long heightAlign) {
        if (height < 1 || pitch < 1 || heightAlign < 1) {
            throw new IllegalArgumentException("height " + height + ", pitch " + pitch + ", heightAlign " + heightAlign + ": each at least 1");
        }
        PixelFormat.Plane first = format.planes().getFirst();
        long rows = roundUp(ceilDiv(height, first.vertical()), heightAlign);
        long[] used = new long[format.objects()];
        List<PlaneLayout> planes = new ArrayList<>();
        for (int i = 0; i < format.planes().size(); i++) {
            PixelFormat.Plane p = format.planes().get(i);
            long planePitch = ceilDiv(Math.multiplyExact(pitch, (long) p.bytes() * first.horizontal()), (long) first.bytes() * p.horizontal());
            long planeRows = ceilDiv(Math.multiplyExact(rows, first.vertical()), p.vertical());
            int object = format.objectOf(i);
            planes.add(new PlaneLayout(object, used[object], planePitch, planeRows));
            used[object] = Math.addExact(used[object], Math.multiplyExact(planePitch, planeRows));
        }
        List<Long> objects = new ArrayList<>();
        for (long bytes : used) {
            objects.add(bytes);
        }
        return new Layout(objects, planes);
    }

    /**
     * Whether a picture of another layout has room in this one: as many objects and planes, none of them smaller.
     *
     * @param other the other layout
     * @return true when it has
     */
    public boolean holds(Layout other) {
        boolean holds = objects.size() == other.objects.size() && planes.size() == other.planes.size();
        for (int i = 0; holds && i < objects.size(); i++) {
            holds = objects.get(i) >= other.objects.get(i);
        }
        for (int i = 0; holds && i < planes.size(); i++) {
            holds = planes.get(i).object() == other.planes.get(i).object() && planes.get(i).pitch() >= other.planes.get(i).pitch()
                    && planes.get(i).rows() >= other.planes.get(i).rows();
        }
        return holds;
    }

    /**
     * Whether the rows of every plane lie one after another in memory.
     *
     * @return false when some plane lies in tiles
     */
    public boolean linear() {
        return planes.stream().allMatch(p -> p.tile().isEmpty());
    }

    /**
     * Bytes of all objects together.
     *
     * @return the sum
     */
    public long size() {
        return objects.stream().mapToLong(Long::longValue).sum();
    }

    private static long roundUp(long value, long step) {
        if (step < 1) {
            throw new IllegalArgumentException("alignment " + step + ": at least 1");
        }
        return Math.multiplyExact(ceilDiv(value, step), step);
    }

    private static long ceilDiv(long value, long by) {
        return Math.ceilDiv(value, by);
    }

    private static int ceilDiv(int value, int by) {
        if (value < 1) {
            throw new IllegalArgumentException("size " + value + ": at least 1");
        }
        return Math.ceilDiv(value, by);
    }
}
