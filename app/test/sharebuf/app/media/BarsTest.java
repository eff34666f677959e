package sharebuf.app.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import sharebuf.format.PixelFormat;

class BarsTest {
    @Test
    void everyLumaRowChangesFromFrameToFrame() {
        for (PixelFormat format : new PixelFormat[] {PixelFormat.NV12, PixelFormat.YUYV, PixelFormat.XRGB8888}) {
            Raster raster = new Raster(format, 320, 40);
            Bars bars = new Bars();
            MemorySegment now = Arena.ofAuto().allocate(raster.size());
            MemorySegment next = Arena.ofAuto().allocate(raster.size());
            for (int frame = 0; frame < 90; frame++) {
                bars.draw(frame, raster, now);
                bars.draw(frame + 1, raster, next);
                for (int y = 0; y < raster.rows(0); y++) {
                    long at = (long) y * raster.rowBytes(0);
                    assertThat(now.asSlice(at, raster.rowBytes(0)).mismatch(next.asSlice(at, raster.rowBytes(0)))).as("%s frame %d row %d", format, frame, y)
                            .isNotEqualTo(-1);
                }
            }
        }
    }
}
