package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;
import sharebuf.buffer.Attachment;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Session;
import sharebuf.buffer.SharedBuffer;
import sharebuf.deployment.Deployer;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.node.DeviceException;
import sharebuf.sim.Faults;
import sharebuf.sim.FrameSink;
import sharebuf.sim.FrameSource;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;

/**
 * An encoder that reaches the first 256 MiB only joins a camera and a screen that share memory of the pool, far above, while frames flow through
 * an application of one thread.
 */
@ExtendWith({BundleContextExtension.class, ServiceExtension.class})
class LateAttachTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final UseId ENCODER = UseId.parse("encoder:output");
    private static final MovePolicy ALLOW = new MovePolicy.Allow(Long.MAX_VALUE);
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int COUNT = 6;
    private static final int BACKLOG = 2;
    private static final int RATE = 250;

    @InjectService
    Deployer deployer;
    @InjectService
    BufferBroker broker;
    @InjectService
    Inventory inventory;
    @InjectBundleContext
    BundleContext context;
    @TempDir
    Path folder;
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();
    private final Seen screen = new Seen();
    private final Seen encoder = new Seen();
    private Faults faults;
    private Session session;

    /** What a device read: the numbers of whole pictures, and what was wrong with others. */
    private static final class Seen implements FrameSink {
        private final List<Long> numbers = new CopyOnWriteArrayList<>();
        private final List<String> torn = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch awaited = new CountDownLatch(0);

        @Override
        public void frame(long sequence, PixelFormat format, int width, int height, MemorySegment pixels) {
            long number = pixels.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
            long bad = LongStream.range(1, pixels.byteSize() / Long.BYTES).filter(i -> pixels.get(ValueLayout.JAVA_LONG_UNALIGNED, i * Long.BYTES) != mixed(number, i)).count();
            if (bad > 0) {
                torn.add("frame " + number + ": " + bad + " words");
            } else if (numbers.isEmpty() || numbers.getLast() != number) { // a screen may show a picture twice
                numbers.add(number);
            }
            awaited.countDown();
        }

        private void await(int more) throws InterruptedException {
            awaited = new CountDownLatch(more);
            assertThat(awaited.await(SOON.toSeconds(), TimeUnit.SECONDS)).as("%s frames flow", more).isTrue();
        }
    }

    /** A word of a picture: differs from frame to frame and from place to place. */
    private static long mixed(long number, long index) {
        return (number + 1) * 0x9e37_79b9_7f4a_7c15L + index;
    }

    @BeforeEach
    void board() throws Exception {
        deployer.bringUp(Path.of(System.getProperty("sharebuf.home"), "boards/qemu-virt.json"), Map.of("cma", "64MiB", "encoderMask", "0x4fffffff"), SOON);
        faults = context.getService(context.getServiceReference(Faults.class));
        session = broker.open("late attach test");
        FrameSource source = (sequence, format, width, height, into) -> {
            into.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, sequence);
            for (long i = 1; i < into.byteSize() / Long.BYTES; i++) {
                into.set(ValueLayout.JAVA_LONG_UNALIGNED, i * Long.BYTES, mixed(sequence, i));
            }
            return true;
        };
        register(FrameSource.class, source, "camera");
        register(FrameSink.class, screen, "display");
        register(FrameSink.class, encoder, "encoder");
    }

    private <T> void register(Class<T> type, T service, String device) {
        registered.add(context.registerService(type, service, new Hashtable<>(Map.of("sharebuf.device", device))));
    }

    @AfterEach
    void nothingIsLeft() {
        registered.forEach(ServiceRegistration::unregister);
        session.close();
        Snapshot left = inventory.snapshot();
        assertThat(left.buffers()).isEmpty();
        assertThat(left.mappings()).isEmpty();
        assertThat(left.regions()).allMatch(r -> r.extents().isEmpty());
        assertThat(faults.stopped()).as("accesses that went nowhere").isEmpty();
        deployer.takeDown();
    }

    /**
     * One thread: takes a picture, shows an older one, gives that to the encoder when it has joined, queues the one that was shown before again.
     * So some pictures always lie in memory that is not the device's: a move has to take them along.
     */
    private final class Application implements AutoCloseable {
        private final BufferSet set = allocate(BufferSpec.picture(PixelFormat.NV12, WIDTH, HEIGHT).count(COUNT), "camera", "display");
        private final VideoDevice camera = session.device(VideoDevice.class, "camera").orThrow();
        private final Display display = session.device(Display.class, "display").orThrow();
        private final VideoDevice coder = session.device(VideoDevice.class, "encoder").orThrow();
        private final AtomicBoolean encode = new AtomicBoolean();
        private volatile boolean ending;
        private volatile Optional<BufferSet> units = Optional.empty();
        private CompletableFuture<Void> thread = CompletableFuture.completedFuture(null);

        private BufferSet allocate(BufferSpec spec, String... uses) {
            return session.allocateFor(spec, Arrays.stream(uses).map(UseId::parse).toList()).orThrow();
        }

        private Application start() throws DeviceException {
            camera.setFormat(Queue.CAPTURE, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
            camera.setFrameInterval(Queue.CAPTURE, Duration.ofNanos(1_000_000_000L / RATE));
            camera.requestBuffers(Queue.CAPTURE, Memory.DMABUF, COUNT);
            List<Integer> framebuffers = new ArrayList<>();
            for (SharedBuffer b : set.buffers()) {
                camera.queue(Queue.CAPTURE, framebuffers.size(), b.id());
                framebuffers.add(display.addFramebuffer(b.id()));
            }
            camera.streamOn(Queue.CAPTURE);
            thread = async(() -> {
                loop(framebuffers);
                return null;
            });
            return this;
        }

        private void loop(List<Integer> framebuffers) {
            try {
                int shown = -1;
                Deque<Integer> backlog = new ArrayDeque<>();
                while (!ending) {
                    backlog.add(camera.dequeue(Queue.CAPTURE, SOON).orElseThrow().index());
                    if (backlog.size() <= BACKLOG) {
                        continue;
                    }
                    int next = backlog.remove();
                    if (shown < 0) {
                        display.setMode(new Display.Mode(WIDTH, HEIGHT, 0), framebuffers.get(next));
                    } else {
                        display.pageFlip(framebuffers.get(next), next);
                        display.flipEvent(SOON).orElseThrow();
                    }
                    if (encode.get()) {
                        coder.queue(Queue.OUTPUT, next, set.buffers().get(next).id());
                        coder.dequeue(Queue.OUTPUT, SOON).orElseThrow();
                        int unit = coder.dequeue(Queue.CAPTURE, SOON).orElseThrow().index();
                        coder.queue(Queue.CAPTURE, unit, units().buffers().get(unit).id());
                    }
                    if (shown >= 0) {
                        camera.queue(Queue.CAPTURE, shown, set.buffers().get(shown).id());
                    }
                    shown = next;
                }
                camera.streamOff(Queue.CAPTURE);
                display.off();
            } catch (DeviceException e) {
                throw new IllegalStateException(e);
            }
        }

        private BufferSet units() {
            return units.orElseThrow();
        }

        /** The encoder has joined. */
        private void encode() throws DeviceException {
            coder.setFormat(Queue.OUTPUT, PixelFormat.NV12, WIDTH, HEIGHT, set.layout().planes().getFirst().pitch());
            long size = coder.setBitstream(Queue.CAPTURE, 1 << 20).planes().getFirst().sizeImage();
            units = Optional.of(allocate(BufferSpec.bytes(size).count(2), "encoder:capture"));
            coder.requestBuffers(Queue.OUTPUT, Memory.DMABUF, COUNT);
            coder.requestBuffers(Queue.CAPTURE, Memory.DMABUF, 2);
            coder.queue(Queue.CAPTURE, 0, units().buffers().get(0).id());
            coder.queue(Queue.CAPTURE, 1, units().buffers().get(1).id());
            coder.streamOn(Queue.OUTPUT);
            coder.streamOn(Queue.CAPTURE);
            encode.set(true);
        }

        private String region() {
            return String.join(",", inventory.snapshot().buffers().stream().filter(b -> set.buffers().stream().anyMatch(s -> s.id().equals(b.id())))
                    .flatMap(b -> b.objects().stream()).map(Snapshot.Memory::region).distinct().toList());
        }

        @Override
        public void close() {
            ending = true;
            thread.join();
            set.close();
        }
    }

    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, r -> Thread.ofPlatform().daemon().start(r));
    }

    /** Every frame once, in order, whole. */
    private static void assertWhole(Seen seen, String who) {
        assertThat(seen.torn).as("torn at the %s", who).isEmpty();
        assertThat(seen.numbers).as("frames at the %s", who).isNotEmpty()
                .isEqualTo(LongStream.rangeClosed(seen.numbers.getFirst(), seen.numbers.getLast()).boxed().toList());
    }

    @Test
    @DisplayName("the buffers follow the encoder: every frame whole and once, before and after, and the names stay")
    void moves() throws Exception {
        try (Application app = new Application().start()) {
            screen.await(40);
            assertThat(app.region()).isEqualTo("cma");
            assertThat(app.set.plan(ENCODER).orThrow().bytes()).isEqualTo(COUNT * app.set.layout().size());
            app.set.attach(ENCODER, ALLOW).orThrow();
            assertThat(app.region()).isEqualTo("ram");
            assertThat(app.set.buffers()).allMatch(b -> b.generation() == 1);
            app.encode();
            screen.await(40);
            encoder.await(20);
            assertThat(inventory.snapshot().regions()).filteredOn(r -> r.name().equals("cma")).allMatch(r -> r.extents().stream()
                    .noneMatch(e -> app.set.buffers().stream().anyMatch(b -> b.id().equals(e.object().buffer()))));
        }
        assertWhole(screen, "screen");
        assertWhole(encoder, "encoder");
        assertThat(screen.numbers.getFirst()).isZero();
    }

    @Test
    @DisplayName("nobody has memory: ENOMEM, and frames go on in the old memory")
    void noMemory() throws Exception {
        try (Application app = new Application().start()) {
            screen.await(20);
            List<BufferSet> hoard = new ArrayList<>();
            for (long size = 64 << 20; size >= 4096; size /= 2) { // all that the encoder reaches
                BufferSpec piece = BufferSpec.bytes(size);
                for (Outcome<BufferSet> got = session.allocateFor(piece, List.of(UseId.parse("encoder:capture"))); got.isOk();
                        got = session.allocateFor(piece, List.of(UseId.parse("encoder:capture")))) {
                    hoard.add(got.orThrow());
                }
            }
            assertThat(app.set.attach(ENCODER, ALLOW).why().orElseThrow().errno()).isEqualTo(Errno.ENOMEM);
            screen.await(20);
            assertThat(app.region()).isEqualTo("cma");
            hoard.forEach(BufferSet::close);
        }
        assertWhole(screen, "screen");
    }

    /** The same board with another encoder, which reaches all memory. */
    private void encoder(String demands) throws Exception {
        session.close();
        deployer.takeDown();
        String board = Files.readString(Path.of(System.getProperty("sharebuf.home"), "boards/qemu-virt.json"));
        String wired = "\"mask\": \"${encoderMask}\", \"maxSegments\": \"1\"";
        assertThat(board).contains(wired);
        Path file = Files.writeString(folder.resolve("late.json"), board.replace(wired, demands));
        assertThat(deployer.bringUp(file, Map.of("cma", "64MiB"), SOON).missing()).isEmpty();
        faults = context.getService(context.getServiceReference(Faults.class));
        session = broker.open("late attach test");
    }

    @Test
    @DisplayName("an encoder whose first alternative the memory does not suit joins with its second, as the memory lies, and without leave to move")
    void secondAlternative() throws Exception {
        encoder("\"maxSegments\": \"1\", \"align\": \"4MiB\"");
        try (Application strict = new Application()) {
            assertThat(strict.set.plan(ENCODER).orThrow().moves()).as("the first alone does not suit").isTrue();
        }
        encoder("\"maxSegments\": \"1\", \"align\": \"4MiB\", \"alternatives\": [{\"maxSegments\": 1, \"align\": \"4KiB\"}]");
        try (Application app = new Application().start()) {
            screen.await(20);
            assertThat(app.set.plan(ENCODER).orThrow().moves()).isFalse();
            Attachment joined = app.set.attach(ENCODER, new MovePolicy.Never()).orThrow();
            assertThat(joined.use().dma().align()).isEqualTo(4096);
            assertThat(joined.use().alternatives()).isEmpty();
            assertThat(app.region()).isEqualTo("cma");
            assertThat(app.set.moves()).isEmpty();
            assertThat(app.set.buffers()).allMatch(b -> b.generation() == 0);
            app.encode();
            encoder.await(20);
        }
        assertWhole(screen, "screen");
        assertWhole(encoder, "encoder");
    }

    @Test
    @DisplayName("where the memory suits neither, and what the first wants is there for some of the buffers only, all move to where the second wants them")
    void movesForTheSecond() throws Exception {
        encoder("\"maxSegments\": \"1\", \"align\": \"512MiB\", \"alternatives\": {\"output\": [{\"maxSegments\": 1, \"regions\": [\"ram\"]}], \"capture\": [{}]}");
        try (Application app = new Application().start()) {
            screen.await(20);
            assertThat(app.set.attach(ENCODER, new MovePolicy.Never()).why().orElseThrow().fix()).isEqualTo("--move allow");
            Attachment joined = app.set.attach(ENCODER, ALLOW).orThrow();
            assertThat(joined.use().dma().regions().get(0)).containsExactly("ram");
            assertThat(app.region()).isEqualTo("ram");
            app.encode();
            encoder.await(20);
        }
        assertWhole(screen, "screen");
        assertWhole(encoder, "encoder");
    }

    @RepeatedTest(4)
    @DisplayName("importers are replaced while buffers move: moved or not, every frame whole and once")
    void movesWhileImportersAreReplaced() throws Exception {
        try (Application app = new Application().start()) {
            screen.await(20);
            CompletableFuture<List<String>> swaps = async(() -> Stream.of("importer.v4l2", "importer.drm", "mapops.direct")
                    .map(b -> deployer.swap(b, Optional.empty()).message()).toList());
            Outcome<Attachment> joined = app.set.attach(ENCODER, ALLOW);
            System.out.println("LateAttachTest: " + swaps.join() + ", " + joined.why().map(Object::toString).orElse("moved"));
            screen.await(40);
            assertThat(app.region()).isEqualTo(joined.isOk() ? "ram" : "cma");
        }
        assertWhole(screen, "screen");
    }
}
