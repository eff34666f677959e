package sharebuf.importer.v4l2;

import java.util.stream.IntStream;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.ObjectId;
import sharebuf.importer.Attached;

/**
 * A buffer that may be queued: its objects are named once, not per frame. Immutable; the array is not changed.
 *
 * @param attached to what it belongs
 * @param objects its objects
 */
record Target(Attached attached, ObjectId[] objects) {
    static Target of(Attached attached, BufferId buffer) {
        return new Target(attached, IntStream.range(0, attached.layout().objects().size()).mapToObj(i -> new ObjectId(buffer, i))
            .toArray(ObjectId[]::new));
    }
}
