package sharebuf.app.media;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;

/**
 * A frame number and a checksum written into a picture, so that whoever reads it by DMA can say which frame it is and whether all of
 * its bytes arrived.
 *
 * <p>Confined to one thread at a time: it has scratch space of its own.
 *
 * <p>The stamp is a grid of square blocks in the first {@value #LINES} lines, black ({@code 0x10}) for 0 and white ({@code 0xeb}) for
 * 1, most significant bit first, along a row of blocks and then the next. Blocks have a side of 8 pixels where the picture is wide
 * enough for 80 of them, else 4, 2 or 1.
 *
 * <pre>
 *   bits  0..31  frame number
 *   bits 32..63  CRC-32C of the number, big endian, and of every byte of the picture outside the blocks
 *   bits 64..79  ones' complement of bits 0..15 xor 16..31 xor 32..47 xor 48..63
 * </pre>
 *
 * Only luma is touched in YUV formats, and B, G and R alike in RGB. DMA copies exactly, so reading is exact: a block of which
 * one byte is off is a torn stamp. Every byte of the picture is covered, by the checksum or as a byte of a block.
 */
public final class Stamp {
    /** Lines of the picture in which the stamp lies. */
    public static final int LINES = 8;
    /** The least width that holds a stamp. */
    public static final int MIN_WIDTH = 10;
    private static final int BITS = 80;
    private static final byte BLACK = 0x10;
    private static final byte WHITE = (byte) 0xeb;
    private static final int CHUNK = 1 << 30;

    private final Raster raster;
    private final int side;
    private final int across;
    private final int pixelBytes;
    private final int paintedBytes;
    private final int rowBytes;
    private final byte[] head;
    private final CRC32C crc = new CRC32C();

    /**
     * Stamps for pictures of one kind.
     *
     * @param raster what they are; at least {@value #MIN_WIDTH} pixels wide and {@value #LINES} lines high
     */
    public Stamp(Raster raster) {
        if (raster.width() < MIN_WIDTH || raster.height() < LINES) {
            throw new IllegalArgumentException("a stamp needs " + MIN_WIDTH + "x" + LINES + " pixels, the picture has " + raster.width() + "x" + raster.height());
        }
        this.raster = raster;
        int block = LINES;
        while (raster.width() / block * (LINES / block) < BITS) {
            block /= 2;
        }
        side = block;
        across = raster.width() / block;
        pixelBytes = raster.format().planes().getFirst().bytes();
        paintedBytes = pixelBytes == 4 ? 3 : 1;
        rowBytes = raster.rowBytes(0);
        head = new byte[LINES * rowBytes];
    }

    /**
     * What its pictures are.
     *
     * @return as given
     */
    public Raster raster() {
        return raster;
    }

    /** What was read from a picture. */
    public sealed interface Reading {
        /**
         * A whole frame.
         *
         * @param number of the frame, unsigned 32 bits
         */
        record Whole(long number) implements Reading {
        }

        /**
         * Not one frame.
         *
         * @param number what the stamp says, -1 when the stamp itself cannot be read
         * @param reason what is wrong
         */
        record Torn(long number, String reason) implements Reading {
        }
    }

    /**
     * Stamps a picture.
     *
     * @param number of the frame, 0 to 2^32-1
     * @param picture its pixels
     */
    public void write(long number, MemorySegment picture) {
        MemorySegment.copy(picture, ValueLayout.JAVA_BYTE, 0, head, 0, head.length);
        int sum = checksum(number, picture);
        for (int bit = 0; bit < BITS; bit++) {
            paint(bit, bit(number, sum, bit) ? WHITE : BLACK);
        }
        MemorySegment.copy(head, 0, picture, ValueLayout.JAVA_BYTE, 0, head.length);
    }

    /**
     * Reads a picture's stamp and checks all of its bytes.
     *
     * @param picture its pixels
     * @return which frame it is, or what is wrong
     */
    public Reading read(MemorySegment picture) {
        return switch (bits(picture)) {
            case Bits(long high, String wrong) when !wrong.isEmpty() -> new Reading.Torn(-1, wrong);
            case Bits(long high, String wrong) -> {
                int sum = checksum(high >>> 32, picture);
                yield sum == (int) high ? new Reading.Whole(high >>> 32)
                        : new Reading.Torn(high >>> 32, "checksum 0x" + Integer.toHexString(sum) + ", the stamp says 0x" + Integer.toHexString((int) high));
            }
        };
    }

    /**
     * Reads the stamp alone, where only the first lines are at hand.
     *
     * @param lines the first {@value #LINES} lines of the first plane
     * @return which frame it says it is, or what is wrong with the stamp
     */
    public Reading readLines(MemorySegment lines) {
        Bits bits = bits(lines);
        return bits.wrong.isEmpty() ? new Reading.Whole(bits.high >>> 32) : new Reading.Torn(-1, bits.wrong);
    }

    /** Number and checksum of a stamp, and what is wrong with it. */
    private record Bits(long high, String wrong) {
    }

    private Bits bits(MemorySegment lines) {
        MemorySegment.copy(lines, ValueLayout.JAVA_BYTE, 0, head, 0, head.length);
        long high = 0;
        int low = 0;
        for (int bit = 0; bit < BITS; bit++) {
            int value = uniform(bit);
            if (value < 0) {
                return new Bits(0, "mixed stamp: block " + bit + " is neither black nor white throughout");
            }
            if (bit < 64) {
                high = high << 1 | value;
            } else {
                low = low << 1 | value;
            }
        }
        return new Bits(high, low == fold(high) ? "" : "mixed stamp: parts of more than one frame");
    }

    /** Of the number, the head without its blocks, and the rest. Blocks in the head are blackened on the way. */
    private int checksum(long number, MemorySegment picture) {
        for (int bit = 0; bit < BITS; bit++) {
            paint(bit, BLACK);
        }
        crc.reset();
        for (int shift = 24; shift >= 0; shift -= 8) {
            crc.update((int) (number >>> shift) & 255);
        }
        crc.update(head);
        for (long at = head.length, end = raster.size(); at < end;) {
            int size = (int) Math.min(end - at, CHUNK);
            crc.update(picture.asSlice(at, size).asByteBuffer());
            at += size;
        }
        return (int) crc.getValue();
    }

    private static boolean bit(long number, int sum, int bit) {
        long high = number << 32 | sum & 0xffffffffL;
        return bit < 64 ? (high >>> (63 - bit) & 1) != 0 : (fold(high) >>> (BITS - 1 - bit) & 1) != 0;
    }

    private static int fold(long high) {
        return (int) ~(high ^ high >>> 16 ^ high >>> 32 ^ high >>> 48) & 0xffff;
    }

    private void paint(int bit, byte value) {
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = at(bit, x, y);
                for (int i = 0; i < paintedBytes; i++) {
                    head[at + i] = value;
                }
            }
        }
    }

    /** 1 or 0 when every byte of the block says so, else -1. */
    private int uniform(int bit) {
        byte first = head[at(bit, 0, 0)];
        if (first != WHITE && first != BLACK) {
            return -1;
        }
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int at = at(bit, x, y);
                for (int i = 0; i < paintedBytes; i++) {
                    if (head[at + i] != first) {
                        return -1;
                    }
                }
            }
        }
        return first == WHITE ? 1 : 0;
    }

    private int at(int bit, int x, int y) {
        return (bit / across * side + y) * rowBytes + (bit % across * side + x) * pixelBytes;
    }
}
