package sharebuf.app.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sharebuf.app.media.Bars;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.format.PixelFormat;

class BitstreamTest {
    private static final Raster RASTER = new Raster(PixelFormat.NV12, 160, 32);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    /** A unit as the simulated encoder writes it, in the plainest way. */
    private static MemorySegment unit(MemorySegment picture) {
        MemorySegment unit = Arena.ofAuto().allocate(Bitstream.sizeFor(RASTER));
        int at = 40;
        for (int i = 0; i < Stamp.LINES * 160; i++) {
            unit.set(ValueLayout.JAVA_BYTE, at++, (byte) 1);
            unit.set(ValueLayout.JAVA_BYTE, at++, picture.get(ValueLayout.JAVA_BYTE, i));
        }
        int[] header = {PixelFormat.fourcc("SBF1"), at, 0, 0, 160, 32, PixelFormat.NV12.v4l2Fourcc(), Bitstream.checksum(picture), Stamp.LINES, 160};
        for (int i = 0; i < header.length; i++) {
            unit.set(INT, 4L * i, header[i]);
        }
        return unit;
    }

    private static MemorySegment picture(long number) {
        MemorySegment picture = Arena.ofAuto().allocate(RASTER.size());
        new Bars().draw(number, RASTER, picture);
        new Stamp(RASTER).write(number, picture);
        return picture;
    }

    @Test
    void aUnitSaysWhichFrameItIs() {
        MemorySegment picture = picture(77);
        Bitstream stream = new Bitstream(RASTER, number -> Bitstream.checksum(picture));
        assertThat(stream.read(unit(picture))).isEqualTo(new Stamp.Reading.Whole(77));
        assertThat(new Bitstream(RASTER, number -> 0).read(unit(picture))).isInstanceOf(Stamp.Reading.Torn.class);
    }

    @Test
    void aDamagedUnitIsTornAndNeverAnExceptionOrAnotherFrame() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        MemorySegment picture = picture(5);
        Bitstream stream = new Bitstream(RASTER, number -> Bitstream.checksum(picture));
        for (int i = 0; i < 2000; i++) {
            MemorySegment unit = unit(picture);
            long at = random.nextLong(40 + 2L * Stamp.LINES * 160);
            unit.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt(256));
            Stamp.Reading reading = stream.read(unit);
            if (reading instanceof Stamp.Reading.Whole(long number)) {
                assertThat(number).as("seed %d, byte %d", seed, at).isEqualTo(5);
            }
        }
    }
}
