package sharebuf.importer.v4l2;

import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT;
import static sharebuf.uapi.V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;

import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Struct;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice.Queue;

/**
 * A device node that speaks V4L2.
 *
 * <p>Immutable, as thread-safe as the node.
 *
 * @param node the node
 * @param multiplanar whether its queues are of the multi-planar types
 */
record Ioctls(DeviceNode node, boolean multiplanar) {
    void call(long request, Struct arg) throws DeviceException {
        node.ioctl(request, arg.segment());
    }

    /** Like {@link #call}, for enumerations: false where EINVAL says that there are no more, or ENOTTY that there is no such ioctl. */
    boolean enumerate(long request, Struct arg) throws DeviceException {
        try {
            node.ioctl(request, arg.segment());
            return true;
        } catch (DeviceException e) {
            if (e.errno() == Errno.EINVAL || e.errno() == Errno.ENOTTY) {
                return false;
            }
            throw e;
        }
    }

    /** The buffer type of a queue. */
    int type(Queue queue) {
        return switch (queue) {
            case CAPTURE -> multiplanar ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
            case OUTPUT -> multiplanar ? V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE : V4L2_BUF_TYPE_VIDEO_OUTPUT;
        };
    }

    /** What the caller did wrong, as the kernel would say it. */
    DeviceException invalid(long request, String detail) {
        return new DeviceException(Errno.EINVAL, node.device().name(), V4l2.nameOf(request), detail);
    }
}
