package sharebuf.tck.kernel;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.device.UseId;
import sharebuf.format.FormatRange;
import sharebuf.format.ObjectRule;
import sharebuf.format.SizeRange;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Format;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/** Plays a case on every queue of every video node. Stateless. */
final class VideoQueues {
    private static final int SIDE = 160;
    private static final Duration INTERVAL = Duration.ofNanos(33_333_333);

    /** What is done to one queue. */
    interface Play {
        /** Returns what was seen, or nothing. */
        String on(Stage stage, Under under) throws Exception;
    }

    /**
     * A queue under test.
     *
     * @param name of the device
     * @param node of the device
     * @param device its interface, through the broker
     * @param queue the queue
     * @param picture a small picture that the queue takes
     */
    record Under(String name, DeviceNode node, VideoDevice device, Queue queue, FormatRange picture) {
        int width() {
            SizeRange s = picture.sizes();
            return side(s.minWidth(), s.maxWidth(), s.stepWidth());
        }

        int height() {
            SizeRange s = picture.sizes();
            return side(s.minHeight(), s.maxHeight(), s.stepHeight());
        }

        UseId use() throws DeviceException {
            return UseId.parse(device.capability().queues().size() == 1 ? name : name + ":" + queue.name().toLowerCase(Locale.ROOT));
        }

        Format set() throws DeviceException {
            return device.setFormat(queue, picture.format(), width(), height(), 0);
        }

        /** The buffer type of the queue, as the node's own ioctls want it. */
        int type() throws DeviceException {
            boolean planes = device.capability().multiplanar();
            return (queue == Queue.CAPTURE ? 1 : 2) + (planes ? 8 : 0);
        }

        boolean multiplanar() throws DeviceException {
            return device.capability().multiplanar();
        }

        /** Free of slots, stopped and at an ordinary speed, whatever went before. */
        void reset() throws DeviceException {
            device.streamOff(queue);
            device.requestBuffers(queue, Memory.MMAP, 0);
            setSpeed(device, queue);
        }
    }

    private VideoQueues() {
    }

    /** A side that makes more than a page of a picture, where the range has one. */
    private static int side(int min, int max, int step) {
        int wanted = min >= SIDE ? min : min + (SIDE - min + step - 1) / step * step;
        return wanted <= max ? wanted : max - (max - min) % step;
    }

    /** Somebody may have slowed the device down. A driver without this ioctl goes as it goes. */
    private static void setSpeed(VideoDevice device, Queue queue) throws DeviceException {
        try {
            device.setFrameInterval(queue, INTERVAL);
        } catch (DeviceException e) {
            if (e.errno() != Errno.ENOTTY && e.errno() != Errno.EINVAL) {
                throw e;
            }
        }
    }

    static String each(Stage stage, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (String path : stage.finds().videos()) {
            List<Under> all = of(stage, path);
            if (all.isEmpty()) {
                left.add(Devices.name(path) + " has no picture format that is known");
            }
            for (Under under : all) {
                try (Stage own = stage.inner()) {
                    under.reset();
                    String what = play.on(own, under);
                    seen.add(under.name() + (what.isEmpty() ? "" : ": " + what));
                } catch (Skipped e) {
                    left.add(under.name() + ": " + e.getMessage());
                } catch (CaseFailed | DeviceException | RefusedException e) {
                    throw new CaseFailed(under.name() + " " + under.queue() + ": " + e.getMessage());
                } finally {
                    under.reset();
                }
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped(String.join("; ", left));
        }
        return String.join("; ", seen) + (left.isEmpty() ? "" : "; not " + String.join("; not ", left));
    }

    /** The queues of a device that take pictures. */
    static List<Under> of(Stage stage, String path) throws Exception {
        DeviceNode node = stage.devices().imported(path);
        String name = Devices.name(path);
        VideoDevice device = stage.session().device(VideoDevice.class, name).orThrow();
        List<Under> all = new ArrayList<>();
        for (Queue queue : device.capability().queues()) {
            small(device, queue).ifPresent(picture -> all.add(new Under(name, node, device, queue, picture)));
        }
        return all;
    }

    /** The picture of the fewest bytes: an emulated camera draws it pixel by pixel. */
    private static Optional<FormatRange> small(VideoDevice device, Queue queue) throws DeviceException {
        return device.formats(queue).stream().filter(f -> f.objects() != ObjectRule.PER_PLANE).min(Comparator.comparing(VideoQueues::bytes));
    }

    private static long bytes(FormatRange range) {
        SizeRange s = range.sizes();
        long pixels = (long) side(s.minWidth(), s.maxWidth(), s.stepWidth()) * side(s.minHeight(), s.maxHeight(), s.stepHeight());
        return range.format().planes().stream().mapToLong(p -> pixels * p.bytes() / p.horizontal() / p.vertical()).sum();
    }
}
