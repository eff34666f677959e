package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.format.PixelFormat;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2RequestBuffers;
import sharebuf.uapi.V4l2StreamParm;

/** Drives a single-planar queue with bare ioctls, as an application in C would. */
final class V4l2Client {
    static final Duration LONG = Duration.ofSeconds(10);

    final DeviceNode node;
    final int type;
    private final Arena arena = Arena.ofAuto();

    V4l2Client(DeviceNode node, int type) {
        this.node = node;
        this.type = type;
    }

    static V4l2Client capture(DeviceNode node) {
        return new V4l2Client(node, V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE);
    }

    static V4l2Client output(DeviceNode node) {
        return new V4l2Client(node, V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT);
    }

    /** The errno of a call, or null when it worked. */
    static Errno errno(Call call) {
        try {
            call.run();
            return null;
        } catch (DeviceException e) {
            return e.errno();
        }
    }

    @FunctionalInterface
    interface Call {
        void run() throws DeviceException;
    }

    V4l2Format format(PixelFormat format, int width, int height, long pitch) throws DeviceException {
        V4l2Format f = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
        f.pix().width(width).height(height).pixelFormat(format.v4l2Fourcc()).bytesPerLine(pitch);
        node.ioctl(V4l2.VIDIOC_S_FMT, f.segment());
        return f;
    }

    void fullSpeed() throws DeviceException {
        node.ioctl(V4l2.VIDIOC_S_PARM, new V4l2StreamParm(arena.allocate(V4l2StreamParm.LAYOUT)).type(type).segment());
    }

    int request(int memory, int count) throws DeviceException {
        V4l2RequestBuffers r = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).type(type).memory(memory).count(count);
        node.ioctl(V4l2.VIDIOC_REQBUFS, r.segment());
        return r.count();
    }

    int request(int count) throws DeviceException {
        return request(V4l2.V4L2_MEMORY_DMABUF, count);
    }

    V4l2Buffer buffer(int index) {
        return new V4l2Buffer(arena.allocate(V4l2Buffer.LAYOUT)).type(type).index(index).memory(V4l2.V4L2_MEMORY_DMABUF);
    }

    void queue(int index, ObjectId object) throws DeviceException {
        node.ioctl(V4l2.VIDIOC_QBUF, buffer(index).fd(node.handle(object)).segment());
    }

    int flags(int index) throws DeviceException {
        V4l2Buffer b = buffer(index);
        node.ioctl(V4l2.VIDIOC_QUERYBUF, b.segment());
        return b.flags();
    }

    V4l2Buffer dequeueNow() throws DeviceException {
        V4l2Buffer b = buffer(0);
        node.ioctl(V4l2.VIDIOC_DQBUF, b.segment());
        return b;
    }

    /** Waits for a buffer; fails when none comes. */
    V4l2Buffer dequeue() throws DeviceException {
        int event = type == V4l2.V4L2_BUF_TYPE_VIDEO_OUTPUT ? DeviceNode.POLLOUT : DeviceNode.POLLIN;
        int got = node.poll(event, LONG);
        if (got != event) {
            throw new AssertionError("poll gave " + got);
        }
        return dequeueNow();
    }

    void on() throws DeviceException {
        node.ioctl(V4l2.VIDIOC_STREAMON, number());
    }

    void off() throws DeviceException {
        node.ioctl(V4l2.VIDIOC_STREAMOFF, number());
    }

    private MemorySegment number() {
        MemorySegment arg = arena.allocate(ValueLayout.JAVA_INT);
        arg.set(ValueLayout.JAVA_INT, 0, type);
        return arg;
    }
}
