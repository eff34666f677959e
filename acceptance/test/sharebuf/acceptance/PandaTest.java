package sharebuf.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiler of the PandaBoard ES, as it is typed. */
class PandaTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    @TempDir
    Path folder;

    private Call run(String view, String pipeline, String format, String... more) {
        List<String> words = new ArrayList<>(List.of("run", "pandaboard-es", "--board-option", "view=" + view, "--pipeline", pipeline, "--format", format, "--size", WIDTH + "x" + HEIGHT,
                "--frames", "6", "--fps", "0", "--json", "-"));
        words.addAll(Arrays.asList(more));
        return Call.of(folder, words.toArray(String[]::new));
    }

    private static JsonObject delivered(Call call) {
        assertThat(call.exit()).as(call.told()).isZero();
        JsonObject result = (JsonObject) call.json();
        assertThat(result.getJsonObject("frames").getInt("delivered")).isEqualTo(6);
        assertThat(result.getJsonObject("frames").getInt("torn")).isZero();
        return result;
    }

    private BufferedImage picture(Call call, Path out) throws IOException {
        delivered(call);
        return ImageIO.read(out.resolve("display.png").toFile());
    }

    /** What is seen at a place, by what the name of the view means. */
    private static int meant(String view, BufferedImage source, int x, int y) {
        int right = WIDTH - 1;
        int bottom = HEIGHT - 1;
        return switch (view) {
            case "0" -> source.getRGB(x, y);
            case "reflect-x" -> source.getRGB(right - x, y);
            case "reflect-y" -> source.getRGB(x, bottom - y);
            case "180" -> source.getRGB(right - x, bottom - y);
            case "transpose" -> source.getRGB(y, x);
            case "90" -> source.getRGB(y, bottom - x);
            case "270" -> source.getRGB(right - y, x);
            case "anti-transpose" -> source.getRGB(right - y, bottom - x);
            default -> throw new IllegalArgumentException(view);
        };
    }

    @Test
    @DisplayName("each of the eight views is pixel for pixel the turned picture; a device that takes rows gets the unturned one")
    void eightViews() throws IOException {
        // The same frames of the same camera, from ordinary memory.
        Path plain = folder.resolve("plain");
        BufferedImage source = picture(run("0", "camera -> display", "XRGB8888", "--memory", "cma", "--out", plain.toString()), plain);
        for (String view : List.of("0", "90", "180", "270", "reflect-x", "reflect-y", "transpose", "anti-transpose")) {
            Path out = folder.resolve(view);
            Call call = run(view, "camera -> display + sdma", "XRGB8888", "--memory", "tiler", "--out", out.toString());
            BufferedImage seen = picture(call, out);
            boolean swap = view.contains("transpose") || view.equals("90") || view.equals("270");
            assertThat(List.of(seen.getWidth(), seen.getHeight())).as(view).isEqualTo(swap ? List.of(HEIGHT, WIDTH) : List.of(WIDTH, HEIGHT));
            for (int y = 0; y < seen.getHeight(); y++) {
                for (int x = 0; x < seen.getWidth(); x++) {
                    if (seen.getRGB(x, y) != meant(view, source, x, y)) {
                        assertThat(Integer.toHexString(seen.getRGB(x, y))).as("%s at %d,%d", view, x, y).isEqualTo(Integer.toHexString(meant(view, source, x, y)));
                    }
                }
            }
            // Who sees it turned is told; the copier and the CPU behind it are not among them.
            JsonObject turned = ((JsonObject) call.json()).getJsonObject("turned");
            assertThat(turned.keySet()).as(view).isEqualTo(view.equals("0") ? java.util.Set.of() : java.util.Set.of("display"));
            if (!view.equals("0")) {
                assertThat(turned.getString("display")).isEqualTo(view);
            }
        }
    }

    @Test
    @DisplayName("formats of several planes are turned plane by plane, in one object and in two")
    void planes() {
        for (String format : List.of("NV12", "NV12M")) {
            JsonObject result = delivered(run("270", "camera -> display + encoder", format));
            assertThat(result.getJsonObject("turned").getString("display")).isEqualTo("270");
        }
    }

    @Test
    @DisplayName("who takes rows in one piece is refused, with how many there are, and the fix helps")
    void rowsInOnePiece() {
        Call call = run("90", "camera -> display + fdif", "NV12");
        assertThat(call.exit()).as(call.told()).isEqualTo(3);
        JsonObject refusal = ((JsonObject) call.json()).getJsonObject("refusal");
        assertThat(refusal.getString("found")).startsWith("288 lines of a picture in the container");
        assertThat(refusal.getString("fix")).isEqualTo("leave fdif:output out of the uses");
    }

    @Test
    @DisplayName("the CPU reads and writes pictures in tiles")
    void cpu() {
        delivered(run("0", "camera -> display + cpu", "NV12", "--memory", "tiler"));
        delivered(run("180", "cpu -> display", "XRGB8888"));
    }
}
