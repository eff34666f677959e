package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScreensTest {
    private static final String TWO_BY_ONE = "P6\n2 1\n255\n\u0001\u0080\u00ff\n \u0000";

    @TempDir
    private Path folder;

    @Test
    void aPictureKeepsItsColours() throws IOException {
        Path file = folder.resolve("job/a.ppm");
        Files.createDirectories(file.getParent());
        Files.write(file, TWO_BY_ONE.getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(List.of(file.resolveSibling("a.png")), Screens.convert(folder, line -> { }));
        BufferedImage image = ImageIO.read(file.resolveSibling("a.png").toFile());
        assertEquals("2x1 ff0180ff ff0a2000", String.format("%dx%d %x %x", image.getWidth(), image.getHeight(), image.getRGB(0, 0), image.getRGB(1, 0)));
    }

    @Test
    void whatADyingGuestCutOffIsSaid() throws IOException {
        Files.createDirectories(folder.resolve("job"));
        Files.writeString(folder.resolve("job/cut.ppm"), "P6\n2 2\n255\nabc");
        List<String> said = new ArrayList<>();
        assertEquals(List.of(), Screens.convert(folder, said::add));
        assertEquals(List.of("no PNG of job/cut.ppm: row 0 of 2 is cut off"), said);
    }

    @Test
    void aBrokenPictureIsRefused() {
        for (String wrong : List.of("", "P5\n1 1\n255\n\0\0\0", "P6\n2 1\n255\n\0\0\0", "P6\n2 1\n65535\n\0", "P6\nx 1\n255\n")) {
            assertThrows(IOException.class, () -> Pictures.ppm(new ByteArrayInputStream(wrong.getBytes(StandardCharsets.ISO_8859_1))), wrong);
        }
    }
}
