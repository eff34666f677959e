package sharebuf.exporter.drm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.memory.MemoryConstraints;

class RectangleTest {
    private static List<Rectangle> of(BufferSpec spec, int object, long size) {
        return Rectangle.of(new Request("test", spec, object, size, MemoryConstraints.NONE, Set.of()));
    }

    private static List<Rectangle> of(PixelFormat format, int width, int height, int object, long pitchAlign) {
        return of(BufferSpec.picture(format, width, height), object, Layout.linear(format, width, height, pitchAlign, 1).objects().get(object));
    }

    @Test
    void aPictureOfPixelsKeepsItsShape() {
        assertThat(of(PixelFormat.XRGB8888, 640, 480, 0, 1)).containsExactly(new Rectangle(640, 480, 32));
        assertThat(of(PixelFormat.YUYV, 640, 480, 0, 1)).containsExactly(new Rectangle(640, 480, 16), new Rectangle(320, 480, 32));
    }

    @Test
    void planesInOneObjectAreRowsOfTheFirst() {
        assertThat(of(PixelFormat.NV12, 640, 480, 0, 1)).containsExactly(new Rectangle(640, 720, 8), new Rectangle(160, 720, 32));
    }

    @Test
    void anObjectOfItsOwnHasTheShapeOfItsPlane() {
        assertThat(of(PixelFormat.NV12M, 640, 480, 0, 1).getFirst()).isEqualTo(new Rectangle(640, 480, 8));
        assertThat(of(PixelFormat.NV12M, 640, 480, 1, 1).getFirst()).isEqualTo(new Rectangle(320, 240, 16));
    }

    @Test
    void everyShapeHoldsTheObjectWhateverItsPitchIs() {
        for (PixelFormat format : PixelFormat.known()) {
            for (int width : new int[] {1, 3, 17, 640, 641}) {
                for (long pitchAlign : new long[] {1, 64, 4096}) {
                    Layout layout = Layout.linear(format, width, 33, pitchAlign, 1);
                    for (int object = 0; object < layout.objects().size(); object++) {
                        for (Rectangle r : of(format, width, 33, object, pitchAlign)) {
                            long row = (long) r.width() * r.bitsPerPixel() / 8;
                            assertThat(row * r.height()).as(format + " " + width + " " + pitchAlign + " " + r).isGreaterThanOrEqualTo(layout.objects().get(object));
                            assertThat(row * (r.height() - 1)).as("no row too many: " + r).isLessThan(layout.objects().get(object));
                        }
                    }
                }
            }
        }
    }

    @Test
    void bytesAreRowsOfAPage() {
        assertThat(of(BufferSpec.bytes(1_000_000), 0, 1_000_000)).containsExactly(new Rectangle(1024, 245, 32));
        assertThat(of(BufferSpec.bytes(BufferSpec.MAX_BYTES), 0, BufferSpec.MAX_BYTES)).as("more rows than 31 bits count").isEmpty();
    }
}
