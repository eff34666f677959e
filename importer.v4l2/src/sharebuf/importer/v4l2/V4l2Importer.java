package sharebuf.importer.v4l2;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Outcome;
import sharebuf.device.Use;
import sharebuf.format.FormatRange;
import sharebuf.format.PixelFormat;
import sharebuf.importer.Attached;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.plugin.Live;
import sharebuf.plugin.Serves;
import sharebuf.uapi.V4l2;
import sharebuf.video.VideoDevice;

/**
 * The component: an importer and a video device over one device node. Its service property {@code sharebuf.device} is that of its
 * configuration, and the node is the one that {@code node.target} selects.
 *
 * <p>Thread-safe.
 */
@Serves(kind = Serves.IMPORTER, pid = V4l2Importer.PID)
@Component(name = V4l2Importer.PID, configurationPid = V4l2Importer.PID, configurationPolicy = ConfigurationPolicy.REQUIRE,
    service = {Importer.class, VideoDevice.class})
public final class V4l2Importer implements Importer, VideoDevice {
    static final String PID = "sharebuf.importer.v4l2";

    private final Video video;
    private final Notes notes;

    /**
     * Asks the device what it is.
     *
     * @param node the device node
     * @param fences where jobs are told
     * @param notes where is kept for a successor what waits for the end of a move
     * @param config the configuration
     * @throws DeviceException when the node does not answer as a video device does
     */
    @Activate
    public V4l2Importer(@Reference(name = "node", target = "(sharebuf.device=node.target is not configured)") DeviceNode node,
            @Reference(name = "fences") Fences fences, @Reference(name = "notes") Notes notes, Config config) throws DeviceException {
        if (config.pitchAlign() < 0 || config.heightAlign() < 0) {
            throw new IllegalArgumentException(PID + "~" + config.sharebuf_device() + ": pitchAlign " + config.pitchAlign() + ", heightAlign "
                + config.heightAlign() + ": at least 1, or 0 to ask the driver");
        }
        this.notes = notes;
        video = new Video(node, fences, notes, PID, config.connector(), config.pitchAlign(), config.heightAlign(),
            Permitted.parse(PID + "~" + config.sharebuf_device(), config.regions()));
    }

    @Override
    public void adopt(Live live) throws DeviceException {
        video.adopt(live.attachments());
    }

    @Override
    public void rehearse(Live live) {
        video.rehearse(live.attachments(), notes);
    }

    @Override
    public void makeWay() {
        video.makeWay();
    }

    @Override
    public void carryOn() {
        video.carryOn();
    }

    @Override
    public List<Use> uses() {
        return video.uses();
    }

    @Override
    public Outcome<Outcome.Done> attached(Attached attached) {
        return video.attach(attached);
    }

    @Override
    public void detached(Attached attached) {
        try {
            video.detach(attached);
        } catch (DeviceException e) {
            throw new IllegalStateException("buffers of " + attached.use() + " may still be used: " + e.getMessage(), e);
        }
    }

    @Override
    public void moveNotify(Attached attached, Phase phase) {
        // Before, there is nothing to do: whatever the driver has is a job with a fence, and is dequeued as ever.
        if (phase == Phase.AFTER) {
            try {
                video.goOn(attached);
            } catch (DeviceException e) {
                throw new IllegalStateException(attached.use() + " does not go on after a move: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public Capability capability() {
        return video.capability();
    }

    @Override
    public List<FormatRange> formats(Queue queue) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_ENUM_FMT).formats().pictures();
    }

    @Override
    public Format setFormat(Queue queue, PixelFormat format, int width, int height, long bytesPerLine) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_S_FMT).format().setFormat(format, width, height, bytesPerLine);
    }

    @Override
    public Format setBitstream(Queue queue, long sizeImage) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_S_FMT).format().setBitstream(video.bitstream(queue), sizeImage);
    }

    @Override
    public void setFrameInterval(Queue queue, Duration interval) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_S_PARM).format().setInterval(interval);
    }

    @Override
    public int requestBuffers(Queue queue, Memory memory, int count) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_REQBUFS).slots().requestBuffers(memory, count);
    }

    @Override
    public State query(Queue queue, int index) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_QUERYBUF).slots().query(index);
    }

    @Override
    public void queue(Queue queue, int index, BufferId buffer) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_QBUF).slots().queue(index, buffer);
    }

    @Override
    public void queue(Queue queue, int index) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_QBUF).slots().queue(index);
    }

    @Override
    public void setPayload(Queue queue, int index, List<Long> bytesUsed) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_QBUF).slots().setPayload(index, bytesUsed);
    }

    @Override
    public MemorySegment map(Queue queue, int index, int plane) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_QUERYBUF).slots().map(index, plane);
    }

    @Override
    public Optional<Dequeued> dequeue(Queue queue, Duration limit) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_DQBUF).dequeuer().dequeue(limit);
    }

    @Override
    public void streamOn(Queue queue) throws DeviceException {
        Video.Side side = video.side(queue, V4l2.VIDIOC_STREAMON);
        try {
            side.slots().streamOn();
        } catch (DeviceException e) {
            throw side.connectors().told(e);
        }
    }

    @Override
    public void streamOff(Queue queue) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_STREAMOFF).slots().streamOff();
    }

    @Override
    public List<Connector> connectors(Queue queue) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_ENUMINPUT).connectors().list();
    }

    @Override
    public void selectConnector(Queue queue, int connector) throws DeviceException {
        video.side(queue, V4l2.VIDIOC_S_INPUT).connectors().select(connector);
    }

    @Override
    public Timings followSignal(Queue queue) throws DeviceException {
        return video.side(queue, V4l2.VIDIOC_QUERY_DV_TIMINGS).connectors().follow();
    }

    @Override
    public boolean subscribe(EventKind kind) throws DeviceException {
        return video.events().subscribe(kind);
    }

    @Override
    public void unsubscribe(EventKind kind) throws DeviceException {
        video.events().unsubscribe(kind);
    }

    @Override
    public Optional<Event> event(Duration limit) throws DeviceException {
        return video.events().next(limit);
    }
}
