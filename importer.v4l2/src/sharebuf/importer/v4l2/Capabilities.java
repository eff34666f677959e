package sharebuf.importer.v4l2;

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
import java.util.ArrayList;
import java.util.List;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2Capability;
import sharebuf.video.VideoDevice.Capability;
import sharebuf.video.VideoDevice.Queue;

/** Reads {@code VIDIOC_QUERYCAP}. */
final class Capabilities {
    private static final int CAPTURE_MPLANE = V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE;
    private static final int OUTPUT_MPLANE = V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_VIDEO_M2M_MPLANE;
    private static final int CAPTURE = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_M2M;
    private static final int OUTPUT = V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_M2M;

    private Capabilities() {
    }

    /**
     * Asks the node. A device that speaks both planar interfaces is spoken to in the multi-planar one.
     *
     * @throws DeviceException of the ioctl; ENODEV when the device has no video queue
     */
    static Capability of(DeviceNode node) throws DeviceException {
        try (Arena arena = Arena.ofConfined()) {
            V4l2Capability answer = new V4l2Capability(arena.allocate(V4l2Capability.LAYOUT));
            node.ioctl(VIDIOC_QUERYCAP, answer.segment());
            int all = answer.capabilities();
            int caps = (all & V4L2_CAP_DEVICE_CAPS) != 0 ? answer.deviceCaps() : all;
            boolean multiplanar = (caps & (CAPTURE_MPLANE | OUTPUT_MPLANE)) != 0;
            List<Queue> queues = new ArrayList<>();
            if ((caps & (multiplanar ? OUTPUT_MPLANE : OUTPUT)) != 0) {
                queues.add(Queue.OUTPUT);
            }
            if ((caps & (multiplanar ? CAPTURE_MPLANE : CAPTURE)) != 0) {
                queues.add(Queue.CAPTURE);
            }
            if (queues.isEmpty() || (caps & V4L2_CAP_STREAMING) == 0) {
                throw new DeviceException(Errno.ENODEV, node.device().name(), "VIDIOC_QUERYCAP",
                    "no video queue that streams, capabilities 0x" + Integer.toHexString(caps));
            }
            return new Capability(answer.driver(), answer.card(), queues, multiplanar);
        }
    }
}
