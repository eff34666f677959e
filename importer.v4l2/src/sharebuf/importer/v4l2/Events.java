package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_EVENT_EOS;
import static sharebuf.uapi.V4l2.V4L2_EVENT_FRAME_SYNC;
import static sharebuf.uapi.V4l2.V4L2_EVENT_SOURCE_CHANGE;
import static sharebuf.uapi.V4l2.VIDIOC_DQEVENT;
import static sharebuf.uapi.V4l2.VIDIOC_ENUMINPUT;
import static sharebuf.uapi.V4l2.VIDIOC_SUBSCRIBE_EVENT;
import static sharebuf.uapi.V4l2.VIDIOC_UNSUBSCRIBE_EVENT;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.node.DeviceWaits;
import sharebuf.uapi.V4l2Event;
import sharebuf.uapi.V4l2EventSubscription;
import sharebuf.uapi.V4l2Input;
import sharebuf.video.VideoDevice.Event;
import sharebuf.video.VideoDevice.EventKind;

/**
 * Events of a device. Subscriptions belong to the open node and outlive an importer.
 *
 * <p>Thread-safe: without state.
 */
final class Events {
    private static final long NANOS = 1_000_000_000;
    /** A driver that lists inputs without end is not followed. */
    private static final int MOST_INPUTS = 64;

    private final Ioctls node;
    private final DeviceWaits waits;
    private final LongSupplier nanoTime;

    Events(Ioctls node, DeviceWaits waits, LongSupplier nanoTime) {
        this.node = node;
        this.waits = waits;
        this.nanoTime = nanoTime;
    }

    /** False where the driver has no events, or none of this kind. */
    boolean subscribe(EventKind kind) throws DeviceException {
        return each(VIDIOC_SUBSCRIBE_EVENT, kind);
    }

    void unsubscribe(EventKind kind) throws DeviceException {
        each(VIDIOC_UNSUBSCRIBE_EVENT, kind);
    }

    /** For whatever the kind has an id of its own: each input tells its own changes (vidioc-dqevent). */
    private boolean each(long request, EventKind kind) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            V4l2EventSubscription call = new V4l2EventSubscription(arena.allocate(V4l2EventSubscription.LAYOUT));
            V4l2Input input = new V4l2Input(arena.allocate(V4l2Input.LAYOUT));
            boolean any = false;
            int id = 0;
            do {
                call.clear();
                any |= node.enumerate(request, call.type(type(kind)).id(id));
                id++;
                input.clear();
            } while (kind == EventKind.SOURCE_CHANGE && id < MOST_INPUTS && node.enumerate(VIDIOC_ENUMINPUT, input.index(id)));
            return any;
        }
    }

    /** Only {@code POLLPRI} is waited for: that of a queue without buffers may be asked for ({@link VideoQueue#poll}). */
    Optional<Event> next(Duration limit) throws DeviceException {
        long begun = nanoTime.getAsLong();
        long whole = limit.isNegative() ? 0 : limit.getSeconds() >= Long.MAX_VALUE / NANOS ? Long.MAX_VALUE : limit.toNanos();
        for (long left = whole;; left = whole - (nanoTime.getAsLong() - begun)) {
            int ready = left > 0 ? waits.poll(DeviceNode.POLLPRI, Duration.ofNanos(left)) : 0;
            Optional<V4l2Event> taken = take();
            if (taken.isEmpty() && ((ready & DeviceNode.POLLPRI) == 0 || left <= 0)) {
                return Optional.empty();
            }
            Optional<Event> known = taken.flatMap(Events::known);
            if (known.isPresent()) {
                return known;
            }
        }
    }

    private Optional<V4l2Event> take() throws DeviceException {
        V4l2Event event = new V4l2Event(Arena.ofAuto().allocate(V4l2Event.LAYOUT));
        try {
            node.call(VIDIOC_DQEVENT, event);
            return Optional.of(event);
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTTY || e.errno() == Errno.EAGAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<Event> known(V4l2Event e) {
        for (EventKind kind : EventKind.values()) {
            if (type(kind) == e.type()) {
                return Optional.of(new Event(kind, kind == EventKind.END_OF_STREAM ? 0 : e.number(), e.sequence(), e.seconds() * NANOS + e.nanos()));
            }
        }
        return Optional.empty();
    }

    private static int type(EventKind kind) {
        return switch (kind) {
            case END_OF_STREAM -> V4L2_EVENT_EOS;
            case SOURCE_CHANGE -> V4L2_EVENT_SOURCE_CHANGE;
            case FRAME_SYNC -> V4L2_EVENT_FRAME_SYNC;
        };
    }
}
