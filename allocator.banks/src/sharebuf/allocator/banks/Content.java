package sharebuf.allocator.banks;

import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.format.PixelFormat;
import sharebuf.plugin.Note;

/**
 * What an extent of the bank is for. Kept as a note of its object, so that a successor can tell it too.
 *
 * <p>Immutable.
 *
 * @param fourcc V4L2's code of the pixel format, 0 for bytes without one
 * @param width in pixels, 0 for bytes
 * @param height in pixels, 0 for bytes
 * @param object index of the object in its buffer
 */
record Content(int fourcc, int width, int height, int object) implements Comparable<Content> {
    private static final String SCHEMA = "banks.content";
    private static final int VERSION = 1;
    private static final int NUMBERS = 4;

    static Content of(Request request) {
        BufferSpec spec = request.spec();
        return spec.format().map(f -> new Content(f.v4l2Fourcc(), spec.width(), spec.height(), request.object()))
                .orElseGet(() -> new Content(0, 0, 0, request.object()));
    }

    /** What a note says; empty when it is another's. */
    static Optional<Content> of(Note note) {
        List<Long> data = note.data();
        return note.schema().equals(SCHEMA) && note.version() == VERSION && data.size() == NUMBERS
                ? Optional.of(new Content(data.get(0).intValue(), data.get(1).intValue(), data.get(2).intValue(), data.get(3).intValue())) : Optional.empty();
    }

    Note note() {
        return new Note(SCHEMA, VERSION, List.of((long) fourcc, (long) width, (long) height, (long) object));
    }

    @Override
    public int compareTo(Content other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return (width == 0 ? "bytes" : "object " + object + " of " + PixelFormat.ofV4l2(fourcc).map(PixelFormat::name).orElse("a picture") + " " + width + "x" + height);
    }
}
