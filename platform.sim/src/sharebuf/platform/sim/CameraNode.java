package sharebuf.platform.sim;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import sharebuf.format.PixelFormat;

/**
 * A camera: asks its frame source for pictures, or draws colour bars, and writes them to the buffers of its capture queue.
 *
 * <p>It waits for a buffer instead of losing a frame when there is none, so that only the injected fault DROP loses frames. At the end
 * of the stream it gives back one empty buffer with {@code V4L2_BUF_FLAG_LAST}; after that DQBUF says EPIPE until the queue is stopped. A
 * frame whose source throws comes back with {@code V4L2_BUF_FLAG_ERROR}.
 */
final class CameraNode extends VideoNode {
    private static final long DEFAULT_INTERVAL = 1_000_000_000L / 30;

    private final VideoQueue queue;
    private final PictureWriter writer = new PictureWriter(this);
    private MemorySegment packed = MemorySegment.NULL;
    private Optional<ColourBars> bars = Optional.empty();
    private long sequence;
    private long sequenceEpoch;
    private long nextFrame;
    private final Tempo tempo = new Tempo();
    private boolean damaged;

    CameraNode(DeviceSpec spec, Soc soc) {
        super(spec, soc, List.of(captureQueue(spec, false, DEFAULT_INTERVAL)));
        queue = queues().getFirst();
    }

    @Override
    void step() throws InterruptedException {
        Slot slot;
        VideoFormat format;
        long epoch;
        long begun;
        long interval;
        lock.lockInterruptibly();
        try {
            if (!queue.ready()) {
                await(Long.MAX_VALUE);
                return;
            }
            epoch = queue.epoch();
            long now = System.nanoTime();
            if (epoch != sequenceEpoch) {
                sequenceEpoch = epoch;
                sequence = 0;
                nextFrame = now;
            }
            if (queue.intervalNanos() > 0 && nextFrame - now > 0) {
                tempo.early();
                await(nextFrame - now);
                return; // look again: the queue may have been stopped meanwhile
            }
            begun = now;
            interval = queue.intervalNanos();
            nextFrame = Math.max(nextFrame + interval, now);
            format = queue.format();
            slot = queue.take();
        } finally {
            lock.unlock();
        }
        boolean more = false;
        boolean written = false;
        try {
            writer.begin(slot);
            damaged = false;
            more = picture(format);
            written = more && !damaged && writer.write(slot, new Picture(format.pixels().orElseThrow(), format.width(), format.height(), format.layout(),
                    slot.lists()), packed, () -> !isGone() && queue.epoch() == epoch);
        } finally {
            done(slot, format, epoch, more, written);
            tempo.did(System.nanoTime() - begun, interval);
        }
    }

    /** Gets the next picture that is not lost into the scratch memory; false at the end of the stream. */
    private boolean picture(VideoFormat format) {
        PixelFormat pixels = format.pixels().orElseThrow().base();
        long bytes = Packed.bytes(pixels, format.width(), format.height());
        if (packed.byteSize() != bytes) {
            packed = Arena.ofAuto().allocate(bytes, Long.BYTES);
        }
        while (true) {
            boolean more = source(pixels, format.width(), format.height());
            if (!more || !soc().faults().drops(sequence)) {
                return more;
            }
            sequence++;
        }
    }

    private boolean source(PixelFormat pixels, int width, int height) {
        long number = sequence;
        try {
            return source.call(s -> s.next(number, pixels, width, height, packed)).orElseGet(() -> {
                ColourBars drawn = bars.filter(b -> b.fits(pixels, width, height)).orElseGet(() -> new ColourBars(pixels, width, height));
                bars = Optional.of(drawn);
                drawn.draw(number, packed);
                return true;
            });
        } catch (RuntimeException e) {
            report("frame source", e);
            damaged = true;
            return true;
        }
    }

    private void done(Slot slot, VideoFormat format, long epoch, boolean more, boolean written) {
        lock.lock();
        try {
            if (epoch == queue.epoch()) {
                slot.sequence = sequence;
                slot.timestampNanos = System.nanoTime();
                for (int i = 0; i < slot.planes.length; i++) {
                    slot.planes[i].bytesUsed = more ? format.sizeImage(i) : 0;
                }
            }
            sequence++;
            queue.finish(slot, epoch, more && !written, !more);
            queue.leave();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    void reset() {
        writer.reset();
    }
}
