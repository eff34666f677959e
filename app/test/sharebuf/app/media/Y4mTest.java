package sharebuf.app.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.format.PixelFormat;

class Y4mTest {
    @TempDir
    private Path folder;

    private static byte[] file(String header, byte[]... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((header + "\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] frame : frames) {
            out.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("in.y4m"), bytes);
    }

    @Test
    void nv12GoesThroughWithoutLossEvenInOddSizes() throws Exception {
        for (int[] size : new int[][] {{64, 32}, {7, 5}, {1, 1}}) {
            int bytes = Planes.size420(size[0], size[1]);
            byte[][] frames = {random(1, bytes), random(2, bytes), random(3, bytes)};
            Path in = write(file("YUV4MPEG2 W" + size[0] + " H" + size[1] + " F30000:1001 Ip A1:1 C420jpeg", frames));
            Raster raster = new Raster(PixelFormat.NV12, size[0], size[1]);
            Path out = folder.resolve("out.y4m");
            MemorySegment pixels = Arena.ofAuto().allocate(raster.size());
            try (Y4mReader reader = Y4mReader.open(in); Y4mWriter writer = new Y4mWriter(out, raster, reader.rate().orElseThrow())) {
                int n = 0;
                while (reader.draw(n, raster, pixels)) {
                    writer.add(pixels);
                    n++;
                }
                assertThat(n).isEqualTo(3);
            }
            assertThat(Files.readAllBytes(out)).isEqualTo(Files.readAllBytes(in));
        }
    }

    @Test
    void yuyvKeepsLumaAndTheChromaOfEvenLines() throws Exception {
        byte[] frame = random(4, Planes.size420(8, 4));
        Raster raster = new Raster(PixelFormat.YUYV, 8, 4);
        byte[] pixels = new byte[(int) raster.size()];
        Planes.from420(frame, raster, pixels);
        byte[] planes = new byte[Planes.sizeOut(raster)];
        Planes.toPlanes(pixels, raster, planes);
        assertThat(Arrays.copyOf(planes, 32)).isEqualTo(Arrays.copyOf(frame, 32));
        for (int plane = 0; plane < 2; plane++) {
            for (int y = 0; y < 4; y++) {
                int out = 32 + plane * 16 + y * 4;
                int in = 32 + plane * 8 + y / 2 * 4;
                assertThat(Arrays.copyOfRange(planes, out, out + 4)).isEqualTo(Arrays.copyOfRange(frame, in, in + 4));
            }
        }
    }

    @Test
    void greySurvivesRgbExactlyAndColoursWithinTwo() {
        for (int grey = 0; grey < 256; grey++) {
            assertThat(Colours.rgb(grey, 128, 128)).isEqualTo(grey * 0x010101);
            assertThat(Colours.luma(grey, grey, grey)).isEqualTo(grey);
            assertThat(Colours.cb(grey, grey, grey)).isEqualTo(128);
            assertThat(Colours.cr(grey, grey, grey)).isEqualTo(128);
        }
        for (int rgb = 0; rgb < 1 << 24; rgb += 257) {
            int r = rgb >> 16;
            int g = rgb >> 8 & 255;
            int b = rgb & 255;
            int back = Colours.rgb(Colours.luma(r, g, b), Colours.cb(r, g, b), Colours.cr(r, g, b));
            assertThat(Math.abs((back >> 16) - r)).isLessThanOrEqualTo(2);
            assertThat(Math.abs((back >> 8 & 255) - g)).isLessThanOrEqualTo(2);
            assertThat(Math.abs((back & 255) - b)).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void monoHasGreyChroma() throws Exception {
        byte[] luma = random(5, 32);
        Raster raster = new Raster(PixelFormat.NV12, 8, 4);
        MemorySegment pixels = Arena.ofAuto().allocate(raster.size());
        try (Y4mReader reader = Y4mReader.open(write(file("YUV4MPEG2 W8 H4 Cmono", luma, luma)))) {
            assertThat(reader.draw(0, raster, pixels)).isTrue();
            assertThat(pixels.asSlice(0, 32).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)).isEqualTo(luma);
            assertThat(pixels.asSlice(32).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)).containsOnly(128);
        }
    }

    @Test
    void aTruncatedFileIsNoticedAtItsFrame() throws Exception {
        int bytes = Planes.size420(8, 4);
        byte[] whole = file("YUV4MPEG2 W8 H4 C420", random(6, bytes), random(7, bytes), random(8, bytes));
        Raster raster = new Raster(PixelFormat.NV12, 8, 4);
        MemorySegment pixels = Arena.ofAuto().allocate(raster.size());
        int header = whole.length - 3 * (bytes + 6);
        for (int length = header + 1; length < whole.length; length++) {
            int frame = (length - header) / (bytes + 6);
            boolean clean = (length - header) % (bytes + 6) == 0;
            try (Y4mReader reader = Y4mReader.open(write(Arrays.copyOf(whole, length)))) {
                for (int i = 0; i < frame; i++) {
                    assertThat(reader.draw(i, raster, pixels)).isTrue();
                }
                if (clean) {
                    assertThat(reader.draw(frame, raster, pixels)).isFalse();
                } else {
                    assertThatThrownBy(() -> reader.draw(frame, raster, pixels)).as("length %d", length).isInstanceOf(MediaException.class)
                            .hasMessageContaining("frame " + frame);
                }
            }
        }
    }

    @Test
    void whatIsNoSuchFileIsRefusedWithTheReason() throws Exception {
        for (String[] bad : new String[][] {{"", "YUV4MPEG2"}, {"RIFF", "YUV4MPEG2"}, {"YUV4MPEG2 W8", "no W and H"}, {"YUV4MPEG2 W0 H4", "width '0'"},
                {"YUV4MPEG2 W8 Hx", "height 'x'"}, {"YUV4MPEG2 W8 H4 C444", "C444"}, {"YUV4MPEG2 W8 H4 C420p10", "C420p10"},
                {"YUV4MPEG2 W65536 H65536", "larger than 2 GiB"}}) {
            Path file = write(file(bad[0]));
            assertThatThrownBy(() -> Y4mReader.open(file)).as(bad[0]).isInstanceOf(MediaException.class).hasMessageContaining(bad[1])
                    .hasMessageContaining("in.y4m");
        }
        assertThatThrownBy(() -> Y4mReader.open(folder.resolve("none"))).isInstanceOf(MediaException.class).hasMessageContaining("none");
    }

    @Test
    void anotherSizeThanTheRunsIsRefusedAtItsFrame() throws Exception {
        Raster raster = new Raster(PixelFormat.NV12, 16, 4);
        try (Y4mReader reader = Y4mReader.open(write(file("YUV4MPEG2 W8 H4", random(9, 48))))) {
            assertThatThrownBy(() -> reader.draw(0, raster, Arena.ofAuto().allocate(raster.size()))).hasMessageContaining("frame 0")
                    .hasMessageContaining("8x4").hasMessageContaining("16x4");
        }
    }
}
