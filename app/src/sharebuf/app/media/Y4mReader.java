package sharebuf.app.media;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads a YUV4MPEG2 file of 8-bit 4:2:0 or mono pictures. The stream ends with the file; it does not begin again.
 *
 * <p>Externally synchronised. The format: a header line {@code YUV4MPEG2 W… H… F…:… C…}, then per picture a line {@code FRAME …} and
 * the planes Y, Cb, Cr.
 */
public final class Y4mReader implements Picture, AutoCloseable {
    private static final int MAX_LINE = 4096;
    private static final Pattern RATE = Pattern.compile("[1-9][0-9]{0,8}:[1-9][0-9]{0,8}");

    private final Path file;
    private final InputStream in;
    private final int width;
    private final int height;
    private final String rate;
    private final boolean mono;
    private final byte[] planes;
    private byte[] pixels = {};
    private long frames;

    private Y4mReader(Path file, InputStream in, String header) throws MediaException {
        this.file = file;
        this.in = in;
        String colour = "420jpeg";
        String every = "";
        int w = 0;
        int h = 0;
        for (String field : header.substring("YUV4MPEG2".length()).strip().split(" +")) {
            String value = field.isEmpty() ? "" : field.substring(1);
            switch (field.isEmpty() ? ' ' : field.charAt(0)) {
                case 'W' -> w = side("width", value);
                case 'H' -> h = side("height", value);
                case 'C' -> colour = value;
                case 'F' -> every = RATE.matcher(value).matches() ? value : "";
                default -> { }
            }
        }
        if (w == 0 || h == 0) {
            throw new MediaException(file + ": header: no W and H in '" + header + "'");
        }
        boolean known = colour.equals("mono") || colour.equals("420") || colour.equals("420jpeg") || colour.equals("420mpeg2") || colour.equals("420paldv");
        if (!known) {
            throw new MediaException(file + ": header: colour space C" + colour + "; allowed: C420, C420jpeg, C420mpeg2, C420paldv, Cmono");
        }
        width = w;
        height = h;
        rate = every;
        mono = colour.equals("mono");
        try {
            planes = new byte[Planes.size420(w, h)];
        } catch (ArithmeticException e) {
            throw new MediaException(file + ": header: a picture of " + w + "x" + h + " is larger than 2 GiB");
        }
        if (mono) {
            Arrays.fill(planes, w * h, planes.length, (byte) 128);
        }
    }

    /**
     * Opens a file and reads its header.
     *
     * @param file the file
     * @return the reader
     * @throws MediaException when it cannot be read or is no such file
     */
    public static Y4mReader open(Path file) throws MediaException {
        InputStream in;
        try {
            in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        } catch (IOException e) {
            throw new MediaException(file + ": cannot be read: " + e);
        }
        try {
            String header = line(in);
            if (header == null || !header.startsWith("YUV4MPEG2")) {
                throw new MediaException(file + ": header: does not begin with YUV4MPEG2");
            }
            return new Y4mReader(file, in, header);
        } catch (IOException e) {
            close(in);
            throw new MediaException(file + ": header: " + e);
        } catch (MediaException e) {
            close(in);
            throw e;
        }
    }

    /**
     * The frame rate.
     *
     * @return frames a second as the file writes it, such as {@code 30000:1001}; empty when it is not told
     */
    public Optional<String> rate() {
        return rate.isEmpty() ? Optional.empty() : Optional.of(rate);
    }

    /**
     * The width.
     *
     * @return in pixels
     */
    public int width() {
        return width;
    }

    /**
     * The height.
     *
     * @return in pixels
     */
    public int height() {
        return height;
    }

    @Override
    public boolean draw(long number, Raster raster, MemorySegment into) throws MediaException {
        if (raster.width() != width || raster.height() != height) {
            throw new MediaException(file + ": frame " + frames + ": pictures of " + width + "x" + height + ", the run wants " + raster.width() + "x"
                    + raster.height());
        }
        if (!next()) {
            return false;
        }
        if (pixels.length != raster.size()) {
            pixels = new byte[Math.toIntExact(raster.size())];
        }
        Planes.from420(planes, raster, pixels);
        MemorySegment.copy(pixels, 0, into, ValueLayout.JAVA_BYTE, 0, pixels.length);
        return true;
    }

    /** Reads the planes of the next picture; false at a clean end. */
    private boolean next() throws MediaException {
        try {
            String line = line(in);
            if (line == null) {
                return false;
            }
            if (!line.equals("FRAME") && !line.startsWith("FRAME ")) {
                throw new MediaException(file + ": frame " + frames + ": a line FRAME should stand here, found '" + shorten(line) + "'");
            }
            int want = mono ? width * height : planes.length;
            int got = in.readNBytes(planes, 0, want);
            if (got < want) {
                throw new MediaException(file + ": frame " + frames + ": truncated, " + got + " of " + want + " bytes");
            }
            frames++;
            return true;
        } catch (IOException e) {
            throw new MediaException(file + ": frame " + frames + ": " + e);
        }
    }

    @Override
    public void close() {
        close(in);
    }

    private static void close(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // It was only read; there is nothing to lose.
        }
    }

    private int side(String what, String value) throws MediaException {
        try {
            int side = Integer.parseInt(value);
            if (side >= 1 && side <= 65536) {
                return side;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new MediaException(file + ": header: " + what + " '" + value + "'; allowed: 1 to 65536");
    }

    private static String shorten(String line) {
        String text = line.replaceAll("[^ -~]", ".");
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    /** A line without its end; null at the end of the file. */
    private static String line(InputStream in) throws IOException {
        byte[] bytes = new byte[80];
        int n = 0;
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                return n == 0 ? null : new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
            }
            if (n == MAX_LINE) {
                break;
            }
            if (n == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * n);
            }
            bytes[n++] = (byte) c;
        }
        return new String(bytes, 0, n, StandardCharsets.ISO_8859_1);
    }
}
