package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamePixelsTest {
    private static final SamePixels PAIR = SamePixels.parse("shown.png:screen.ppm");

    @TempDir
    private Path share;

    @Test
    void aPngAndAPpmOfTheSamePixelsAreEqual() throws IOException {
        png(0x102030, 0xffffff, 0, 0x80ff7f);
        ppm(0x102030, 0xffffff, 0, 0x80ff7f);
        assertEquals(Optional.empty(), PAIR.difference(share));
        assertEquals(2, Tree.files(share).size(), "no picture of a difference");
    }

    @Test
    void tellsTheFirstPixelTheCountAndDrawsTheDifference() throws IOException {
        png(0x102030, 0xffffff, 0, 0x80ff7f);
        ppm(0x102030, 0xfffffe, 0, 0x81ff7f);
        assertEquals("2 of 4 pixels differ, the first one at x 1, y 0: ffffff in shown.png, fffffe in screen.ppm; see "
                + "difference-shown.png-screen.ppm.png", PAIR.difference(share).orElseThrow());
        BufferedImage drawn = Pictures.read(share.resolve("difference-shown.png-screen.ppm.png"));
        assertEquals(List.of(0xff04080c, 0xffff0000, 0xff000000, 0xffff0000),
                List.of(drawn.getRGB(0, 0), drawn.getRGB(1, 0), drawn.getRGB(0, 1), drawn.getRGB(1, 1)));
    }

    @Test
    void whatIsMissingBrokenOrOfAnotherSizeIsDifferent() throws IOException {
        assertEquals("there is no picture shown.png", PAIR.difference(share).orElseThrow());
        png(1, 2, 3, 4);
        Files.writeString(share.resolve("screen.ppm"), "nothing");
        assertEquals("screen.ppm: neither PPM nor PNG", PAIR.difference(share).orElseThrow());
        Files.writeString(share.resolve("screen.ppm"), "P6\n99999 99999\n255\n");
        assertEquals("screen.ppm: 99999x99999 pixels; 1 to 33554432 can be had", PAIR.difference(share).orElseThrow());
        Files.writeString(share.resolve("screen.ppm"), "P6\n1 2\n255\nabcdef");
        assertEquals("shown.png has 2x2 pixels, screen.ppm 1x2", PAIR.difference(share).orElseThrow());
    }

    @Test
    void aJobWhosePicturesDifferHasFailed() throws IOException {
        Job job = Job.of("show", 9, EnumSet.of(Arch.X86_64), "exit=4 same=shown.png:screen.ppm x");
        Path folder = share.resolve("jobs/show");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("exit"), "4 1.0 2.0");
        Files.writeString(folder.resolve("stdout"), "something");
        Result missing = Result.read(share, job);
        assertFalse(missing.passed());
        assertEquals("4", missing.verdict());
        assertEquals(List.of("there is no picture shown.png"), missing.complaints(5));

        share = folder;
        png(1, 2, 3, 4);
        ppm(1, 2, 3, 4);
        assertTrue(Result.read(folder.resolve("../.."), job).passed());
        ppm(1, 2, 3, 5);
        assertFalse(Result.read(folder.resolve("../.."), job).passed());
    }

    private void png(int... pixels) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 2, 2, pixels, 0, 2);
        Pictures.write(image, share.resolve("shown.png"));
    }

    private void ppm(int... pixels) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("P6\n2 2\n255\n".getBytes(StandardCharsets.US_ASCII));
        for (int pixel : pixels) {
            out.writeBytes(new byte[] {(byte) (pixel >> 16), (byte) (pixel >> 8), (byte) pixel});
        }
        Files.write(share.resolve("screen.ppm"), out.toByteArray());
    }
}
