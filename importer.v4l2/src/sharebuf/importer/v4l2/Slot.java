package sharebuf.importer.v4l2;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.uapi.V4l2;

/** What the importer remembers of a slot. Guarded by the lock of its queue. */
final class Slot {
    /** The broker's buffer whose fence is begun, and that the driver has. */
    Optional<BufferId> inFlight = Optional.empty();
    /** The broker's buffer that was queued here last since the stream stopped: a codec may still read it. */
    Optional<BufferId> last = Optional.empty();

    /** Payload for the next time the slot is queued, one number a memory plane; -1 where none is set. */
    private final long[] payload = new long[V4l2.VIDEO_MAX_PLANES];
    private final MemorySegment[] maps = new MemorySegment[V4l2.VIDEO_MAX_PLANES];

    Slot() {
        forgetPayload();
    }

    void setPayload(int plane, long bytes) {
        payload[plane] = bytes;
    }

    /** The payload that was set, or what is meant where none was. */
    long payload(int plane, long otherwise) {
        return payload[plane] < 0 ? otherwise : payload[plane];
    }

    void forgetPayload() {
        Arrays.fill(payload, -1);
    }

    Optional<MemorySegment> map(int plane) {
        return Optional.ofNullable(maps[plane]);
    }

    void map(int plane, MemorySegment bytes) {
        maps[plane] = bytes;
    }
}
