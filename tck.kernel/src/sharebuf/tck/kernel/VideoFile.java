package sharebuf.tck.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import sharebuf.buffer.Errno;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceFile;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.Struct;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2CreateBuffers;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2Plane;
import sharebuf.uapi.V4l2RequestBuffers;

/**
 * An open file of a video node, of our own: what a case says to the driver that no importer says. A queue has one owner among files.
 *
 * <p>Confined to the thread of its case.
 */
final class VideoFile implements AutoCloseable {
    private final DeviceFile file;
    private final int type;
    private final boolean multiplanar;
    private final Arena arena = Arena.ofConfined();
    private final V4l2Buffer buffer = new V4l2Buffer(arena.allocate(V4l2Buffer.LAYOUT));
    private final MemorySegment planes = arena.allocate(V4l2Plane.LAYOUT, V4l2.VIDEO_MAX_PLANES);

    VideoFile(DeviceNode node, int type) throws DeviceException {
        file = node.open();
        this.type = type;
        multiplanar = type >= V4l2.V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
    }

    /** The errno of a call, or nothing when it was done. */
    interface Call {
        void run() throws DeviceException;
    }

    /** Fails unless a call is refused with an errno. */
    static void refused(String what, Errno errno, Call call) throws CaseFailed {
        try {
            call.run();
        } catch (DeviceException e) {
            CaseFailed.unless(e.errno() == errno, what + ": expected " + errno + ", got " + e.getMessage());
            return;
        }
        throw new CaseFailed(what + ": expected " + errno + ", and it was done");
    }

    int request(int memory, int count) throws DeviceException {
        return request(type, memory, count);
    }

    int request(int bufferType, int memory, int count) throws DeviceException {
        V4l2RequestBuffers call = new V4l2RequestBuffers(arena.allocate(V4l2RequestBuffers.LAYOUT)).count(count).type(bufferType).memory(memory);
        call(V4l2.VIDIOC_REQBUFS, call);
        return call.count();
    }

    /** Bytes that each memory plane must have, by the present format. */
    long[] sizes() throws DeviceException {
        V4l2Format format = new V4l2Format(arena.allocate(V4l2Format.LAYOUT)).type(type);
        call(V4l2.VIDIOC_G_FMT, format);
        if (!multiplanar) {
            return new long[] {format.pix().sizeImage()};
        }
        long[] sizes = new long[format.pixMp().numPlanes()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = format.pixMp().plane(i).sizeImage();
        }
        return sizes;
    }

    /** Index of the first of so many further slots of the present format. */
    int create(int memory, int count) throws DeviceException {
        V4l2CreateBuffers call = new V4l2CreateBuffers(arena.allocate(V4l2CreateBuffers.LAYOUT)).count(count).memory(memory);
        call.format().type(type);
        call(V4l2.VIDIOC_G_FMT, call.format());
        call(V4l2.VIDIOC_CREATE_BUFS, call);
        return call.index();
    }

    /** A descriptor, the caller's. */
    int export(int index, int plane) throws DeviceException {
        V4l2ExportBuffer call = new V4l2ExportBuffer(arena.allocate(V4l2ExportBuffer.LAYOUT)).type(type).index(index).plane(plane).flags(0x80002); // O_RDWR | O_CLOEXEC
        call(V4l2.VIDIOC_EXPBUF, call);
        return call.fd();
    }

    /** {@code VIDIOC_QUERYBUF}. */
    V4l2Buffer query(int index, int memory) throws DeviceException {
        return about(V4l2.VIDIOC_QUERYBUF, index, memory);
    }

    /** {@code VIDIOC_PREPARE_BUF}, {@code VIDIOC_QBUF}, {@code VIDIOC_DQBUF}. */
    V4l2Buffer about(long request, int index, int memory) throws DeviceException {
        return about(request, type, index, memory, -1, new long[0]);
    }

    /** The same with a dma-buf for each plane. */
    V4l2Buffer about(long request, int bufferType, int index, int memory, int dmaBuf, long[] lengths) throws DeviceException {
        buffer.clear();
        planes.fill((byte) 0);
        buffer.index(index).type(bufferType).memory(memory);
        if (multiplanar) {
            buffer.planes(planes.address()).length(lengths.length == 0 ? V4l2.VIDEO_MAX_PLANES : lengths.length);
            for (int i = 0; i < lengths.length; i++) {
                new V4l2Plane(planes.asSlice(i * V4l2Plane.LAYOUT.byteSize(), V4l2Plane.LAYOUT)).fd(dmaBuf).length(lengths[i]);
            }
        } else if (lengths.length > 0) {
            buffer.fd(dmaBuf).length(lengths[0]);
        }
        call(request, buffer);
        return buffer;
    }

    void stream(boolean on) throws DeviceException {
        MemorySegment arg = arena.allocate(ValueLayout.JAVA_INT);
        arg.set(ValueLayout.JAVA_INT, 0, type);
        file.ioctl(on ? V4l2.VIDIOC_STREAMON : V4l2.VIDIOC_STREAMOFF, arg);
    }

    private void call(long request, Struct arg) throws DeviceException {
        file.ioctl(request, arg.segment());
    }

    @Override
    public void close() {
        file.close();
        arena.close();
    }
}
