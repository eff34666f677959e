package sharebuf.exporter.v4l2;

import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
import static sharebuf.uapi.V4l2.V4L2_CAP_DEVICE_CAPS;
import static sharebuf.uapi.V4l2.V4L2_CAP_STREAMING;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_CAPTURE;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_M2M;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_M2M_MPLANE;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_OUTPUT;
import static sharebuf.uapi.V4l2.V4L2_CAP_VIDEO_OUTPUT_MPLANE;
import static sharebuf.uapi.V4l2.VIDIOC_QUERYCAP;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2Capability;

/** The queues that make memory, multi-planar before single-planar, where a driver speaks both. */
enum QueueType {
    CAPTURE_MPLANE("capture", V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, true, V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE),
    CAPTURE("capture", V4L2_BUF_TYPE_VIDEO_CAPTURE, false, V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_M2M),
    OUTPUT_MPLANE("output", V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, true, V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE),
    OUTPUT("output", V4L2_BUF_TYPE_VIDEO_OUTPUT, false, V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_M2M);

    private final String text;
    private final int type;
    private final boolean multiplanar;
    private final int capability;

    QueueType(String text, int type, boolean multiplanar, int capability) {
        this.text = text;
        this.type = type;
        this.multiplanar = multiplanar;
        this.capability = capability;
    }

    /** {@code V4L2_BUF_TYPE_…}. */
    int type() {
        return type;
    }

    boolean multiplanar() {
        return multiplanar;
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * The queue to use.
     *
     * @param node the device
     * @param wanted {@code capture}, {@code output} or {@code auto}
     * @throws DeviceException of the ioctl; ENODEV when the device has no such queue
     * @throws IllegalArgumentException for another text
     */
    static QueueType of(DeviceNode node, String wanted) throws DeviceException {
        if (!List.of("auto", "capture", "output").contains(wanted)) {
            throw new IllegalArgumentException(V4l2Exporter.PID + " of " + node.device().name() + ": queue = " + wanted + ": allowed is auto, capture or output");
        }
        try (Arena arena = Arena.ofConfined()) {
            V4l2Capability answer = new V4l2Capability(arena.allocate(V4l2Capability.LAYOUT));
            node.ioctl(VIDIOC_QUERYCAP, answer.segment());
            int all = answer.capabilities();
            int caps = (all & V4L2_CAP_DEVICE_CAPS) != 0 ? answer.deviceCaps() : all;
            return Arrays.stream(values()).filter(q -> wanted.equals("auto") || wanted.equals(q.text))
                .filter(q -> (caps & q.capability) != 0 && (caps & V4L2_CAP_STREAMING) != 0).findFirst()
                .orElseThrow(() -> new DeviceException(Errno.ENODEV, node.device().name(), "VIDIOC_QUERYCAP",
                    "no queue that streams" + (wanted.equals("auto") ? "" : " for " + wanted) + ", capabilities 0x" + Integer.toHexString(caps)));
        }
    }
}
