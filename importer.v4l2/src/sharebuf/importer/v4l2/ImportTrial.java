package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_MEMORY_DMABUF;
import static sharebuf.uapi.V4l2.VIDIOC_PREPARE_BUF;
import static sharebuf.uapi.V4l2.VIDIOC_REQBUFS;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.format.PlaneLayout;
import sharebuf.importer.Attached;
import sharebuf.node.DeviceException;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * Lets the driver import buffers before anybody relies on them: {@code VIDIOC_PREPARE_BUF} pins and maps a dma-buf as
 * {@code VIDIOC_QBUF} would, and hands it to no hardware. It is done to every buffer, since the kernel may take one and refuse its neighbour:
 * scattered pages lie side by side by luck.
 *
 * <pre>
 *   G_FMT   S_FMT   REQBUFS(DMABUF, n)   PREPARE_BUF ... PREPARE_BUF   REQBUFS(0)   S_FMT of what was set before
 * </pre>
 *
 * <p>A queue that has buffers, of this file or of another (EBUSY), is left alone: then {@code VIDIOC_QBUF} will tell. So it is where the
 * format follows from another queue, as at a codec, and what is set now does not fit; and where the driver has no such ioctl (ENOTTY).
 *
 * <p>Without state; the lock of the queue is held meanwhile.
 */
final class ImportTrial {
    private final Ioctls node;
    private final int type;
    private final UseId use;
    private final FormatIo format;
    private final boolean output;
    private final boolean coupled;

    /**
     * Trials on one queue.
     *
     * @param coupled whether its format follows from another queue
     */
    ImportTrial(Ioctls node, int type, UseId use, FormatIo format, boolean output, boolean coupled) {
        this.node = node;
        this.type = type;
        this.use = use;
        this.format = format;
        this.output = output;
        this.coupled = coupled;
    }

    /** What the driver says to these buffers; ok too when it cannot be asked now. The queue has no slots. */
    Outcome<Outcome.Done> check(Attached attached) {
        try (Arena arena = Arena.ofConfined()) {
            V4l2Format before = format.current(arena);
            boolean set = !coupled && attached.spec().format().isPresent();
            if (!set && !fits(before, attached)) {
                return Outcome.ok();
            }
            if (set) {
                set(attached);
            }
            try {
                return prepareAll(attached, arena);
            } finally {
                if (set) {
                    format.set(before);
                }
            }
        } catch (DeviceException e) {
            return e.errno() == Errno.EBUSY ? Outcome.ok() // somebody works with the queue
                : Outcome.no(Refusal.of(e.errno(), e.operation(), e.getMessage(), "a queue that takes dma-bufs").about(use.device(), use.use()));
        }
    }

    private void set(Attached attached) throws DeviceException {
        int objects = attached.layout().objects().size();
        PixelFormat pixels = attached.spec().format().orElseThrow();
        PlaneLayout first = attached.layout().planes().getFirst();
        format.setFormat(LayoutCheck.variant(pixels, objects).orElse(pixels), attached.spec().width(), attached.spec().height(), first.pitch());
    }

    /** Whether buffers are large enough for the format that is set. */
    private boolean fits(V4l2Format set, Attached attached) {
        List<Long> needed = format.sizes(set);
        List<Long> given = attached.layout().objects();
        boolean fits = needed.size() == given.size();
        for (int i = 0; fits && i < needed.size(); i++) {
            fits = needed.get(i) <= Alignment.wholePages(given.get(i));
        }
        return fits;
    }

    private Outcome<Outcome.Done> prepareAll(Attached attached, Arena arena) throws DeviceException {
        V4l2RequestBuffers request = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT));
        SlotIo io = new SlotIo(node, type, arena);
        List<BufferId> left = attached.buffers();
        while (!left.isEmpty()) {
            int count = Math.min(Math.min(left.size(), V4l2.VIDEO_MAX_FRAME), request(request, left.size()));
            Optional<Refusal> refused;
            try {
                refused = prepare(io, attached, left.subList(0, count));
            } finally {
                request(request, 0);
            }
            if (refused.isPresent()) {
                return Outcome.no(refused.get());
            }
            left = left.subList(count, left.size());
        }
        return Outcome.ok();
    }

    private int request(V4l2RequestBuffers request, int count) throws DeviceException {
        request.clear();
        node.call(VIDIOC_REQBUFS, request.count(Math.min(count, V4l2.VIDEO_MAX_FRAME)).type(type).memory(V4L2_MEMORY_DMABUF));
        if (count > 0 && request.count() < 1) {
            throw new DeviceException(Errno.ENOMEM, node.node().device().name(), "VIDIOC_REQBUFS", "no slot of " + count);
        }
        return request.count();
    }

    private Optional<Refusal> prepare(SlotIo io, Attached attached, List<BufferId> buffers) throws DeviceException {
        Slot empty = new Slot();
        for (int i = 0; i < buffers.size(); i++) {
            Target target = Target.of(attached, buffers.get(i));
            try {
                io.giveDmabuf(VIDIOC_PREPARE_BUF, i, empty, target, output);
            } catch (DeviceException e) {
                if (e.errno() == Errno.ENOTTY) { // then VIDIOC_QBUF is the first to tell
                    return Optional.empty();
                }
                return Optional.of(Imports.refusal(e, use, target));
            }
        }
        return Optional.empty();
    }
}
