package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.ObjectId;

/** A slot of a V4L2 queue: {@code struct vb2_buffer}. Guarded by the lock of its node. */
final class Slot {
    /** Where the buffer is. */
    enum State {
        /** With the application. */
        DEQUEUED,
        /** In the queue, or in the hands of the device. */
        QUEUED,
        /** Done, waiting to be dequeued. */
        DONE
    }

    /** A memory plane. */
    static final class Plane {
        /** Descriptor of the dma-buf; of no meaning in a driver's buffer. */
        int fd;
        /** Bytes of the memory. */
        long length;
        /** Bytes of payload. */
        long bytesUsed;
        /** What the device is programmed with. */
        ScatterList list;
        /** The driver's own memory; empty with dma-bufs. */
        Optional<ObjectId> own = Optional.empty();
        /** The driver's region that it is of; empty where the broker gave it. */
        Optional<DriverRegion> from = Optional.empty();
        /** Mapping of the driver's own memory for the application, once there was one. */
        Optional<Mapping> mapping = Optional.empty();
    }

    /** A mapping and what ends it. */
    record Mapping(Arena arena, MemorySegment bytes) {
    }

    final int index;
    final Plane[] planes;
    State state = State.DEQUEUED;
    boolean prepared;
    boolean error;
    boolean last;
    long sequence;
    long timestampNanos;

    Slot(int index, int planes) {
        this.index = index;
        this.planes = new Plane[planes];
        for (int i = 0; i < planes; i++) {
            this.planes[i] = new Plane();
        }
    }

    List<ScatterList> lists() {
        return Arrays.stream(planes).map(p -> p.list).toList();
    }
}
