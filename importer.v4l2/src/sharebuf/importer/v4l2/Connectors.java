package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_IN_CAP_DV_TIMINGS;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_H_LOCK;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_POWER;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_SIGNAL;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_STD_LOCK;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_SYNC;
import static sharebuf.uapi.V4l2.V4L2_IN_ST_NO_V_LOCK;
import static sharebuf.uapi.V4l2.VIDIOC_ENUMINPUT;
import static sharebuf.uapi.V4l2.VIDIOC_ENUMOUTPUT;
import static sharebuf.uapi.V4l2.VIDIOC_G_INPUT;
import static sharebuf.uapi.V4l2.VIDIOC_G_OUTPUT;
import static sharebuf.uapi.V4l2.VIDIOC_QUERY_DV_TIMINGS;
import static sharebuf.uapi.V4l2.VIDIOC_S_DV_TIMINGS;
import static sharebuf.uapi.V4l2.VIDIOC_S_INPUT;
import static sharebuf.uapi.V4l2.VIDIOC_S_OUTPUT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2DvTimings;
import sharebuf.uapi.V4l2Input;
import sharebuf.uapi.V4l2Output;
import sharebuf.video.VideoDevice.Connector;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.Signal;
import sharebuf.video.VideoDevice.Timings;

/**
 * The inputs of a capture queue or the outputs of an output queue, and the signal there.
 *
 * <p>Thread-safe: without state.
 */
final class Connectors {
    private static final int MOST = 64;
    private static final int UNSTABLE = V4L2_IN_ST_NO_H_LOCK | V4L2_IN_ST_NO_V_LOCK | V4L2_IN_ST_NO_STD_LOCK | V4L2_IN_ST_NO_SYNC;

    private final Ioctls node;
    private final boolean output;

    Connectors(Ioctls node, Queue queue) {
        this.node = node;
        output = queue == Queue.OUTPUT;
    }

    List<Connector> list() throws DeviceException {
        Optional<Integer> selected = selected();
        List<Connector> all = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            V4l2Input in = new V4l2Input(arena.allocate(V4l2Input.LAYOUT));
            V4l2Output out = new V4l2Output(arena.allocate(V4l2Output.LAYOUT));
            for (int i = 0; i < MOST; i++) {
                in.clear();
                out.clear();
                if (!(output ? node.enumerate(VIDIOC_ENUMOUTPUT, out.index(i)) : node.enumerate(VIDIOC_ENUMINPUT, in.index(i)))) {
                    break;
                }
                boolean own = selected.equals(Optional.of(i));
                all.add(new Connector(i, output ? out.name() : in.name(), own, own && !output ? signal(in) : Signal.UNKNOWN));
            }
        }
        return all;
    }

    private Optional<Integer> selected() throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment index = arena.allocate(ValueLayout.JAVA_INT);
            node.node().ioctl(output ? VIDIOC_G_OUTPUT : VIDIOC_G_INPUT, index);
            return Optional.of(index.get(ValueLayout.JAVA_INT, 0));
        } catch (DeviceException e) {
            if (e.errno() == Errno.ENODEV) {
                throw e;
            }
            return Optional.empty(); // ENOTTY: there is nothing to choose
        }
    }

    private Signal signal(V4l2Input input) throws DeviceException {
        int status = input.status();
        if ((status & (V4L2_IN_ST_NO_POWER | V4L2_IN_ST_NO_SIGNAL)) != 0) {
            return Signal.ABSENT;
        }
        if ((status & UNSTABLE) != 0) {
            return Signal.UNSTABLE;
        }
        if ((input.capabilities() & V4L2_IN_CAP_DV_TIMINGS) == 0) {
            return Signal.PRESENT;
        }
        try (Arena arena = Arena.ofConfined()) {
            node.call(VIDIOC_QUERY_DV_TIMINGS, new V4l2DvTimings(arena.allocate(V4l2DvTimings.LAYOUT)));
            return Signal.PRESENT;
        } catch (DeviceException e) {
            return switch (e.errno()) {
                case ENODEV -> throw e;
                case ENOLINK -> Signal.ABSENT;
                case ENOLCK -> Signal.UNSTABLE;
                case ERANGE -> Signal.OUT_OF_RANGE;
                default -> Signal.UNKNOWN;
            };
        }
    }

    void select(int index) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arg = arena.allocate(ValueLayout.JAVA_INT);
            arg.set(ValueLayout.JAVA_INT, 0, index);
            node.node().ioctl(request(), arg);
        } catch (DeviceException e) {
            throw new DeviceException(e.errno(), e.device(), e.operation(), switch (e.errno()) {
                case EINVAL -> "connector " + index + ": there are " + list().stream().map(c -> c.index() + " '" + c.name() + "'").toList();
                case EBUSY -> "connector " + index + ": the queue has buffers; free them first";
                case ENOTTY -> "the device has no connectors to choose from";
                default -> e.detail();
            });
        }
    }

    /** Selects by name or index; does nothing for the empty text. */
    void select(String wanted) throws DeviceException {
        if (wanted.isEmpty()) {
            return;
        }
        List<Connector> all = list();
        Connector found = all.stream().filter(c -> c.name().equals(wanted) || String.valueOf(c.index()).equals(wanted)).findFirst()
            .orElseThrow(() -> new DeviceException(Errno.EINVAL, node.node().device().name(), V4l2.nameOf(request()), "connector '" + wanted
                + "': there are " + all.stream().map(c -> c.index() + " '" + c.name() + "'").toList()));
        if (!found.selected()) { // else the driver would reset its formats for nothing
            select(found.index());
        }
    }

    private long request() {
        return output ? VIDIOC_S_OUTPUT : VIDIOC_S_INPUT;
    }

    Timings follow() throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            V4l2DvTimings timings = new V4l2DvTimings(arena.allocate(V4l2DvTimings.LAYOUT));
            node.call(VIDIOC_QUERY_DV_TIMINGS, timings);
            node.call(VIDIOC_S_DV_TIMINGS, timings);
            double total = (double) (timings.width() + timings.hFrontPorch() + timings.hSync() + timings.hBackPorch())
                * (timings.height() + timings.vFrontPorch() + timings.vSync() + timings.vBackPorch());
            return new Timings(timings.width(), timings.height(), timings.interlaced() != 0, timings.pixelClock(),
                total > 0 ? timings.pixelClock() / total : 0);
        } catch (DeviceException e) {
            throw told(e);
        }
    }

    /** Says at which connector, where a failure is one of the signal ({@code vidioc-query-dv-timings.rst}). */
    DeviceException told(DeviceException e) {
        String what = switch (e.errno()) {
            case ENOLINK -> "no signal";
            case ENOLCK -> "the signal is not steady";
            case ERANGE -> "the hardware cannot follow the signal";
            case ENODATA -> "no digital signals are measured";
            default -> "";
        };
        return what.isEmpty() ? e : new DeviceException(e.errno(), e.device(), e.operation(), what + " at " + name());
    }

    private String name() {
        try {
            return list().stream().filter(Connector::selected).map(c -> "'" + c.name() + "'").findFirst().orElse("the device");
        } catch (DeviceException e) {
            return "the device";
        }
    }
}
