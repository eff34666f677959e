package sharebuf.app.probe;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.app.probe.Findings.Queue;
import sharebuf.app.probe.Findings.Video;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.DeviceFacts;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2Plane;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * An open V4L2 node. Nothing is set: queues are asked for their present format, and a test import frees its slots again. A queue that
 * somebody else owns says EBUSY and is not disturbed.
 *
 * <p>Confined to one thread.
 */
final class VideoNode {
    private static final int ENOTTY = 25;

    /** How an import went: what decided, and -errno or at least 0. */
    record Try(String step, int result) {
    }

    private final String path;
    private final Descriptor node;

    VideoNode(String path, Descriptor node) {
        this.path = path;
        this.node = node;
    }

    Video describe(DeviceFacts facts) {
        try (Arena arena = Arena.ofConfined()) {
            V4l2Capability caps = new V4l2Capability(arena.allocate(V4l2Capability.LAYOUT));
            CallFailed.check(node.ioctl(V4l2.VIDIOC_QUERYCAP, caps.segment()), "VIDIOC_QUERYCAP of " + path);
            int all = caps.capabilities();
            int own = (all & V4l2.V4L2_CAP_DEVICE_CAPS) != 0 ? caps.deviceCaps() : all;
            return new Video(path, Optional.of(caps.driver()), Optional.of(caps.card()), Optional.of(caps.busInfo()), queues(own, arena), facts, Optional.empty());
        } catch (CallFailed e) {
            return problem(path, facts, e);
        }
    }

    static Video problem(String path, DeviceFacts facts, CallFailed e) {
        return new Video(path, facts.driver(), Optional.empty(), Optional.empty(), List.of(), facts, Optional.of(Told.problem(e)));
    }

    private List<Queue> queues(int caps, Arena arena) {
        List<Queue> queues = new ArrayList<>();
        if ((caps & V4l2.V4L2_CAP_STREAMING) == 0) {
            return queues;
        }
        if ((caps & (V4l2.V4L2_CAP_VIDEO_CAPTURE | V4l2.V4L2_CAP_VIDEO_M2M)) != 0) {
            queues.add(queue("capture", V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE, arena));
        }
        if ((caps & (V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4l2.V4L2_CAP_VIDEO_M2M_MPLANE)) != 0) {
            queues.add(queue("capture", V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, arena));
        }
        if ((caps & (V4l2.V4L2_CAP_VIDEO_OUTPUT | V4l2.V4L2_CAP_VIDEO_M2M)) != 0) {
            queues.add(queue("output", V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT, arena));
        }
        if ((caps & (V4l2.V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4l2.V4L2_CAP_VIDEO_M2M_MPLANE)) != 0) {
            queues.add(queue("output", V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, arena));
        }
        return queues;
    }

    private static boolean multiplanar(int type) {
        return type == V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE || type == V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
    }

    private Queue queue(String name, int type, Arena arena) {
        V4l2Format format = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
        if (node.ioctl(V4l2.VIDIOC_G_FMT, format.segment()) < 0) {
            return new Queue(name, type, Optional.empty(), List.of());
        }
        List<Long> sizes = new ArrayList<>();
        if (multiplanar(type)) {
            for (int i = 0; i < Math.min(format.pixMp().numPlanes(), V4l2.VIDEO_MAX_PLANES); i++) {
                sizes.add(format.pixMp().plane(i).sizeImage());
            }
            return new Queue(name, type, Optional.of(text(format.pixMp().pixelFormat(), format.pixMp().width(), format.pixMp().height())), sizes);
        }
        sizes.add(format.pix().sizeImage());
        return new Queue(name, type, Optional.of(text(format.pix().pixelFormat(), format.pix().width(), format.pix().height())), sizes);
    }

    private static String text(int fourcc, int width, int height) {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < Integer.BYTES; i++) {
            char c = (char) (fourcc >>> 8 * i & 0x7f);
            s.append(c > ' ' && c < 0x7f ? c : '.');
        }
        return s + " " + width + "x" + height;
    }

    /** Tries to import a dma-buf into one slot of a queue, and frees the slot. The queue is not started. */
    Try importInto(Queue queue, int dmaBuf) {
        try (Arena arena = Arena.ofConfined()) {
            int slots = slots(queue.type(), 1, arena);
            if (slots < 0) {
                return new Try("VIDIOC_REQBUFS", slots);
            }
            try {
                Try prepared = tryBuffer(V4l2.VIDIOC_PREPARE_BUF, queue, dmaBuf, arena);
                return prepared.result != -ENOTTY ? prepared : tryBuffer(V4l2.VIDIOC_QBUF, queue, dmaBuf, arena);
            } finally {
                slots(queue.type(), 0, arena);
            }
        }
    }

    private int slots(int type, int count, Arena arena) {
        V4l2RequestBuffers call = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).count(count).type(type).memory(V4l2.V4L2_MEMORY_DMABUF);
        return node.ioctl(V4l2.VIDIOC_REQBUFS, call.segment());
    }

    private Try tryBuffer(long request, Queue queue, int dmaBuf, Arena arena) {
        V4l2Buffer slot = new V4l2Buffer(arena.allocate(V4l2Buffer.LAYOUT)).type(queue.type()).memory(V4l2.V4L2_MEMORY_DMABUF).field(V4l2.V4L2_FIELD_NONE);
        int planes = queue.sizes().size();
        if (multiplanar(queue.type())) {
            MemorySegment array = arena.allocate(V4l2Plane.LAYOUT, planes);
            for (int i = 0; i < planes; i++) {
                // Each plane in the same dma-buf: it is mapped, nothing is written.
                new V4l2Plane(array.asSlice(i * V4l2Plane.LAYOUT.byteSize())).fd(dmaBuf).bytesUsed(queue.sizes().get(i));
            }
            slot.planes(array.address()).length(planes);
        } else {
            slot.fd(dmaBuf).bytesUsed(queue.sizes().getFirst());
        }
        return new Try(V4l2.nameOf(request), node.ioctl(request, slot.segment()));
    }
}
