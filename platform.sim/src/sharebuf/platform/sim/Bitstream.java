package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import sharebuf.format.PixelFormat;

/**
 * The bitstream of the simulated encoder: a unit a frame that says what the encoder read, so that its reader can be checked.
 *
 * <pre>
 *   offset  size  little-endian
 *        0     4  magic "SBF1"
 *        4     4  bytes of the unit, this header included
 *        8     8  number of the frame
 *       16     4  width      20  4  height      24  4  V4L2 fourcc of the base format
 *       28     4  CRC32C of the packed pixels: planes one after another, rows without padding
 *       32     4  rows of the first plane that follow
 *       36     4  bytes of one such row
 *       40     -  the rows, run-length coded: (count 1..255, value) pairs, each row for itself
 * </pre>
 *
 * At most {@value #ROWS} rows are coded; those that do not fit the buffer are left out.
 */
final class Bitstream {
    /** Its V4L2 code. */
    static final int FOURCC = PixelFormat.fourcc("SBF1");
    /** Its name in format lists. */
    static final String NAME = "Sharebuf frame check";
    /** Least size of a buffer. */
    static final long LEAST_BYTES = 4096;
    /** Bytes of the header. */
    static final int HEADER = 40;

    private static final int ROWS = 8;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Bitstream() {
    }

    /**
     * Encodes a frame.
     *
     * @param frame its number
     * @param pixels its base format
     * @param packed its pixels
     * @param into at least {@link #LEAST_BYTES} bytes
     * @return bytes of the unit
     */
    static long encode(long frame, PixelFormat pixels, int width, int height, MemorySegment packed, MemorySegment into) {
        int rowBytes = Math.toIntExact(Packed.rowBytes(pixels, 0, width));
        long at = HEADER;
        int rows = 0;
        while (rows < Math.min(ROWS, height)) {
            long end = runs(packed, (long) rows * rowBytes, rowBytes, into, at);
            if (end < 0) {
                break;
            }
            at = end;
            rows++;
        }
        into.set(INT, 0, FOURCC);
        into.set(INT, 4, Math.toIntExact(at));
        into.set(LONG, 8, frame);
        into.set(INT, 16, width);
        into.set(INT, 20, height);
        into.set(INT, 24, pixels.v4l2Fourcc());
        into.set(INT, 28, checksum(packed));
        into.set(INT, 32, rows);
        into.set(INT, 36, rowBytes);
        return at;
    }

    /** CRC32C of all bytes of a segment. */
    static int checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        long piece = 1 << 30; // a byte buffer holds less than 2 GiB
        for (long at = 0; at < bytes.byteSize(); at += piece) {
            crc.update(bytes.asSlice(at, Math.min(piece, bytes.byteSize() - at)).asByteBuffer());
        }
        return (int) crc.getValue();
    }

    private static long runs(MemorySegment from, long offset, int size, MemorySegment into, long at) {
        long to = at;
        int i = 0;
        while (i < size) {
            byte value = from.get(ValueLayout.JAVA_BYTE, offset + i);
            int run = 1;
            while (run < 255 && i + run < size && from.get(ValueLayout.JAVA_BYTE, offset + i + run) == value) {
                run++;
            }
            if (to + 2 > into.byteSize()) {
                return -1;
            }
            into.set(ValueLayout.JAVA_BYTE, to, (byte) run);
            into.set(ValueLayout.JAVA_BYTE, to + 1, value);
            to += 2;
            i += run;
        }
        return to;
    }
}
