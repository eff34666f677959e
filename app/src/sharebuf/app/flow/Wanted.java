package sharebuf.app.flow;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import sharebuf.app.media.Raster;
import sharebuf.buffer.BufferSpec;

/**
 * What a stream is to be.
 *
 * <p>Immutable.
 *
 * @param sets names of devices or uses of each set, the writer first; a device that reads in one and writes in the next joins them
 * @param pictures the buffers of a set of pictures
 * @param fps frames a second, 0 as fast as it goes; empty leaves it to the camera
 * @param frames what the camera sees: a {@link FrameFeed} drawn for a simulated one, else {@link CountedFrames}
 * @param keep by the name of a display, who gets each picture that it scans out; empty when nobody does
 * @param before called with the number of each frame before the camera's buffer is handed out, on the camera's thread
 * @param onLast called with the name of a display while the last picture is on its screen, on the display's thread
 * @param copy whether the CPU copies between sets where no memory suits all devices of one
 */
public record Wanted(List<List<String>> sets, BufferSpec pictures, OptionalInt fps, Frames frames, Function<String, Optional<BiConsumer<Raster, MemorySegment>>> keep,
        LongConsumer before, Consumer<String> onLast, boolean copy) {
    /** Copies. */
    public Wanted {
        sets = sets.stream().map(List::copyOf).toList();
    }

    /** What a picture is without padding. */
    Raster raster() {
        return new Raster(pictures.format().orElseThrow(), pictures.width(), pictures.height());
    }
}
