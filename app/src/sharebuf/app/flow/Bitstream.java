package sharebuf.app.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.LongToIntFunction;
import java.util.zip.CRC32C;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.format.PixelFormat;

/**
 * Reads what a simulated encoder writes: a unit a frame with a checksum of all pixels that it read, and the first lines, run-length
 * coded, from which the frame's number is taken. With that number the checksum is compared to what the camera drew.
 *
 * <p>Confined to one thread.
 *
 * <pre>
 *   offset  size  little-endian
 *        0     4  magic "SBF1"
 *        4     4  bytes of the unit
 *       16     4  width      20  4  height      24  4  V4L2 fourcc of the base format
 *       28     4  CRC-32C of the packed pixels
 *       32     4  rows that follow   36  4  bytes of one
 *       40     -  (count 1..255, value) pairs
 * </pre>
 */
final class Bitstream {
    private static final int MAGIC = PixelFormat.fourcc("SBF1");
    private static final int HEADER = 40;
    private static final int LEAST = 4096;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Raster raster;
    private final LongToIntFunction drawn;
    private final Stamp stamp;
    private final MemorySegment lines;

    /**
     * A reader.
     *
     * @param raster what the pictures are
     * @param drawn the checksum of a frame by its number
     */
    Bitstream(Raster raster, LongToIntFunction drawn) {
        this.raster = raster;
        this.drawn = drawn;
        stamp = new Stamp(raster);
        lines = Arena.ofAuto().allocate((long) Stamp.LINES * raster.rowBytes(0));
    }

    /** Room for the header and for lines that do not repeat at all. */
    static long sizeFor(Raster raster) {
        return Math.max(LEAST, HEADER + 2L * Stamp.LINES * raster.rowBytes(0));
    }

    /** The CRC-32C of all bytes. */
    static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        long chunk = 1 << 30;
        for (long at = 0; at < bytes.byteSize(); at += chunk) {
            crc.update(bytes.asSlice(at, Math.min(chunk, bytes.byteSize() - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    /** Which frame a unit is of. */
    Stamp.Reading read(MemorySegment unit) {
        if (unit.byteSize() < HEADER || unit.get(INT, 0) != MAGIC) {
            return new Stamp.Reading.Torn(-1, "no unit of the encoder's bitstream");
        }
        int size = unit.get(INT, 4);
        if (unit.get(INT, 16) != raster.width() || unit.get(INT, 20) != raster.height() || unit.get(INT, 24) != raster.format().v4l2Fourcc()
                || unit.get(INT, 32) != Stamp.LINES || unit.get(INT, 36) != raster.rowBytes(0) || size < HEADER || size > unit.byteSize()) {
            return new Stamp.Reading.Torn(-1, "a unit of another picture");
        }
        if (!expand(unit.asSlice(HEADER, size - HEADER))) {
            return new Stamp.Reading.Torn(-1, "the lines of a unit are damaged");
        }
        Stamp.Reading reading = stamp.readLines(lines);
        if (reading instanceof Stamp.Reading.Whole(long number) && drawn.applyAsInt(number) != unit.get(INT, 28)) {
            return new Stamp.Reading.Torn(number, "the encoder read checksum 0x" + Integer.toHexString(unit.get(INT, 28)) + ", the camera drew 0x"
                    + Integer.toHexString(drawn.applyAsInt(number)));
        }
        return reading;
    }

    private boolean expand(MemorySegment runs) {
        long to = 0;
        for (long at = 0; at + 1 < runs.byteSize(); at += 2) {
            int count = runs.get(ValueLayout.JAVA_BYTE, at) & 255;
            if (count > lines.byteSize() - to) {
                return false;
            }
            lines.asSlice(to, count).fill(runs.get(ValueLayout.JAVA_BYTE, at + 1));
            to += count;
        }
        return to == lines.byteSize();
    }
}
