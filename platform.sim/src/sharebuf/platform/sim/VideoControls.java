package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import sharebuf.buffer.Errno;
import sharebuf.format.SizeRange;
import sharebuf.uapi.Struct;
import sharebuf.uapi.V4l2;
import sharebuf.uapi.V4l2Buffer;
import sharebuf.uapi.V4l2Capability;
import sharebuf.uapi.V4l2CreateBuffers;
import sharebuf.uapi.V4l2ExportBuffer;
import sharebuf.uapi.V4l2Format;
import sharebuf.uapi.V4l2FormatDescription;
import sharebuf.uapi.V4l2FrameSize;
import sharebuf.uapi.V4l2PixFormat;
import sharebuf.uapi.V4l2PixFormatMplane;
import sharebuf.uapi.V4l2RequestBuffers;
import sharebuf.uapi.V4l2StreamParm;

/** V4L2's ioctls: from the kernel's structures to the queues and back. Under the lock of its node; no state of its own. */
final class VideoControls {
    private static final long SECOND = 1_000_000_000L;

    private final VideoNode node;
    private final VideoBuffers buffers;

    VideoControls(VideoNode node) {
        this.node = node;
        buffers = new VideoBuffers(node);
    }

    int control(long request, MemorySegment arg) throws Refused, InterruptedException {
        if (request == V4l2.VIDIOC_QUERYCAP) {
            capability(new V4l2Capability(arg));
        } else if (request == V4l2.VIDIOC_ENUM_FMT) {
            describe(new V4l2FormatDescription(arg));
        } else if (request == V4l2.VIDIOC_ENUM_FRAMESIZES) {
            sizes(new V4l2FrameSize(arg));
        } else if (request == V4l2.VIDIOC_G_FMT) {
            V4l2Format f = new V4l2Format(arg);
            write(queue(f.type()), queue(f.type()).format(), f);
        } else if (request == V4l2.VIDIOC_TRY_FMT || request == V4l2.VIDIOC_S_FMT) {
            format(new V4l2Format(arg), request == V4l2.VIDIOC_S_FMT);
        } else if (request == V4l2.VIDIOC_G_PARM) {
            V4l2StreamParm p = new V4l2StreamParm(arg);
            write(queue(p.type()), p);
        } else if (request == V4l2.VIDIOC_S_PARM) {
            interval(new V4l2StreamParm(arg));
        } else if (request == V4l2.VIDIOC_REQBUFS) {
            request(new V4l2RequestBuffers(arg));
        } else if (request == V4l2.VIDIOC_CREATE_BUFS) {
            create(new V4l2CreateBuffers(arg));
        } else if (request == V4l2.VIDIOC_QUERYBUF) {
            V4l2Buffer b = new V4l2Buffer(arg);
            VideoQueue queue = queue(b.type());
            buffers.write(queue, queue.slot(b.index()), b);
        } else if (request == V4l2.VIDIOC_PREPARE_BUF || request == V4l2.VIDIOC_QBUF) {
            V4l2Buffer b = new V4l2Buffer(arg);
            buffers.queue(owned(b.type()), b, request == V4l2.VIDIOC_QBUF);
        } else if (request == V4l2.VIDIOC_DQBUF) {
            V4l2Buffer b = new V4l2Buffer(arg);
            buffers.dequeue(owned(b.type()), b);
        } else if (request == V4l2.VIDIOC_EXPBUF) {
            export(new V4l2ExportBuffer(arg));
        } else if (request == V4l2.VIDIOC_STREAMON) {
            owned(arg.get(ValueLayout.JAVA_INT, 0)).start();
            node.changed.signalAll();
        } else if (request == V4l2.VIDIOC_STREAMOFF) {
            node.stop(owned(arg.get(ValueLayout.JAVA_INT, 0)));
        } else {
            throw new Refused(Errno.ENOTTY, "not an ioctl of this device");
        }
        return 0;
    }

    private VideoQueue queue(int type) throws Refused {
        for (VideoQueue queue : node.queues()) {
            if (queue.type() == type) {
                return queue;
            }
        }
        throw new Refused(Errno.EINVAL, "buffer type " + type + ": the device has "
                + node.queues().stream().map(q -> String.valueOf(q.type())).toList());
    }

    /** A queue whose buffers are the caller's, or that has none. */
    private VideoQueue owned(int type) throws Refused {
        VideoQueue queue = queue(type);
        queue.refuseOthers(node.caller());
        return queue;
    }

    private void capability(V4l2Capability c) {
        boolean planes = node.spec().multiplanar();
        int caps = V4l2.V4L2_CAP_STREAMING;
        if (node.queues().size() > 1) {
            caps |= planes ? V4l2.V4L2_CAP_VIDEO_M2M_MPLANE : V4l2.V4L2_CAP_VIDEO_M2M;
        } else {
            caps |= planes ? V4l2.V4L2_CAP_VIDEO_CAPTURE_MPLANE : V4l2.V4L2_CAP_VIDEO_CAPTURE;
        }
        List<String> compatible = node.device().compatible();
        c.clear();
        c.driver("sharebuf-sim").card(compatible.isEmpty() ? node.device().name() : compatible.getFirst())
                .busInfo("platform:" + node.device().name()).deviceCaps(caps).capabilities(caps | V4l2.V4L2_CAP_DEVICE_CAPS);
    }

    private void describe(V4l2FormatDescription d) throws Refused {
        VideoFormats formats = queue(d.type()).formats();
        if (d.index() < 0 || d.index() >= formats.count()) {
            throw new Refused(Errno.EINVAL, "format " + d.index() + ": there are " + formats.count());
        }
        d.flags(formats.bitstream() ? V4l2.V4L2_FMT_FLAG_COMPRESSED : 0).description(formats.name(d.index())).pixelFormat(formats.fourcc(d.index()));
    }

    private void sizes(V4l2FrameSize s) throws Refused {
        boolean known = node.queues().stream().anyMatch(q -> q.formats().has(s.pixelFormat()));
        if (!known || s.index() != 0) {
            throw new Refused(Errno.EINVAL, known ? "one range of sizes only" : "pixel format 0x" + Integer.toHexString(s.pixelFormat()));
        }
        SizeRange r = node.spec().sizes();
        boolean any = r.stepWidth() == 1 && r.stepHeight() == 1;
        s.type(any ? V4l2.V4L2_FRMSIZE_TYPE_CONTINUOUS : V4l2.V4L2_FRMSIZE_TYPE_STEPWISE);
        s.minWidth(r.minWidth()).maxWidth(r.maxWidth()).stepWidth(r.stepWidth());
        s.minHeight(r.minHeight()).maxHeight(r.maxHeight()).stepHeight(r.stepHeight());
    }

    private void format(V4l2Format f, boolean set) throws Refused {
        VideoQueue queue = queue(f.type());
        VideoFormat nearest;
        if (queue.multiplanar()) {
            V4l2PixFormatMplane p = f.pixMp();
            nearest = node.nearest(queue, p.pixelFormat(), p.width(), p.height(), p.plane(0).bytesPerLine(), p.plane(0).sizeImage());
        } else {
            V4l2PixFormat p = f.pix();
            nearest = node.nearest(queue, p.pixelFormat(), p.width(), p.height(), p.bytesPerLine(), p.sizeImage());
        }
        if (set) {
            queue.format(nearest);
            node.formatChanged(queue);
        }
        write(queue, nearest, f);
    }

    private static void write(VideoQueue queue, VideoFormat format, V4l2Format f) {
        if (queue.multiplanar()) {
            V4l2PixFormatMplane p = f.pixMp();
            p.clear();
            p.width(format.width()).height(format.height()).pixelFormat(format.fourcc()).field(V4l2.V4L2_FIELD_NONE)
                    .colorspace(V4l2.V4L2_COLORSPACE_REC709).numPlanes(format.objects().size());
            for (int i = 0; i < format.objects().size(); i++) {
                p.plane(i).sizeImage(format.sizeImage(i)).bytesPerLine(format.bytesPerLine(i));
            }
        } else {
            V4l2PixFormat p = f.pix();
            p.clear();
            p.width(format.width()).height(format.height()).pixelFormat(format.fourcc()).field(V4l2.V4L2_FIELD_NONE)
                    .colorspace(V4l2.V4L2_COLORSPACE_REC709).sizeImage(format.sizeImage(0)).bytesPerLine(format.bytesPerLine(0));
        }
    }

    private void interval(V4l2StreamParm p) throws Refused {
        VideoQueue queue = queue(p.type());
        long numerator = Integer.toUnsignedLong(p.numerator());
        long denominator = Integer.toUnsignedLong(p.denominator());
        queue.intervalNanos(numerator == 0 || denominator == 0 ? 0 : SECOND * numerator / denominator);
        node.changed.signalAll();
        write(queue, p);
    }

    private static void write(VideoQueue queue, V4l2StreamParm p) {
        p.capability(V4l2.V4L2_CAP_TIMEPERFRAME);
        long nanos = queue.intervalNanos();
        if (nanos > Integer.MAX_VALUE) { // the numerator has 32 bits
            p.numerator((int) Math.min(nanos / 1_000_000, Integer.MAX_VALUE)).denominator(1000);
        } else {
            p.numerator((int) nanos).denominator((int) SECOND);
        }
    }

    private void request(V4l2RequestBuffers r) throws Refused {
        int count = node.request(owned(r.type()), r.memory(), r.count() < 0 ? Integer.MAX_VALUE : r.count());
        r.count(count).capabilities(capabilities());
    }

    private void create(V4l2CreateBuffers c) throws Refused {
        V4l2Format f = c.format();
        VideoQueue queue = c.count() == 0 ? queue(f.type()) : owned(f.type());
        List<Long> sizes = queue.multiplanar()
                ? IntStream.range(0, Math.min(f.pixMp().numPlanes(), V4l2.VIDEO_MAX_PLANES)).mapToObj(i -> f.pixMp().plane(i).sizeImage()).toList()
                : List.of(f.pix().sizeImage());
        c.index(queue.slots().size());
        c.count(node.create(queue, c.memory(), c.count() < 0 ? Integer.MAX_VALUE : c.count(), sizes)).capabilities(capabilities());
    }

    /** Memory that the broker gave for a slot is the slot's; only the driver's own lives on without one. */
    private int capabilities() {
        return V4l2.V4L2_BUF_CAP_SUPPORTS_MMAP | V4l2.V4L2_BUF_CAP_SUPPORTS_DMABUF
                | (node.soc().driverRegion(node.device().name()).isPresent() ? V4l2.V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS : 0);
    }

    private void export(V4l2ExportBuffer e) throws Refused {
        VideoQueue queue = owned(e.type());
        Slot slot = queue.slot(e.index());
        if (queue.memory() != V4l2.V4L2_MEMORY_MMAP || e.plane() < 0 || e.plane() >= slot.planes.length) {
            throw new Refused(Errno.EINVAL, "plane " + e.plane() + " of a buffer with " + slot.planes.length
                    + " planes; only the driver's memory (MMAP) can be exported");
        }
        e.fd(node.export(slot.planes[e.plane()]));
    }

    /** The planes that a multi-planar buffer points to. */
    static MemorySegment planes(V4l2Buffer b, int needed, long size) throws Refused {
        if (b.planes() == 0 || b.length() < needed || b.length() > V4l2.VIDEO_MAX_PLANES) {
            throw new Refused(Errno.EINVAL, b.length() + " planes given, needed " + needed + " to " + V4l2.VIDEO_MAX_PLANES);
        }
        return Struct.memory(b.planes(), b.length() * size);
    }
}
