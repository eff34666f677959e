package sharebuf.app.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {
    @Test
    void anotherDecoderSeesTheSamePixels() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int width = 1 + random.nextInt(90);
            int height = 1 + random.nextInt(60);
            byte[] rgb = new byte[3 * width * height];
            random.nextBytes(rgb);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(Png.encode(width, height, rgb)));
            assertThat(image.getWidth()).isEqualTo(width);
            assertThat(image.getHeight()).isEqualTo(height);
            for (int i = 0; i < width * height; i++) {
                int want = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
                assertThat(image.getRGB(i % width, i / width) & 0xffffff).as("seed %d, pixel %d", seed, i).isEqualTo(want);
            }
        }
    }
}
