package sharebuf.app.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sharebuf.format.PixelFormat;

class StampTest {
    private static final List<PixelFormat> FORMATS = List.of(PixelFormat.NV12, PixelFormat.NV12M, PixelFormat.YUYV, PixelFormat.XRGB8888);

    private static MemorySegment stamped(Raster raster, long number, Stamp stamp) {
        MemorySegment picture = Arena.ofAuto().allocate(raster.size());
        new Bars().draw(number, raster, picture);
        stamp.write(number, picture);
        return picture;
    }

    @ParameterizedTest
    @ValueSource(strings = {"640x480", "1920x1080", "320x240", "160x120", "40x16", "10x8", "333x77"})
    void aStampIsReadBack(String size) {
        int x = size.indexOf('x');
        for (PixelFormat format : FORMATS) {
            Raster raster = new Raster(format, Integer.parseInt(size.substring(0, x)), Integer.parseInt(size.substring(x + 1)));
            Stamp stamp = new Stamp(raster);
            for (long number : new long[] {0, 1, 299, 0xffff_ffffL}) {
                assertThat(stamp.read(stamped(raster, number, stamp))).as("%s", raster).isEqualTo(new Stamp.Reading.Whole(number));
            }
        }
    }

    @Test
    void everyFlippedByteIsNoticed() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (PixelFormat format : FORMATS) {
            Raster raster = new Raster(format, 64 + random.nextInt(700), 16 + random.nextInt(64));
            Stamp stamp = new Stamp(raster);
            MemorySegment picture = stamped(raster, random.nextInt(100_000), stamp);
            for (int i = 0; i < 400; i++) {
                // Every second one into the head, where blocks, gaps between bytes and untouched pixels lie side by side.
                long at = i % 2 == 0 ? random.nextLong(raster.size()) : random.nextLong(8L * raster.rowBytes(0));
                byte was = picture.get(ValueLayout.JAVA_BYTE, at);
                picture.set(ValueLayout.JAVA_BYTE, at, (byte) (was ^ 1 + random.nextInt(255)));
                assertThat(stamp.read(picture)).as("seed %d, %s, byte %d", seed, raster, at).isInstanceOf(Stamp.Reading.Torn.class);
                picture.set(ValueLayout.JAVA_BYTE, at, was);
            }
            assertThat(stamp.read(picture)).isInstanceOf(Stamp.Reading.Whole.class);
        }
    }

    @Test
    void everyCutBetweenTwoFramesIsNoticed() {
        Raster raster = new Raster(PixelFormat.NV12, 160, 32);
        Stamp stamp = new Stamp(raster);
        MemorySegment older = stamped(raster, 7, stamp);
        MemorySegment newer = stamped(raster, 8, stamp);
        MemorySegment mixed = Arena.ofAuto().allocate(raster.size());
        int same = 0;
        for (long cut = 1; cut < raster.size(); cut++) {
            MemorySegment.copy(newer, 0, mixed, 0, cut);
            MemorySegment.copy(older, cut, mixed, cut, raster.size() - cut);
            boolean equal = mixed.mismatch(older) < 0 || mixed.mismatch(newer) < 0;
            same += equal ? 1 : 0;
            assertThat(stamp.read(mixed) instanceof Stamp.Reading.Torn).as("cut at %d", cut).isEqualTo(!equal);
        }
        assertThat(same).isLessThan((int) raster.size() / 4);
    }

    @Test
    void onlyTheFirstLinesAreTouched() {
        for (PixelFormat format : FORMATS) {
            Raster raster = new Raster(format, 640, 32);
            Stamp stamp = new Stamp(raster);
            MemorySegment plain = Arena.ofAuto().allocate(raster.size());
            new Bars().draw(5, raster, plain);
            MemorySegment with = stamped(raster, 5, stamp);
            long head = 8L * raster.rowBytes(0);
            assertThat(with.asSlice(head).mismatch(plain.asSlice(head))).isEqualTo(-1);
            assertThat(with.mismatch(plain)).isNotEqualTo(-1);
        }
    }
}
