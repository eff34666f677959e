package sharebuf.app.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG: 8 bits a channel, RGB, no filter but "up", which suits pictures of rows that resemble each other. */
public final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte UP = 2;

    private Png() {
    }

    /**
     * Encodes a picture.
     *
     * @param width in pixels
     * @param height in pixels
     * @param rgb three bytes a pixel, rows without padding
     * @return the file's bytes
     */
    public static byte[] encode(int width, int height, byte[] rgb) {
        int row = Math.multiplyExact(3, width);
        if (rgb.length != Math.multiplyExact(row, height)) {
            throw new IllegalArgumentException(rgb.length + " bytes are no picture of " + width + "x" + height);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0}).array());
        chunk(out, "IDAT", deflated(rgb, row, height));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] deflated(byte[] rgb, int row, int height) {
        byte[] filtered = new byte[Math.multiplyExact(row + 1, height)];
        for (int y = 0; y < height; y++) {
            int at = y * (row + 1);
            filtered[at] = UP;
            for (int x = 0; x < row; x++) {
                filtered[at + 1 + x] = (byte) (rgb[y * row + x] - (y == 0 ? 0 : rgb[(y - 1) * row + x]));
            }
        }
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(filtered);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 16];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeBytes(ByteBuffer.allocate(12 + data.length).putInt(data.length).put(name).put(data).putInt((int) crc.getValue()).array());
    }
}
