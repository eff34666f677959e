package sharebuf.lab;

import java.awt.image.BufferedImage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** QEMU's screen dumps, for people: each PPM gets a PNG beside it. Stateless. */
final class Screens {
    private Screens() {
    }

    /** The pictures that were made of the screen dumps below a folder. */
    static List<Path> convert(Path folder) throws IOException {
        List<Path> made = new ArrayList<>();
        for (Path file : Tree.files(folder)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".ppm")) {
                Path png = file.resolveSibling(name.substring(0, name.length() - 3) + "png");
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    ImageIO.write(read(in), "png", png.toFile());
                } catch (IOException e) {
                    throw new IOException(file + ": " + e.getMessage(), e);
                }
                made.add(png);
            }
        }
        return made;
    }

    /** Reads a picture of the kind P6 with 8 bits a colour, which is what QEMU writes. */
    static BufferedImage read(InputStream in) throws IOException {
        if (in.read() != 'P' || in.read() != '6') {
            throw new IOException("no PPM of the kind P6");
        }
        int width = number(in);
        int height = number(in);
        if (number(in) != 255) {
            throw new IOException("not 8 bits a colour");
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
