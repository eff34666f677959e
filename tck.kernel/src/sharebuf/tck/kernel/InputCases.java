package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.tck.kernel.VideoQueues.Under;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Control;
import sharebuf.uapi.V4l2QueryControl;
import sharebuf.video.VideoDevice.Connector;
import sharebuf.video.VideoDevice.Event;
import sharebuf.video.VideoDevice.EventKind;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.Signal;
import sharebuf.video.VideoDevice.Timings;

/** Inputs, outputs, signals and events of video devices. What vivid plays by its controls, other devices need not. Stateless. */
final class InputCases {
    private static final String MODEL = "v4l2-compliance ";
    private static final String SIGNAL = "DV Timings Signal Mode";
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final int WRONG = 99;

    private InputCases() {
    }

    static List<Case> all() {
        List<Need> video = List.of(Need.VIDEO);
        return List.of(new Case("v4l2/connectors", Level.API, MODEL + "testInput and testOutput", video, stage -> VideoQueues.each(stage, InputCases::connectors)),
                new Case("v4l2/signal", Level.API, "vidioc-query-dv-timings: no signal, no lock, out of range", video, stage -> VideoQueues.each(stage, InputCases::signal)),
                new Case("v4l2/events", Level.API, MODEL + "testEvents, SOURCE_CHANGE", video, stage -> VideoQueues.each(stage, InputCases::events)));
    }

    private static List<Connector> list(Under under) throws DeviceException, CaseFailed, Skipped {
        List<Connector> all = under.device().connectors(under.queue());
        if (all.isEmpty()) {
            throw new Skipped("no connectors");
        }
        CaseFailed.unless(all.stream().filter(Connector::selected).count() == 1, "not exactly one is selected of " + all);
        return all;
    }

    private static int selected(Under under) throws DeviceException, CaseFailed, Skipped {
        return list(under).stream().filter(Connector::selected).findFirst().orElseThrow().index();
    }

    /** Each can be selected, none while there are buffers; an index that there is not is refused by name. */
    private static String connectors(Stage stage, Under under) throws Exception {
        List<Connector> all = list(under);
        int before = selected(under);
        try {
            for (Connector each : all) {
                under.device().selectConnector(under.queue(), each.index());
                CaseFailed.unless(selected(under) == each.index(), each.name() + " was selected, and is not");
            }
            VideoFile.refused("a connector that there is not", Errno.EINVAL, () -> under.device().selectConnector(under.queue(), WRONG));
            under.device().requestBuffers(under.queue(), Memory.MMAP, 2);
            VideoFile.refused("another connector while there are buffers", Errno.EBUSY,
                    () -> under.device().selectConnector(under.queue(), (before + 1) % all.size()));
        } finally {
            under.reset();
            under.device().selectConnector(under.queue(), before);
        }
        return String.join(", ", all.stream().map(Connector::name).toList());
    }

    /** The controls of a device by name, which the driver enumerates. */
    private static Map<String, Integer> controls(DeviceNode node) {
        Map<String, Integer> all = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            V4l2QueryControl query = new V4l2QueryControl(arena.allocate(V4l2QueryControl.LAYOUT));
            int id = V4l2.V4L2_CTRL_FLAG_NEXT_CTRL;
            while (true) {
                query.clear();
                node.ioctl(V4l2.VIDIOC_QUERYCTRL, query.id(id).segment());
                all.put(query.name(), query.id());
                id = query.id() | V4l2.V4L2_CTRL_FLAG_NEXT_CTRL;
            }
        } catch (DeviceException e) {
            return all; // EINVAL after the last one
        }
    }

    private static void set(DeviceNode node, int control, int value) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            node.ioctl(V4l2.VIDIOC_S_CTRL, new V4l2Control(arena.allocate(V4l2Control.LAYOUT)).id(control).value(value).segment());
        }
    }

    private interface Play {
        String on(int control) throws Exception;
    }

    /** At an input for digital signals whose signal can be played. */
    private static String atDigitalInput(Under under, Play play) throws Exception {
        Integer control = controls(under.node()).get(SIGNAL);
        if (control == null || under.queue() != Queue.CAPTURE) {
            throw new Skipped("no signal that can be played");
        }
        int before = selected(under);
        try {
            Optional<Connector> digital = list(under).stream().filter(c -> c.name().startsWith("HDMI")).findFirst();
            under.device().selectConnector(under.queue(), digital.orElseThrow(() -> new Skipped("no HDMI input")).index());
            return play.on(control);
        } finally {
            set(under.node(), control, 0);
            under.device().selectConnector(under.queue(), before);
        }
    }

    /** vivid's menu: 0 the current timings, 1 no signal, 2 no lock, 3 out of range. */
    private static String signal(Stage stage, Under under) throws Exception {
        return atDigitalInput(under, control -> {
            Timings timings = under.device().followSignal(under.queue());
            CaseFailed.unless(timings.width() > 0 && timings.height() > 0 && timings.framesPerSecond() > 1, "timings are " + timings);
            List<String> seen = new ArrayList<>(List.of(timings.width() + "x" + timings.height()));
            Errno[] errnos = {Errno.ENOLINK, Errno.ENOLCK, Errno.ERANGE};
            Signal[] signals = {Signal.ABSENT, Signal.UNSTABLE, Signal.OUT_OF_RANGE};
            for (int mode = 1; mode <= errnos.length; mode++) {
                set(under.node(), control, mode);
                VideoFile.refused("signal mode " + mode, errnos[mode - 1], () -> under.device().followSignal(under.queue()));
                Signal signal = list(under).stream().filter(Connector::selected).findFirst().orElseThrow().signal();
                CaseFailed.unless(signal == signals[mode - 1], "signal mode " + mode + ": expected " + signals[mode - 1] + ", got " + signal);
                seen.add(errnos[mode - 1].name());
            }
            set(under.node(), control, 0);
            CaseFailed.unless(under.device().followSignal(under.queue()).equals(timings), "other timings than before");
            return String.join(", ", seen);
        });
    }

    /** An event comes when the signal changes, and none when it does not. */
    private static String events(Stage stage, Under under) throws Exception {
        return atDigitalInput(under, control -> {
            CaseFailed.unless(under.device().subscribe(EventKind.SOURCE_CHANGE), "a capture device without SOURCE_CHANGE");
            try {
                while (under.device().event(Duration.ZERO).isPresent()) {
                    continue; // of what was before
                }
                set(under.node(), control, 1);
                Event event = under.device().event(SOON).orElseThrow(() -> new CaseFailed("no event within " + SOON + " of a change"));
                CaseFailed.unless(event.kind() == EventKind.SOURCE_CHANGE && event.number() == 1 && event.timestampNanos() > 0, "the event is " + event);
                CaseFailed.unless(under.device().event(Duration.ZERO).isEmpty(), "a second event of one change");
                // The queue is none of the events' business: it can still be set up.
                under.set();
                under.device().requestBuffers(under.queue(), Memory.MMAP, 2);
                return "SOURCE_CHANGE" + (under.device().subscribe(EventKind.END_OF_STREAM) ? ", EOS" : "");
            } finally {
                under.reset();
                under.device().unsubscribe(EventKind.SOURCE_CHANGE);
                under.device().unsubscribe(EventKind.END_OF_STREAM);
            }
        });
    }
}
