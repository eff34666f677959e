package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.sim.Faults;

/**
 * A device with two queues: it takes a picture from the output queue and writes to the capture queue either the same pixels, with that
 * queue's pitch and number of objects, or the {@linkplain Bitstream bitstream} of an encoder. One job takes one buffer of each.
 *
 * <p>Setting the output format sets the capture format to the same picture, unless that queue has buffers. A job whose two formats
 * are not of the same picture fails.
 */
final class MemoryToMemoryNode extends VideoNode {
    private final VideoQueue output;
    private final VideoQueue capture;
    private final boolean encodes;
    private final PictureWriter writer = new PictureWriter(this);
    private MemorySegment packed = MemorySegment.NULL;
    private MemorySegment unit = MemorySegment.NULL;
    private long sequence;
    private long sequenceEpoch = -1;

    MemoryToMemoryNode(DeviceSpec spec, Soc soc) {
        super(spec, soc, List.of(outputQueue(spec), captureQueue(spec, spec.role() == DeviceSpec.Role.ENCODER, 0)));
        output = queues().getFirst();
        capture = queues().getLast();
        encodes = capture.formats().bitstream();
    }

    /** What a job works on. */
    private record Job(Slot from, Slot to, VideoFormat in, VideoFormat out, long inEpoch, long outEpoch) {
    }

    @Override
    void step() throws InterruptedException {
        Job job;
        lock.lockInterruptibly();
        try {
            if (!output.ready() || !capture.ready()) {
                await(Long.MAX_VALUE);
                return;
            }
            if (sequenceEpoch != output.epoch()) {
                sequenceEpoch = output.epoch();
                sequence = 0;
            }
            job = new Job(output.take(), capture.take(), output.format(), capture.format(), output.epoch(), capture.epoch());
        } finally {
            lock.unlock();
        }
        long bytes = -1;
        try {
            bytes = work(job);
        } finally {
            done(job, bytes);
        }
    }

    /** Does a job; the bytes of the unit or the picture, or -1 when it failed. */
    private long work(Job job) {
        BooleanSupplier go = () -> !isGone() && output.epoch() == job.inEpoch && capture.epoch() == job.outEpoch;
        writer.begin(job.to);
        VideoFormat in = job.in;
        PixelFormat stored = in.pixels().orElseThrow();
        PixelFormat pixels = stored.base();
        if (misled("output", in.layout(), job.from) || misled("capture", encodes ? Layout.ofBytes(job.out.sizeImage(0)) : job.out.layout(), job.to)) {
            return -1;
        }
        long size = Packed.bytes(pixels, in.width(), in.height());
        if (packed.byteSize() != size) {
            packed = Arena.ofAuto().allocate(size, Long.BYTES);
        }
        if (!new Picture(stored, in.width(), in.height(), in.layout(), job.from.lists()).move(engine(), packed, 0, in.height(), false, go)) {
            return -1;
        }
        show(pixels, in.width(), in.height());
        if (encodes) {
            if (unit.byteSize() != job.out.sizeImage(0)) {
                unit = Arena.ofAuto().allocate(job.out.sizeImage(0), Long.BYTES);
            }
            long bytes = Bitstream.encode(sequence, pixels, in.width(), in.height(), packed, unit);
            return engine().move(job.to.planes[0].list, 0, unit, 0, bytes, true) ? bytes : -1;
        }
        VideoFormat out = job.out;
        Picture to = new Picture(out.pixels().orElseThrow(), out.width(), out.height(), out.layout(), job.to.lists());
        return in.samePicture(out) && writer.write(job.to, to, packed, go) ? size : -1;
    }

    /** Whether some plane would go where its port does not lead; told as a stopped access. */
    private boolean misled(String use, Layout layout, Slot slot) {
        Optional<Ports.Misled> misled = spec().ports().misled(use, layout, slot, soc()::place);
        misled.ifPresent(m -> soc().faults().record(new Faults.Stopped(device().name(), m.dma(), device().name() + ": " + m.why())));
        return misled.isPresent();
    }

    private void show(PixelFormat pixels, int width, int height) {
        try {
            sink.call(s -> {
                s.frame(sequence, pixels, width, height, packed.asReadOnly());
                return true;
            });
        } catch (RuntimeException e) {
            report("frame sink", e);
        }
    }

    private void done(Job job, long bytes) {
        lock.lock();
        try {
            boolean error = bytes < 0;
            if (job.outEpoch == capture.epoch()) {
                job.to.sequence = sequence;
                job.to.timestampNanos = job.from.timestampNanos;
                for (int i = 0; i < job.to.planes.length; i++) {
                    job.to.planes[i].bytesUsed = error ? 0 : encodes ? bytes : job.out.sizeImage(i);
                }
            }
            if (job.inEpoch == output.epoch()) {
                job.from.sequence = sequence;
            }
            sequence++;
            output.finish(job.from, job.inEpoch, error, false);
            capture.finish(job.to, job.outEpoch, error, false);
            output.leave();
            capture.leave();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    VideoFormat nearest(VideoQueue queue, int fourcc, int width, int height, long pitch, long size) {
        boolean unit = queue == capture && encodes; // has the size of what is encoded
        return super.nearest(queue, fourcc, unit ? output.format().width() : width, unit ? output.format().height() : height, pitch, size);
    }

    @Override
    void formatChanged(VideoQueue queue) {
        VideoFormat in = output.format();
        VideoFormat out = capture.format();
        if (queue == output && !capture.busy() && !out.samePicture(in)) {
            try {
                capture.format(capture.formats().nearest(in.fourcc(), in.width(), in.height(), 0, encodes ? out.sizeImage(0) : 0));
            } catch (Refused e) {
                throw new IllegalStateException(e); // it is not busy
            }
        }
    }

    @Override
    void reset() {
        writer.reset();
    }
}
