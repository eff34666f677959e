package sharebuf.app.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.app.media.Turn;
import sharebuf.format.PixelFormat;
import sharebuf.sim.FrameSink;

/**
 * Looks at every picture that one reader got and keeps the books: whole, torn, or never seen.
 *
 * <p>Thread-safe. A frame that comes again (a display shows a picture twice) is counted and otherwise ignored.
 */
public final class Witness implements FrameSink, Books {
    private static final int NOTES = 8;

    private final String reader;
    private final BiConsumer<Raster, MemorySegment> keep;
    private final BitSet whole = new BitSet();
    private final BitSet torn = new BitSet();
    private final List<String> notes = new ArrayList<>();
    private Raster raster;
    private Stamp stamp;
    /** Known from the first picture that is whole when it is turned back. */
    private Optional<Turn> turn = Optional.empty();
    private MemorySegment upright = MemorySegment.NULL;
    private long from;
    private long to = Long.MAX_VALUE;
    private long last;
    private long repeated;

    /**
     * The books of a reader.
     *
     * @param reader its name
     * @param from number of the first frame that it should see
     * @param keep gets each new picture as it is seen; its pixels are valid during the call
     */
    public Witness(String reader, long from, BiConsumer<Raster, MemorySegment> keep) {
        this.reader = reader;
        this.from = from;
        this.keep = keep;
        last = from - 1;
    }

    @Override
    public synchronized void frame(long sequence, PixelFormat format, int width, int height, MemorySegment pixels) {
        Raster given = new Raster(format, width, height);
        if (!given.equals(raster)) {
            raster = given;
            stamp = null;
            upright = Arena.ofAuto().allocate(given.size());
        }
        if (record(turn.map(t -> read(t, pixels)).orElseGet(() -> turned(pixels)))) {
            keep.accept(given, pixels);
        }
    }

    private Stamp.Reading read(Turn seen, MemorySegment pixels) {
        Raster is = seen.upright(raster);
        if (stamp == null || !is.equals(stamp.raster())) {
            stamp = new Stamp(is);
        }
        if (seen == Turn.NONE) {
            return stamp.read(pixels);
        }
        seen.upright(raster, pixels, upright);
        return stamp.read(upright);
    }

    /** Nobody says how a reader is wired: the checksum of the first whole picture does. */
    private Stamp.Reading turned(MemorySegment pixels) {
        Stamp.Reading asIs = read(Turn.NONE, pixels);
        for (Turn seen : Turn.values()) {
            Stamp.Reading reading = seen == Turn.NONE ? asIs : read(seen, pixels);
            if (reading instanceof Stamp.Reading.Whole) {
                turn = Optional.of(seen);
                return reading;
            }
        }
        return asIs;
    }

    @Override
    public synchronized Turn turn() {
        return turn.orElse(Turn.NONE);
    }

    /**
     * Records what was read from a picture.
     *
     * @param reading what was read
     * @return whether it was another picture than the one before
     */
    public synchronized boolean record(Stamp.Reading reading) {
        return switch (reading) {
            case Stamp.Reading.Whole(long number) when number <= last -> {
                repeated++;
                yield false;
            }
            case Stamp.Reading.Whole(long number) -> {
                whole.set(Math.toIntExact(number));
                last = number;
                yield true;
            }
            case Stamp.Reading.Torn(long number, String reason) -> {
                // The number of a torn stamp may be nonsense; only the next few are believed.
                long at = number > last && number <= last + 64 ? number : last + 1;
                torn.set(Math.toIntExact(at));
                note("frame " + at + " torn at " + reader + ": " + reason);
                last = at;
                yield true;
            }
        };
    }

    private void note(String note) {
        if (notes.size() < NOTES) {
            notes.add(note);
        }
    }

    /**
     * How far it has seen.
     *
     * @return the number behind the newest frame
     */
    synchronized long seen() {
        return last + 1;
    }

    /**
     * It joins: frames from this one on are expected of it. To be said before the first one comes.
     *
     * @param frame number of the first frame it is given
     */
    public synchronized void joins(long frame) {
        from = frame;
        last = frame - 1;
    }

    /**
     * It leaves: only frames before this one are expected of it.
     *
     * @param frame number of the first frame it is not given
     */
    public synchronized void leaves(long frame) {
        to = Math.min(to, frame);
    }

    @Override
    public String reader() {
        return reader;
    }

    @Override
    public synchronized Fate fate(long frame) {
        if (frame < from || frame >= to) {
            return Fate.NOT_MEANT;
        }
        return torn.get((int) frame) ? Fate.TORN : whole.get((int) frame) ? Fate.WHOLE : Fate.LOST;
    }

    /**
     * How many pictures came again.
     *
     * @return the number
     */
    public synchronized long repeated() {
        return repeated;
    }

    @Override
    public synchronized List<String> notes() {
        return List.copyOf(notes);
    }
}
