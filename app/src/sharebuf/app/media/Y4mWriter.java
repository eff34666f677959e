package sharebuf.app.media;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes pictures into a YUV4MPEG2 file: NV12 as 4:2:0 planes and YUYV as 4:2:2 planes without any loss, XRGB8888 as 4:4:4 planes by
 * BT.601 in integers.
 *
 * <p>Externally synchronised.
 */
public final class Y4mWriter implements AutoCloseable {
    private static final byte[] FRAME = "FRAME\n".getBytes(StandardCharsets.US_ASCII);

    private final FileChannel out;
    private final Raster raster;
    private final byte[] pixels;
    private final byte[] record;
    private final byte[] planes;
    private long frames;

    /**
     * Makes the file, or empties it, and writes its header.
     *
     * @param file the file
     * @param raster what its pictures are
     * @param rate frames a second, for players, such as {@code 60:1}
     * @throws IOException when it cannot be written
     */
    public Y4mWriter(Path file, Raster raster, String rate) throws IOException {
        this.raster = raster;
        pixels = new byte[Math.toIntExact(raster.size())];
        planes = new byte[Planes.sizeOut(raster)];
        record = new byte[FRAME.length + planes.length];
        System.arraycopy(FRAME, 0, record, 0, FRAME.length);
        out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        String header = "YUV4MPEG2 W" + raster.width() + " H" + raster.height() + " F" + rate + " Ip A1:1 C"
                + Planes.colourSpace(raster.format()) + "\n";
        write(header.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Appends a picture.
     *
     * @param picture its pixels
     * @throws IOException when it cannot be written
     */
    public void add(MemorySegment picture) throws IOException {
        MemorySegment.copy(picture, ValueLayout.JAVA_BYTE, 0, pixels, 0, pixels.length);
        Planes.toPlanes(pixels, raster, planes);
        System.arraycopy(planes, 0, record, FRAME.length, planes.length);
        write(record);
        frames++;
    }

    /**
     * How many pictures were written.
     *
     * @return the number
     */
    public long frames() {
        return frames;
    }

    /**
     * The last picture as a PNG file's bytes.
     *
     * @return the file; of black when there was no picture
     */
    public byte[] lastAsPng() {
        return Png.encode(raster.width(), raster.height(), Planes.toRgb(pixels, raster));
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }
}
