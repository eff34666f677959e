package sharebuf.tck.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.device.Access;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.tck.kernel.VideoQueues.Under;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Dequeued;
import sharebuf.video.VideoDevice.Memory;
import sharebuf.video.VideoDevice.Queue;
import sharebuf.video.VideoDevice.State;

/** Cases after v4l2-compliance's {@code v4l2-test-buffers.cpp}, on every queue. Stateless. */
final class VideoCases {
    private static final String MODEL = "v4l2-compliance ";
    private static final int FRAMES = 12;
    private static final int SLOTS = 4;
    private static final long MIB = 1 << 20;
    /** An emulated machine under load draws a frame in seconds. */
    private static final Duration FRAME = Duration.ofSeconds(4);
    private static final int TRIES = 5;
    private static final int MMAP = V4l2.V4L2_MEMORY_MMAP;
    private static final int DMABUF = V4l2.V4L2_MEMORY_DMABUF;

    private VideoCases() {
    }

    static List<Case> all() {
        List<Need> video = List.of(Need.VIDEO);
        List<Need> both = List.of(Need.VIDEO, Need.BUFFERS);
        return List.of(new Case("v4l2/reqbufs", Level.API, MODEL + "testReqBufs, REQBUFS and QUERYBUF", video, stage -> VideoQueues.each(stage, VideoCases::request)),
                new Case("v4l2/create_bufs", Level.NODE, MODEL + "testReqBufs, CREATE_BUFS and a second file", video, stage -> VideoQueues.each(stage, VideoCases::create)),
                new Case("v4l2/expbuf", Level.NODE, MODEL + "testExpBuf", video, stage -> VideoQueues.each(stage, VideoCases::export)),
                new Case("v4l2/prepare_buf", Level.NODE, MODEL + "setupMmap, PREPARE_BUF", video, stage -> VideoQueues.each(stage, VideoCases::prepare)),
                new Case("v4l2/mmap", Level.API, MODEL + "testMmap", video, stage -> VideoQueues.each(stage, VideoCases::mmap)),
                new Case("v4l2/dmabuf", Level.API, MODEL + "testDmaBuf", both, stage -> VideoQueues.each(stage, VideoCases::dmaBuf)),
                new Case("v4l2/qbuf_errors", Level.API, MODEL + "setupMmap and setupDmaBuf, refused calls", both, stage -> VideoQueues.each(stage, VideoCases::errors)),
                new Case("v4l2/qbuf_bad_buffers", Level.NODE, MODEL + "setupDmaBuf, wrong descriptors, types and sizes", both, stage -> VideoQueues.each(stage, VideoCases::bad)),
                new Case("v4l2/streamoff", Level.API, MODEL + "testMmap, STREAMOFF gives everything back", video, stage -> VideoQueues.each(stage, VideoCases::off)));
    }

    private static String request(Stage stage, Under under) throws Exception {
        for (Memory memory : Memory.values()) {
            for (int round = 0; round < 2; round++) {
                int count = under.device().requestBuffers(under.queue(), memory, 1);
                CaseFailed.unless(count > 0, memory + ": no slots");
                for (int i = 0; i < count; i++) {
                    CaseFailed.unless(under.device().query(under.queue(), i) == State.DEQUEUED, memory + ": a new slot " + i + " is " + under.device().query(under.queue(), i));
                }
                VideoFile.refused(memory + ": the slot after the last", Errno.EINVAL, () -> under.device().query(under.queue(), count));
            }
            CaseFailed.unless(under.device().requestBuffers(under.queue(), memory, 0) == 0, memory + ": REQBUFS of 0 leaves slots");
            VideoFile.refused(memory + ": a slot after REQBUFS of 0", Errno.EINVAL, () -> under.device().query(under.queue(), 0));
        }
        return "";
    }

    private static String create(Stage stage, Under under) throws Exception {
        under.set();
        try (VideoFile file = new VideoFile(under.node(), under.type()); VideoFile second = new VideoFile(under.node(), under.type())) {
            VideoFile.refused("no kind of memory", Errno.EINVAL, () -> file.request(0, 1));
            VideoFile.refused("no type of buffer", Errno.EINVAL, () -> file.request(0, MMAP, 1));
            for (int memory : new int[] {MMAP, DMABUF}) {
                file.request(memory, 1);
                VideoFile.refused("REQBUFS of a second file", Errno.EBUSY, () -> second.request(memory, 1));
                file.request(memory, 0);
                second.request(memory, 1);
                second.request(memory, 0);
                try {
                    CaseFailed.unless(file.create(memory, 1) == 0, "the first slot of CREATE_BUFS is not 0");
                } catch (DeviceException e) {
                    if (e.errno() == Errno.ENOTTY) {
                        throw new Skipped("no VIDIOC_CREATE_BUFS");
                    }
                    throw e;
                }
                CaseFailed.unless(file.create(memory, 2) == 1, "the next slot of CREATE_BUFS is not 1");
                for (int i = 0; i < 3; i++) {
                    unqueued(file.query(i, memory), i);
                }
                VideoFile.refused("the slot after the last", Errno.EINVAL, () -> file.query(3, memory));
                VideoFile.refused("CREATE_BUFS of a second file", Errno.EBUSY, () -> second.create(memory, 1));
                file.request(memory, 0);
            }
        }
        return "";
    }

    private static void unqueued(V4l2Buffer buffer, int index) throws CaseFailed {
        int busy = V4l2.V4L2_BUF_FLAG_QUEUED | V4l2.V4L2_BUF_FLAG_DONE | V4l2.V4L2_BUF_FLAG_ERROR | V4l2.V4L2_BUF_FLAG_PREPARED;
        CaseFailed.unless(buffer.index() == index && buffer.length() > 0 && (buffer.flags() & busy) == 0 && buffer.sequence() == 0,
                "slot " + index + ": index " + buffer.index() + ", length " + buffer.length() + ", flags 0x" + Integer.toHexString(buffer.flags()) + ", sequence " + buffer.sequence());
    }

    /** Memory of the driver is a dma-buf that outlives its slot. */
    private static String export(Stage stage, Under under) throws Exception {
        under.set();
        try (VideoFile file = new VideoFile(under.node(), under.type())) {
            file.request(MMAP, 1);
            long[] sizes = file.sizes();
            VideoFile.refused("a slot after the last", Errno.EINVAL, () -> file.export(V4l2.VIDEO_MAX_FRAME, 0));
            VideoFile.refused("a plane after the last", Errno.EINVAL, () -> file.export(0, sizes.length));
            Libc libc = stage.libc();
            try (Descriptor dmaBuf = stage.descriptors().adopt(file.export(0, 0), "dma-buf of " + under.name())) {
                CaseFailed.unless(libc.fileSystem(dmaBuf.number()) == Libc.DMA_BUF_MAGIC, "what was exported is no dma-buf");
                CaseFailed.unless(libc.seek(dmaBuf.number(), 0, Libc.SEEK_END) >= sizes[0], "what was exported is smaller than sizeimage");
                file.request(MMAP, 0);
                Raw.done("the dma-buf of a slot that is gone", new Raw(stage).map(dmaBuf.number(), 0, sizes[0], Libc.MAP_SHARED));
            }
        }
        return "";
    }

    private static String prepare(Stage stage, Under under) throws Exception {
        under.set();
        try (VideoFile file = new VideoFile(under.node(), under.type())) {
            file.request(MMAP, SLOTS);
            file.about(V4l2.VIDIOC_PREPARE_BUF, 0, MMAP);
            int flags = file.query(0, MMAP).flags();
            CaseFailed.unless((flags & V4l2.V4L2_BUF_FLAG_PREPARED) != 0 && (flags & V4l2.V4L2_BUF_FLAG_QUEUED) == 0, "a prepared slot has flags 0x" + Integer.toHexString(flags));
            VideoFile.refused("PREPARE_BUF twice", Errno.EINVAL, () -> file.about(V4l2.VIDIOC_PREPARE_BUF, 0, MMAP));
            file.about(V4l2.VIDIOC_QBUF, 0, MMAP);
            CaseFailed.unless((file.query(0, MMAP).flags() & V4l2.V4L2_BUF_FLAG_QUEUED) != 0, "a prepared slot cannot be queued");
            VideoFile.refused("PREPARE_BUF of a queued slot", Errno.EINVAL, () -> file.about(V4l2.VIDIOC_PREPARE_BUF, 0, MMAP));
            file.stream(false);
            unqueued(file.query(0, MMAP), 0);
        }
        return "";
    }

    private static String mmap(Stage stage, Under under) throws Exception {
        under.set();
        VideoDevice device = under.device();
        int slots = device.requestBuffers(under.queue(), Memory.MMAP, SLOTS);
        for (int i = 0; i < slots; i++) {
            MemorySegment bytes = device.map(under.queue(), i, 0);
            bytes.set(ValueLayout.JAVA_BYTE, bytes.byteSize() - 1, (byte) i);
            device.queue(under.queue(), i);
        }
        Flow flow = new Flow(under, slots, index -> device.queue(under.queue(), index));
        String seen = flow.play();
        if (under.queue() == Queue.CAPTURE) {
            CaseFailed.unless(written(device.map(under.queue(), 0, 0)), "nothing was captured into slot 0");
        }
        return seen;
    }

    /** With memory of each kind that the machine has, one after the other. */
    private static String dmaBuf(Stage stage, Under under) throws Exception {
        List<String> seen = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Kind kind : kinds(stage, under)) {
            try (Stage own = stage.inner()) {
                kind.bring.on(own);
                BufferSpec spec = BufferSpec.picture(under.picture().format(), under.width(), under.height()).count(SLOTS);
                Outcome<BufferSet> outcome = own.session().allocateFor(spec, List.of(under.use()));
                if (outcome instanceof Outcome.No<BufferSet>(var why)) {
                    // What a driver takes is its own affair, as long as it says so.
                    CaseFailed.unless(why.errno() != Errno.EIO && why.errno() != Errno.EPROTO, kind.name + ": " + why.message());
                    left.add(kind.name + " (" + why.errno() + ")");
                    continue;
                }
                seen.add(kind.name + " " + flow(under, outcome.orThrow()));
            } finally {
                under.reset();
            }
        }
        if (seen.isEmpty()) {
            throw new Skipped("refuses " + String.join(", ", left));
        }
        return String.join(", ", seen) + (left.isEmpty() ? "" : ", refuses " + String.join(", ", left));
    }

    private record Kind(String name, Bring bring) {
    }

    private interface Bring {
        void on(Stage stage) throws Exception;
    }

    private static List<Kind> kinds(Stage stage, Under under) {
        List<Kind> kinds = new ArrayList<>();
        stage.finds().heaps().forEach(heap -> kinds.add(new Kind(Devices.name(heap), s -> s.heap(heap, 64 * MIB))));
        if (!stage.finds().udmabuf().isEmpty()) {
            kinds.add(new Kind("udmabuf", s -> s.pool(64 * MIB)));
        }
        kinds.add(new Kind("own", s -> s.driver(under.name(), "sharebuf.exporter.v4l2", 64 * MIB)));
        return kinds;
    }

    private static String flow(Under under, BufferSet set) throws Exception {
        VideoDevice device = under.device();
        long pitch = set.layout().planes().getFirst().pitch();
        device.setFormat(under.queue(), under.picture().format(), under.width(), under.height(), pitch);
        int slots = device.requestBuffers(under.queue(), Memory.DMABUF, SLOTS);
        CaseFailed.unless(slots >= SLOTS, "of " + SLOTS + " slots there are " + slots);
        List<BufferId> ids = set.buffers().stream().map(b -> b.id()).toList();
        for (int i = 0; i < SLOTS; i++) {
            device.queue(under.queue(), i, ids.get(i));
        }
        String seen = new Flow(under, SLOTS, index -> device.queue(under.queue(), index, ids.get(index))).play();
        device.streamOff(under.queue());
        device.requestBuffers(under.queue(), Memory.DMABUF, 0);
        if (under.queue() == Queue.CAPTURE) {
            try (CpuAccess cpu = Stage.open(set.buffers().getFirst(), Access.READ)) {
                CaseFailed.unless(written(cpu.object(0)), "nothing was captured into the first buffer");
            }
        }
        return seen;
    }

    private static boolean written(MemorySegment bytes) {
        for (long at = 0; at + 8 <= bytes.byteSize(); at += 8) {
            if (bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != 0) {
                return true;
            }
        }
        return false;
    }

    private static String errors(Stage stage, Under under) throws Exception {
        VideoDevice device = under.device();
        Queue queue = under.queue();
        under.set();
        VideoFile.refused("STREAMON without slots", Errno.EINVAL, () -> device.streamOn(queue));
        VideoFile.refused("DQBUF without slots", Errno.EINVAL, () -> device.dequeue(queue, Duration.ZERO));
        int slots = device.requestBuffers(queue, Memory.MMAP, SLOTS);
        VideoFile.refused("another format while there are slots", Errno.EBUSY,
                () -> device.setFormat(queue, under.picture().format(), under.width() + 64, under.height() + 64, 0));
        VideoFile.refused("QBUF of a slot that is not there", Errno.EINVAL, () -> device.queue(queue, slots));
        VideoFile.refused("QBUF of slot -1", Errno.EINVAL, () -> device.queue(queue, -1));
        device.queue(queue, 0);
        VideoFile.refused("QBUF twice", Errno.EINVAL, () -> device.queue(queue, 0));
        CaseFailed.unless(device.query(queue, 0) == State.QUEUED, "after a refused QBUF slot 0 is " + device.query(queue, 0));
        VideoFile.refused("a buffer that is not attached", Errno.EINVAL, () -> device.queue(queue, 1, new BufferId(Long.MAX_VALUE)));
        CaseFailed.unless(device.query(queue, 1) == State.DEQUEUED, "after a refused QBUF slot 1 is " + device.query(queue, 1));
        device.requestBuffers(queue, Memory.DMABUF, SLOTS);
        VideoFile.refused("QBUF of the driver's memory where there is none", Errno.EINVAL, () -> device.queue(queue, 0));
        Queue other = queue == Queue.CAPTURE ? Queue.OUTPUT : Queue.CAPTURE;
        if (!device.capability().queues().contains(other)) {
            VideoFile.refused("the queue that is not there", Errno.EINVAL, () -> device.requestBuffers(other, Memory.MMAP, 1));
        }
        return "";
    }

    /**
     * Descriptors, types and sizes that the driver must refuse, and the slot is free again. A dma-buf that is smaller than the length it is
     * given with is not among them: where vb2's attach fails, Linux 6.12 keeps the dma-buf for ever ({@code __prepare_dmabuf}).
     */
    private static String bad(Stage stage, Under under) throws Exception {
        under.set();
        Raw raw = new Raw(stage);
        int small = dmaBuf(stage, stage.libc().page());
        int noDmaBuf = raw.open("/dev/null").number();
        try (VideoFile file = new VideoFile(under.node(), under.type())) {
            file.request(DMABUF, SLOTS);
            long[] sizes = file.sizes();
            if (sizes[0] <= stage.libc().page()) {
                throw new Skipped("a picture of " + sizes[0] + " bytes fits into a page");
            }
            int wrong = under.type() % 2 == 1 ? under.type() + 1 : under.type() - 1;
            for (long call : new long[] {V4l2.VIDIOC_QBUF, V4l2.VIDIOC_PREPARE_BUF}) {
                String name = V4l2.nameOf(call);
                VideoFile.refused(name + " of a descriptor that is no dma-buf", Errno.EINVAL, () -> file.about(call, under.type(), 0, DMABUF, noDmaBuf, sizes));
                VideoFile.refused(name + " of no descriptor", Errno.EINVAL, () -> file.about(call, under.type(), 0, DMABUF, -1, sizes));
                VideoFile.refused(name + " of a dma-buf that is too small", Errno.EINVAL, () -> file.about(call, under.type(), 0, DMABUF, small, new long[sizes.length]));
                VideoFile.refused(name + " of the other type", Errno.EINVAL, () -> file.about(call, wrong, 0, DMABUF, small, new long[sizes.length]));
                VideoFile.refused(name + " of other memory", Errno.EINVAL, () -> file.about(call, under.type(), 0, MMAP, small, sizes));
                VideoFile.refused(name + " of a slot that is not there", Errno.EINVAL, () -> file.about(call, under.type(), V4l2.VIDEO_MAX_FRAME, DMABUF, small, new long[sizes.length]));
            }
            unqueued(file.query(0, DMABUF), 0);
        }
        return "";
    }

    /** A dma-buf of so many bytes, of whatever memory there is. */
    private static int dmaBuf(Stage stage, long bytes) throws Exception {
        if (stage.finds().heaps().isEmpty()) {
            stage.pool(MIB);
        } else {
            stage.heap(stage.finds().heaps().getFirst(), MIB);
        }
        return stage.handles().handle(stage.buffers(bytes, 1).buffers().getFirst().objects().getFirst());
    }

    private static String off(Stage stage, Under under) throws Exception {
        under.set();
        VideoDevice device = under.device();
        int slots = device.requestBuffers(under.queue(), Memory.MMAP, SLOTS);
        device.streamOff(under.queue()); // not begun: nothing to say
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < slots; i++) {
                device.queue(under.queue(), i);
            }
            device.streamOn(under.queue());
            CaseFailed.unless(dequeue(under).isPresent(), "round " + round + ": no frame within " + FRAME.multipliedBy(TRIES));
            device.streamOff(under.queue());
            device.streamOff(under.queue());
            for (int i = 0; i < slots; i++) {
                CaseFailed.unless(device.query(under.queue(), i) == State.DEQUEUED, "after STREAMOFF slot " + i + " is " + device.query(under.queue(), i));
            }
        }
        return "";
    }

    private static Optional<Dequeued> dequeue(Under under) throws DeviceException {
        Optional<Dequeued> frame = Optional.empty();
        for (int i = 0; i < TRIES && frame.isEmpty(); i++) {
            frame = under.device().dequeue(under.queue(), FRAME);
        }
        return frame;
    }

    /** Frames through a queue whose slots are all queued: numbers and times rise, payload is there. */
    private record Flow(Under under, int slots, Again again) {
        interface Again {
            void queue(int index) throws DeviceException;
        }

        String play() throws Exception {
            under.device().streamOn(under.queue());
            Optional<Dequeued> last = Optional.empty();
            int missed = 0;
            for (int i = 0; i < FRAMES; i++) {
                Dequeued frame = dequeue(under).orElseThrow(() -> new CaseFailed("no frame within " + FRAME.multipliedBy(TRIES)));
                CaseFailed.unless(frame.index() >= 0 && frame.index() < slots, "frame " + i + " is in slot " + frame.index() + " of " + slots);
                CaseFailed.unless(!frame.error() && !frame.last(), "frame " + i + " is damaged, or the last: " + frame);
                CaseFailed.unless(!frame.bytesUsed().isEmpty() && frame.bytesUsed().stream().allMatch(b -> b > 0), "frame " + i + " has no payload: " + frame.bytesUsed());
                CaseFailed.unless(frame.timestampNanos() > 0, "frame " + i + " has no time");
                if (last.isPresent()) {
                    CaseFailed.unless(frame.sequence() > last.get().sequence() && frame.timestampNanos() >= last.get().timestampNanos(),
                            "frame " + i + " follows " + last.get() + " as " + frame);
                    missed += (int) (frame.sequence() - last.get().sequence() - 1);
                }
                CaseFailed.unless(under.device().query(under.queue(), frame.index()) == State.DEQUEUED, "a dequeued slot is not");
                again.queue(frame.index());
                last = Optional.of(frame);
            }
            under.device().streamOff(under.queue());
            return FRAMES + " frames" + (missed > 0 ? " and " + missed + " missed" : "");
        }
    }
}
