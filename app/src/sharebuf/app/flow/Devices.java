package sharebuf.app.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import sharebuf.app.media.Raster;
import sharebuf.app.media.Stamp;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.drm.Display;
import sharebuf.node.DeviceException;
import sharebuf.video.VideoDevice;
import sharebuf.video.VideoDevice.Queue;

/** Makes readers and writers for the uses of a set, with formats set. */
final class Devices {
    private final BufferBroker broker;
    private final Session session;
    private final Wanted wanted;

    Devices(BufferBroker broker, Session session, Wanted wanted) {
        this.broker = broker;
        this.session = session;
        this.wanted = wanted;
    }

    /** The use by which a device that reads also writes; empty when it ends the pipeline for good. */
    Optional<Use> output(UseId reader) {
        return broker.uses().stream().filter(u -> u.id().device().equals(reader.device()) && u.access().writes() && !u.id().equals(reader)).findFirst();
    }

    /** The use by which a device that writes also reads; empty for one that makes pictures of nobody's. */
    Optional<Use> input(UseId writer) {
        return broker.uses().stream().filter(u -> u.id().device().equals(writer.device()) && !u.access().writes() && !u.id().equals(writer)).findFirst();
    }

    VideoDevice video(UseId use) {
        return session.device(VideoDevice.class, use.device()).orThrow();
    }

    Reader reader(UseId use, Flow flow) throws FlowFailure {
        Outcome<Display> display = session.device(Display.class, use.device());
        if (display instanceof Outcome.Ok<Display>(Display handle)) {
            BufferSpec p = wanted.pictures();
            return new DisplayReader(handle, use, flow, mode(handle, use, p), album(use, flow), () -> wanted.onLast().accept(use.device()));
        }
        display.why().filter(why -> !why.constraint().equals("interface")).ifPresent(why -> {
            throw new RefusedException(why); // its importer did not say that it is none
        });
        if (session.device(VideoDevice.class, use.device()) instanceof Outcome.No<VideoDevice>(Refusal why) && why.constraint().equals("interface")) {
            return new ImportReader(use, flow);
        }
        VideoDevice device = video(use);
        setFormat(device, Queue.OUTPUT, use, flow.set());
        return new VideoReader(device, use, flow, album(use, flow), output(use).isEmpty());
    }

    /** What simulated devices show is told by themselves. */
    private Optional<Album> album(UseId use, Flow flow) {
        return wanted.frames() instanceof FrameFeed ? Optional.empty()
                : wanted.keep().apply(use.device()).map(keep -> new Album(flow, wanted.raster(), keep));
    }

    /** A simulated panel takes any mode, a real one those that it lists. */
    private Display.Mode mode(Display display, UseId use, BufferSpec p) throws FlowFailure {
        if (wanted.frames() instanceof FrameFeed) {
            return new Display.Mode(p.width(), p.height(), wanted.fps().orElse(0));
        }
        try {
            List<Display.Mode> modes = display.modes();
            return modes.stream().filter(m -> m.width() == p.width() && m.height() == p.height()).findFirst()
                    .orElseThrow(() -> new RefusedException(Refusal.of(Errno.EINVAL, "size", p.width() + "x" + p.height(), "one of the modes "
                            + String.join(", ", modes.stream().map(m -> m.width() + "x" + m.height()).distinct().toList()))
                            .about(use.device(), use.use())
                            .fixedBy(modes.isEmpty() ? "" : "--size " + modes.getFirst().width() + "x" + modes.getFirst().height())));
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }

    /** Sets a format and checks that the driver took the pitch which the memory has. */
    void setFormat(VideoDevice device, Queue queue, UseId use, BufferSet set) throws FlowFailure {
        try {
            BufferSpec p = set.spec();
            if (p.format().isEmpty()) {
                device.setBitstream(queue, p.bytes());
                return;
            }
            long pitch = set.layout().planes().getFirst().pitch();
            VideoDevice.Format format = device.setFormat(queue, p.format().get(), p.width(), p.height(), pitch);
            long given = format.planes().getFirst().bytesPerLine();
            if (!format.format().equals(p.format()) || format.width() != p.width() || format.height() != p.height() || given != pitch) {
                throw new FlowFailure(use + ": the driver made " + format.format().map(Object::toString).orElse("a bitstream") + " " + format.width() + "x"
                        + format.height() + " with pitch " + given + " of " + p.format().get() + " " + p.width() + "x" + p.height() + " with pitch " + pitch, null);
            }
        } catch (DeviceException e) {
            throw new FlowFailure(use + ": " + e.getMessage(), e);
        }
    }

    /** Buffers for what an encoder makes of pictures of this size. */
    BufferSpec bitstream() {
        return BufferSpec.bytes(Bitstream.sizeFor(wanted.raster())).count(wanted.pictures().count());
    }

    /** What the CPU does with what a terminal device wrote. */
    CpuReader.Look look(BufferSet set, FrameFeed feed, Witness witness) {
        Raster raster = wanted.raster();
        Stamp stamp = new Stamp(raster);
        if (set.spec().format().isEmpty()) {
            Bitstream units = new Bitstream(raster, feed::checksum);
            return (access, number) -> witness.record(units.read(access.object(0)));
        }
        MemorySegment tight = Arena.ofAuto().allocate(raster.size());
        return (access, number) -> {
            Rows.unpad(access, set.layout().planes(), raster, tight);
            witness.record(stamp.read(tight));
        };
    }
}
