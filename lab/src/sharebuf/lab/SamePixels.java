package sharebuf.lab;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two pictures in a job's folder which must show the same pixels. Immutable.
 *
 * @param one   path of the first one (PPM or PNG), relative to the job's folder
 * @param other path of the second one
 */
record SamePixels(String one, String other) {
    private static final Pattern PAIR = Pattern.compile("([\\w.-]+(?:/[\\w.-]+)*):([\\w.-]+(?:/[\\w.-]+)*)");

    /** Reads {@code ONE:OTHER}. */
    static SamePixels parse(String text) {
        Matcher pair = PAIR.matcher(text);
        if (!pair.matches() || pair.group(1).equals(pair.group(2)) || text.contains("..")) {
            throw new IllegalArgumentException("same=" + text + ": needed are two paths in the job's folder, ONE:OTHER");
        }
        return new SamePixels(pair.group(1), pair.group(2));
    }

    /**
     * Compares. When pixels differ, a picture of the difference lies in the folder afterwards: what is equal darkened, what differs
     * in red.
     *
     * @param folder of the job
     * @return what is wrong; empty when the pictures are equal
     */
    Optional<String> difference(Path folder) throws IOException {
        BufferedImage left;
        BufferedImage right;
        try {
            left = Pictures.read(existing(folder, one));
            right = Pictures.read(existing(folder, other));
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
        if (left.getWidth() != right.getWidth() || left.getHeight() != right.getHeight()) {
            return Optional.of(one + " has " + size(left) + " pixels, " + other + " " + size(right));
        }
        return compare(left, right, folder);
    }

    private Optional<String> compare(BufferedImage left, BufferedImage right, Path folder) throws IOException {
        int width = left.getWidth();
        int height = left.getHeight();
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int count = 0;
        String first = "";
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int a = left.getRGB(x, y) & 0xffffff;
                int b = right.getRGB(x, y) & 0xffffff;
                if (a != b && count++ == 0) {
                    first = String.format("the first one at x %d, y %d: %06x in %s, %06x in %s", x, y, a, one, b, other);
                }
                picture.setRGB(x, y, a == b ? (a & 0xfcfcfc) >> 2 : 0xff0000);
            }
        }
        if (count == 0) {
            return Optional.empty();
        }
        String name = "difference-" + one.replace('/', '-') + "-" + other.replace('/', '-') + ".png";
        Pictures.write(picture, folder.resolve(name));
        return Optional.of(count + " of " + width * height + " pixels differ, " + first + "; see " + name);
    }

    private static String size(BufferedImage image) {
        return image.getWidth() + "x" + image.getHeight();
    }

    private static Path existing(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no picture " + name);
        }
        return file;
    }
}
