package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.tck.kernel.VideoQueues.Under;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;

/**
 * A device that goes while buffers are in it, as when it is pulled out: its driver is unbound in sysfs, and bound again. Only for devices
 * that the caller names. Stateless.
 */
final class UnplugCases {
    private static final int SLOTS = 4;
    private static final long MIB = 1 << 20;
    private static final Duration FRAME = Duration.ofSeconds(4);
    private static final Duration GONE = Duration.ofSeconds(10);
    private static final Duration BACK = Duration.ofSeconds(30);

    private UnplugCases() {
    }

    static List<Case> all() {
        return List.of(new Case("faults/unplug_video", Level.API, "a video device is unbound while it streams: ENODEV, nothing hangs or leaks, bound again it works", List.of(Need.UNPLUG_VIDEO, Need.BUFFERS),
                stage -> each(stage, stage.finds().unplugged("/dev/video"), UnplugCases::video)),
                new Case("faults/unplug_card", Level.NODE, "a card is unbound while it has buffers: ENODEV, nothing hangs or leaks, bound again it works", List.of(Need.UNPLUG_CARD, Need.BUFFERS),
                        stage -> each(stage, stage.finds().unplugged(Finds.DRI), UnplugCases::card)));
    }

    private interface Play {
        String on(Stage stage, Driver driver) throws Exception;
    }

    private static String each(Stage stage, List<String> paths, Play play) throws Exception {
        List<String> seen = new ArrayList<>();
        for (String path : paths) {
            Driver driver = Driver.of(stage, path);
            try (Stage own = stage.inner()) {
                seen.add(path + " (" + driver.driver.getFileName() + "): " + play.on(own, driver));
            } finally {
                driver.bind();
            }
        }
        return String.join("; ", seen);
    }

    /** A driver that can be taken from a device, and given back. */
    private static final class Driver {
        private final Stage stage;
        private final String path;
        private final Path device;
        private final Path driver;
        private final List<String> nodes;
        private boolean unbound;

        private Driver(Stage stage, String path, Path device) throws IOException {
            this.stage = stage;
            this.path = path;
            this.device = device;
            driver = device.resolve("driver").toRealPath();
            nodes = nodes();
        }

        static Driver of(Stage stage, String path) throws IOException, Skipped {
            Path device = device(stage, folder(path), Devices.name(path)).orElseThrow(() -> new Skipped(path + " is of no device"));
            if (!Files.isWritable(device.resolve("driver").resolve("unbind"))) {
                throw new Skipped(device.resolve("driver") + "/unbind cannot be written");
            }
            return new Driver(stage, path, device);
        }

        private static String folder(String path) {
            return path.startsWith("/dev/video") ? "video4linux" : "drm";
        }

        private static Optional<Path> device(Stage stage, String folder, String name) {
            try {
                return Optional.of(stage.machine().at("/sys/class/" + folder + "/" + name + "/device").toRealPath());
            } catch (IOException e) {
                return Optional.empty(); // it has none, or it went
            }
        }

        /** The nodes that the device has now. */
        private List<String> nodes() {
            List<String> all = new ArrayList<>();
            stage.machine().names("/sys/class/video4linux", "video\\d+").stream().filter(n -> device(stage, "video4linux", n).equals(Optional.of(device))).forEach(n -> all.add("/dev/" + n));
            stage.machine().names("/sys/class/drm", "card\\d+").stream().filter(n -> device(stage, "drm", n).equals(Optional.of(device))).forEach(n -> all.add(Finds.DRI + "/" + n));
            return all.stream().filter(n -> Files.exists(stage.machine().at(n))).toList();
        }

        void unbind() throws IOException {
            unbound = true;
            Files.writeString(driver.resolve("unbind"), device.getFileName().toString());
        }

        /**
         * Everything that has its nodes open lets go, and the driver takes the device again.
         *
         * @return the path's name now: the same, unless somebody else has the old one open
         */
        String bind() throws IOException, InterruptedException, CaseFailed {
            for (String node : nodes) {
                stage.devices().release(node);
            }
            if (!unbound) {
                return path;
            }
            unbound = false;
            Files.writeString(driver.resolve("bind"), device.getFileName().toString());
            CaseFailed.unless(stage.framework().awaitInterruptibly(() -> nodes().size() >= nodes.size(), BACK), "after bind there are " + nodes() + ", before there were " + nodes);
            return nodes().contains(path) ? path : nodes().get(Math.max(0, nodes.indexOf(path)));
        }
    }

    private static String video(Stage stage, Driver driver) throws Exception {
        memory(stage);
        String[] told = new String[1];
        long start = System.nanoTime();
        onQueue(stage, driver.path, under -> {
            BufferSet set = stage.session().allocateFor(BufferSpec.picture(under.picture().format(), under.width(), under.height()).count(SLOTS), List.of(under.use())).orThrow();
            stream(under, set);
            driver.unbind();
            told[0] = gone(under, set);
            touch(set.buffers().getFirst());
            set.close();
        });
        long millis = (System.nanoTime() - start) / 1_000_000;
        String now = driver.bind();
        onQueue(stage, now, under -> {
            under.set();
            int slots = under.device().requestBuffers(under.queue(), Memory.MMAP, SLOTS);
            for (int i = 0; i < slots; i++) {
                under.device().queue(under.queue(), i);
            }
            under.device().streamOn(under.queue());
            frame(under);
            under.device().streamOff(under.queue());
            under.device().requestBuffers(under.queue(), Memory.MMAP, 0);
        });
        return told[0] + "; all over after " + millis + " ms; bound again " + now + " streams";
    }

    private interface OnQueue {
        void play(Under under) throws Exception;
    }

    private static void onQueue(Stage stage, String path, OnQueue play) throws Exception {
        Under under = VideoQueues.of(stage, path).stream().findFirst().orElseThrow(() -> new Skipped(path + " has no picture format that is known"));
        play.play(under);
    }

    private static void memory(Stage stage) throws Exception {
        if (stage.finds().udmabuf().isEmpty()) {
            stage.heap(stage.finds().heaps().getFirst(), 64 * MIB);
        } else {
            stage.pool(64 * MIB);
        }
    }

    private static void stream(Under under, BufferSet set) throws Exception {
        under.device().setFormat(under.queue(), under.picture().format(), under.width(), under.height(), set.layout().planes().getFirst().pitch());
        under.device().requestBuffers(under.queue(), Memory.DMABUF, SLOTS);
        for (int i = 0; i < SLOTS; i++) {
            under.device().queue(under.queue(), i, set.buffers().get(i).id());
        }
        under.device().streamOn(under.queue());
        for (int i = 0; i < 3; i++) {
            int index = frame(under).index();
            BufferId id = set.buffers().get(index).id();
            under.device().queue(under.queue(), index, id);
        }
    }

    private static Dequeued frame(Under under) throws Exception {
        for (int i = 0; i < 5; i++) {
            Optional<Dequeued> frame = under.device().dequeue(under.queue(), FRAME);
            if (frame.isPresent()) {
                return frame.get();
            }
        }
        throw new CaseFailed("no frame within " + FRAME.multipliedBy(5));
    }

    /** Each call says that the device is gone, and soon. */
    private static String gone(Under under, BufferSet set) throws CaseFailed {
        String waited = refused("a frame that is waited for", () -> {
            long end = System.nanoTime() + GONE.toNanos();
            while (System.nanoTime() < end) { // frames that were done before may still come
                under.device().dequeue(under.queue(), Duration.ofSeconds(1));
            }
        });
        refused("QBUF", () -> under.device().queue(under.queue(), 0, set.buffers().getFirst().id()));
        refused("QUERYBUF", () -> under.device().query(under.queue(), 0));
        refused("S_FMT", () -> under.set());
        return waited;
    }

    private static String refused(String what, VideoFile.Call call) throws CaseFailed {
        long start = System.nanoTime();
        String told;
        try {
            call.run();
            throw new CaseFailed(what + ": expected ENODEV, and it was done");
        } catch (DeviceException e) {
            CaseFailed.unless(e.errno() == Errno.ENODEV, what + ": expected ENODEV, got " + e.getMessage());
            told = e.getMessage();
        } catch (RefusedException e) {
            CaseFailed.unless(e.refusal().errno() == Errno.ENODEV, what + ": expected ENODEV, got " + e.getMessage());
            told = e.getMessage();
        }
        CaseFailed.unless(System.nanoTime() - start < GONE.toNanos(), what + " took " + (System.nanoTime() - start) / 1_000_000 + " ms");
        return told;
    }

    /** The buffer's memory is ours, not the device's. */
    private static void touch(SharedBuffer buffer) {
        try (CpuAccess cpu = Stage.open(buffer, Access.READ_WRITE)) {
            cpu.object(0).fill((byte) 1);
        }
    }

    private static String card(Stage stage, Driver driver) throws Exception {
        memory(stage);
        DeviceNode node = stage.devices().node(driver.path);
        SharedBuffer buffer = stage.buffers(MIB, 1).buffers().getFirst();
        int dmaBuf = stage.handles().handle(buffer.objects().getFirst());
        try {
            Prime.handle(node, dmaBuf); // not closed: the card goes with it
        } catch (DeviceException e) {
            throw new Skipped(driver.path + " imports nothing of ours (" + e.errno() + ")");
        }
        driver.unbind();
        String told = refused("PRIME import", () -> Prime.handle(node, dmaBuf));
        refused("GET_CAP", () -> Prime.driver(node));
        touch(buffer);
        String now = driver.bind();
        CaseFailed.unless(stage.libc().identity(dmaBuf).isPresent(), "our dma-buf went with the card");
        DeviceNode again = stage.devices().node(now);
        Prime.close(again, Prime.handle(again, dmaBuf));
        CaseFailed.unless(stage.libc().seek(dmaBuf, 0, Libc.SEEK_END) == MIB, "our dma-buf changed its size");
        return told + "; bound again " + now + " imports";
    }
}
