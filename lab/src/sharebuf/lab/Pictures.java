package sharebuf.lab;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Files with pictures: PPM as QEMU writes it, PNG. Stateless. */
final class Pictures {
    /** A guest may have written anything; no screen has as many. */
    private static final long PIXELS = 1 << 25;

    static {
        // Nothing is ever shown here, and the host may have no display.
        System.setProperty("java.awt.headless", "true");
    }

    private Pictures() {
    }

    /** Reads a file, a PPM if it begins like one. An error names the file. */
    static BufferedImage read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(1);
            boolean ppm = in.read() == 'P';
            in.reset();
            BufferedImage image = ppm ? ppm(in) : ImageIO.read(in);
            if (image == null) {
                throw new IOException("neither PPM nor PNG");
            }
            return image;
        } catch (IOException | ArithmeticException | IllegalArgumentException e) {
            throw new IOException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    static void write(BufferedImage image, Path png) throws IOException {
        ImageIO.write(image, "png", png.toFile());
    }

    /** Reads a picture of the kind P6 with 8 bits a colour, which is what QEMU writes. */
    static BufferedImage ppm(InputStream in) throws IOException {
        if (in.read() != 'P' || in.read() != '6') {
            throw new IOException("no PPM of the kind P6");
        }
        int width = number(in);
        int height = number(in);
        if (number(in) != 255) {
            throw new IOException("not 8 bits a colour");
        }
        if (width < 1 || height < 1 || (long) width * height > PIXELS) {
            throw new IOException(width + "x" + height + " pixels; 1 to " + PIXELS + " can be had");
        }
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        byte[] row = new byte[width * 3];
        for (int y = 0; y < height; y++) {
            if (in.readNBytes(row, 0, row.length) < row.length) {
                throw new EOFException("row " + y + " of " + height + " is cut off");
            }
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (row[3 * x] & 0xff) << 16 | (row[3 * x + 1] & 0xff) << 8 | row[3 * x + 2] & 0xff);
            }
        }
        return image;
    }

    /** A number between white space, of which one character after it is taken too. */
    private static int number(InputStream in) throws IOException {
        int c = in.read();
        while (Character.isWhitespace(c)) {
            c = in.read();
        }
        int number = 0;
        while (c >= '0' && c <= '9') {
            number = Math.addExact(Math.multiplyExact(number, 10), c - '0');
            c = in.read();
        }
        if (!Character.isWhitespace(c)) {
            throw new IOException("the header is broken");
        }
        return number;
    }
}
