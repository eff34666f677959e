package sharebuf.uapi;

/**
 * Numbers of {@code linux/videodev2.h}. Ioctls are {@code long}, without sign; flags and values are {@code int}.
 */
public final class V4l2 {
    /** Asks what the device is: {@link V4l2Capability}. */
    public static final long VIDIOC_QUERYCAP = 0x8068_5600L;
    /** Asks for a format of a queue: {@link V4l2FormatDescription}. */
    public static final long VIDIOC_ENUM_FMT = 0xc040_5602L;
    /** Asks for a frame size of a format: {@link V4l2FrameSize}. */
    public static final long VIDIOC_ENUM_FRAMESIZES = 0xc02c_564aL;
    /** Asks for the format of a queue: {@link V4l2Format}. */
    public static final long VIDIOC_G_FMT = 0xc0d0_5604L;
    /** Sets the format of a queue: {@link V4l2Format}. */
    public static final long VIDIOC_S_FMT = 0xc0d0_5605L;
    /** Asks what {@link #VIDIOC_S_FMT} would set: {@link V4l2Format}. */
    public static final long VIDIOC_TRY_FMT = 0xc0d0_5640L;
    /** Asks for the frame interval: {@link V4l2StreamParm}. */
    public static final long VIDIOC_G_PARM = 0xc0cc_5615L;
    /** Sets the frame interval: {@link V4l2StreamParm}. */
    public static final long VIDIOC_S_PARM = 0xc0cc_5616L;
    /** Makes or frees slots: {@link V4l2RequestBuffers}. */
    public static final long VIDIOC_REQBUFS = 0xc014_5608L;
    /** Asks where a slot is: {@link V4l2Buffer}. */
    public static final long VIDIOC_QUERYBUF = 0xc058_5609L;
    /** Queues a slot: {@link V4l2Buffer}. */
    public static final long VIDIOC_QBUF = 0xc058_560fL;
    /** Takes a finished slot back: {@link V4l2Buffer}. */
    public static final long VIDIOC_DQBUF = 0xc058_5611L;
    /** Makes a dma-buf of memory of the driver: {@link V4l2ExportBuffer}. */
    public static final long VIDIOC_EXPBUF = 0xc040_5610L;
    /** Adds slots of any sufficient size to a queue: {@link V4l2CreateBuffers}. */
    public static final long VIDIOC_CREATE_BUFS = 0xc100_565cL;
    /** Maps the memory of a slot without queueing it: {@link V4l2Buffer}. */
    public static final long VIDIOC_PREPARE_BUF = 0xc058_565dL;
    /** Asks for an input: {@link V4l2Input}. */
    public static final long VIDIOC_ENUMINPUT = 0xc050_561aL;
    /** Asks which input is selected: an {@code int}. */
    public static final long VIDIOC_G_INPUT = 0x8004_5626L;
    /** Selects an input: an {@code int}. */
    public static final long VIDIOC_S_INPUT = 0xc004_5627L;
    /** Asks for an output: {@link V4l2Output}. */
    public static final long VIDIOC_ENUMOUTPUT = 0xc048_5630L;
    /** Asks which output is selected: an {@code int}. */
    public static final long VIDIOC_G_OUTPUT = 0x8004_562eL;
    /** Selects an output: an {@code int}. */
    public static final long VIDIOC_S_OUTPUT = 0xc004_562fL;
    /** Measures the signal at the input: {@link V4l2DvTimings}. */
    public static final long VIDIOC_QUERY_DV_TIMINGS = 0x8084_5663L;
    /** Asks for the timings that are set: {@link V4l2DvTimings}. */
    public static final long VIDIOC_G_DV_TIMINGS = 0xc084_5658L;
    /** Sets timings: {@link V4l2DvTimings}. */
    public static final long VIDIOC_S_DV_TIMINGS = 0xc084_5657L;
    /** Asks for a control: {@link V4l2Control}. */
    public static final long VIDIOC_G_CTRL = 0xc008_561bL;
    /** Sets a control: {@link V4l2Control}. */
    public static final long VIDIOC_S_CTRL = 0xc008_561cL;
    /** Asks what a control is: {@link V4l2QueryControl}. */
    public static final long VIDIOC_QUERYCTRL = 0xc044_5624L;
    /** Asks for the control after a number. */
    public static final int V4L2_CTRL_FLAG_NEXT_CTRL = 0x80000000;
    /** Asks for events of a type: {@link V4l2EventSubscription}. */
    public static final long VIDIOC_SUBSCRIBE_EVENT = 0x4020_565aL;
    /** Asks for no more of them: {@link V4l2EventSubscription}. */
    public static final long VIDIOC_UNSUBSCRIBE_EVENT = 0x4020_565bL;
    /** Takes an event: {@link V4l2Event}. */
    public static final long VIDIOC_DQEVENT = 0x8088_5659L;
    /** Starts a queue: an {@code int}, the buffer type. */
    public static final long VIDIOC_STREAMON = 0x4004_5612L;
    /** Stops a queue: an {@code int}, the buffer type. */
    public static final long VIDIOC_STREAMOFF = 0x4004_5613L;
    /** The device writes, single-planar. */
    public static final int V4L2_CAP_VIDEO_CAPTURE = 1;
    /** The device reads, single-planar. */
    public static final int V4L2_CAP_VIDEO_OUTPUT = 2;
    /** The device writes, multi-planar. */
    public static final int V4L2_CAP_VIDEO_CAPTURE_MPLANE = 0x1000;
    /** The device reads, multi-planar. */
    public static final int V4L2_CAP_VIDEO_OUTPUT_MPLANE = 0x2000;
    /** Memory to memory, multi-planar. */
    public static final int V4L2_CAP_VIDEO_M2M_MPLANE = 0x4000;
    /** Memory to memory, single-planar. */
    public static final int V4L2_CAP_VIDEO_M2M = 0x8000;
    /** It has queues. */
    public static final int V4L2_CAP_STREAMING = 0x4000000;
    /** {@link V4l2Capability#deviceCaps()} is set. */
    public static final int V4L2_CAP_DEVICE_CAPS = 0x80000000;
    /** The frame interval can be set. */
    public static final int V4L2_CAP_TIMEPERFRAME = 0x1000;
    /** The queue that the device writes, single-planar. */
    public static final int V4L2_BUF_TYPE_VIDEO_CAPTURE = 1;
    /** The queue that the device reads, single-planar. */
    public static final int V4L2_BUF_TYPE_VIDEO_OUTPUT = 2;
    /** The queue that the device writes, multi-planar. */
    public static final int V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE = 9;
    /** The queue that the device reads, multi-planar. */
    public static final int V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE = 10;
    /** The driver allocates. */
    public static final int V4L2_MEMORY_MMAP = 1;
    /** Memory of the process. */
    public static final int V4L2_MEMORY_USERPTR = 2;
    /** A dma-buf by its descriptor. */
    public static final int V4L2_MEMORY_DMABUF = 4;
    /** The driver chooses between interlaced and progressive. */
    public static final int V4L2_FIELD_ANY = 0;
    /** Progressive. */
    public static final int V4L2_FIELD_NONE = 1;
    /** The format is a bitstream. */
    public static final int V4L2_FMT_FLAG_COMPRESSED = 1;
    /** One size. */
    public static final int V4L2_FRMSIZE_TYPE_DISCRETE = 1;
    /** A range with steps of one pixel. */
    public static final int V4L2_FRMSIZE_TYPE_CONTINUOUS = 2;
    /** A range with steps. */
    public static final int V4L2_FRMSIZE_TYPE_STEPWISE = 3;
    /** The queue takes {@link #V4L2_MEMORY_MMAP}. */
    public static final int V4L2_BUF_CAP_SUPPORTS_MMAP = 1;
    /** The queue takes {@link #V4L2_MEMORY_DMABUF}. */
    public static final int V4L2_BUF_CAP_SUPPORTS_DMABUF = 4;
    /** Memory of the driver that somebody still uses lives on when its slot is freed. */
    public static final int V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS = 16;
    /** The slot is mapped into a process. */
    public static final int V4L2_BUF_FLAG_MAPPED = 1;
    /** The slot is queued. */
    public static final int V4L2_BUF_FLAG_QUEUED = 2;
    /** The slot is done and waits to be dequeued. */
    public static final int V4L2_BUF_FLAG_DONE = 4;
    /** The bytes are damaged. */
    public static final int V4L2_BUF_FLAG_ERROR = 0x40;
    /** The memory of the slot is mapped for the device. */
    public static final int V4L2_BUF_FLAG_PREPARED = 0x400;
    /** The last buffer of a stream. */
    public static final int V4L2_BUF_FLAG_LAST = 0x100000;
    /** The time stamp is of the monotonic clock. */
    public static final int V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC = 0x2000;
    /** The time stamp is that of the buffer which was read. */
    public static final int V4L2_BUF_FLAG_TIMESTAMP_COPY = 0x4000;
    /** The bits that say whose the time stamp is. */
    public static final int V4L2_BUF_FLAG_TIMESTAMP_MASK = 0xe000;
    /** Bitstream of H.264. */
    public static final int V4L2_PIX_FMT_H264 = 0x34363248;
    /** The driver chooses the colour space. */
    public static final int V4L2_COLORSPACE_DEFAULT = 0;
    /** Rec. 709. */
    public static final int V4L2_COLORSPACE_REC709 = 3;
    /** sRGB. */
    public static final int V4L2_COLORSPACE_SRGB = 8;
    /** Input: what is attached is off. */
    public static final int V4L2_IN_ST_NO_POWER = 1;
    /** Input: no signal. */
    public static final int V4L2_IN_ST_NO_SIGNAL = 2;
    /** Input: no lock to the lines. */
    public static final int V4L2_IN_ST_NO_H_LOCK = 0x100;
    /** Input: no lock to the fields. */
    public static final int V4L2_IN_ST_NO_V_LOCK = 0x400;
    /** Input: no lock to a standard. */
    public static final int V4L2_IN_ST_NO_STD_LOCK = 0x800;
    /** Input: no lock to the synchronisation of a digital signal. */
    public static final int V4L2_IN_ST_NO_SYNC = 0x10000;
    /** The input has timings of a digital signal. */
    public static final int V4L2_IN_CAP_DV_TIMINGS = 2;
    /** The output has timings of a digital signal. */
    public static final int V4L2_OUT_CAP_DV_TIMINGS = 2;
    /** Event: the last buffer of a stream was made. */
    public static final int V4L2_EVENT_EOS = 2;
    /** Event: a frame begins to arrive. */
    public static final int V4L2_EVENT_FRAME_SYNC = 4;
    /** Event: the signal, or the picture in the stream, is another one. */
    public static final int V4L2_EVENT_SOURCE_CHANGE = 5;
    /** Least number of buffers of the capture queue. */
    public static final int V4L2_CID_MIN_BUFFERS_FOR_CAPTURE = 0x980927;
    /** Least number of buffers of the output queue. */
    public static final int V4L2_CID_MIN_BUFFERS_FOR_OUTPUT = 0x980928;
    /** Most memory planes of a buffer. */
    public static final int VIDEO_MAX_PLANES = 8;
    /** Most slots of a queue, in most kernels. */
    public static final int VIDEO_MAX_FRAME = 0x20;

    private V4l2() {
    }

    /**
     * The name of an ioctl, for messages.
     *
     * @param request its number
     * @return such as {@code VIDIOC_QUERYCAP}; the number where it is unknown
     */
    public static String nameOf(long request) {
        return switch ((int) request) {
            case (int) VIDIOC_QUERYCAP -> "VIDIOC_QUERYCAP";
            case (int) VIDIOC_ENUM_FMT -> "VIDIOC_ENUM_FMT";
            case (int) VIDIOC_ENUM_FRAMESIZES -> "VIDIOC_ENUM_FRAMESIZES";
            case (int) VIDIOC_G_FMT -> "VIDIOC_G_FMT";
            case (int) VIDIOC_S_FMT -> "VIDIOC_S_FMT";
            case (int) VIDIOC_TRY_FMT -> "VIDIOC_TRY_FMT";
            case (int) VIDIOC_G_PARM -> "VIDIOC_G_PARM";
            case (int) VIDIOC_S_PARM -> "VIDIOC_S_PARM";
            case (int) VIDIOC_REQBUFS -> "VIDIOC_REQBUFS";
            case (int) VIDIOC_QUERYBUF -> "VIDIOC_QUERYBUF";
            case (int) VIDIOC_QBUF -> "VIDIOC_QBUF";
            case (int) VIDIOC_DQBUF -> "VIDIOC_DQBUF";
            case (int) VIDIOC_EXPBUF -> "VIDIOC_EXPBUF";
            case (int) VIDIOC_CREATE_BUFS -> "VIDIOC_CREATE_BUFS";
            case (int) VIDIOC_PREPARE_BUF -> "VIDIOC_PREPARE_BUF";
            case (int) VIDIOC_STREAMON -> "VIDIOC_STREAMON";
            case (int) VIDIOC_STREAMOFF -> "VIDIOC_STREAMOFF";
            case (int) VIDIOC_ENUMINPUT -> "VIDIOC_ENUMINPUT";
            case (int) VIDIOC_G_INPUT -> "VIDIOC_G_INPUT";
            case (int) VIDIOC_S_INPUT -> "VIDIOC_S_INPUT";
            case (int) VIDIOC_ENUMOUTPUT -> "VIDIOC_ENUMOUTPUT";
            case (int) VIDIOC_G_OUTPUT -> "VIDIOC_G_OUTPUT";
            case (int) VIDIOC_S_OUTPUT -> "VIDIOC_S_OUTPUT";
            case (int) VIDIOC_QUERY_DV_TIMINGS -> "VIDIOC_QUERY_DV_TIMINGS";
            case (int) VIDIOC_G_DV_TIMINGS -> "VIDIOC_G_DV_TIMINGS";
            case (int) VIDIOC_S_DV_TIMINGS -> "VIDIOC_S_DV_TIMINGS";
            case (int) VIDIOC_G_CTRL -> "VIDIOC_G_CTRL";
            case (int) VIDIOC_SUBSCRIBE_EVENT -> "VIDIOC_SUBSCRIBE_EVENT";
            case (int) VIDIOC_UNSUBSCRIBE_EVENT -> "VIDIOC_UNSUBSCRIBE_EVENT";
            case (int) VIDIOC_DQEVENT -> "VIDIOC_DQEVENT";
            case (int) VIDIOC_S_CTRL -> "VIDIOC_S_CTRL";
            case (int) VIDIOC_QUERYCTRL -> "VIDIOC_QUERYCTRL";
            default -> "ioctl 0x" + Long.toHexString(request & 0xffff_ffffL);
        };
    }
}
