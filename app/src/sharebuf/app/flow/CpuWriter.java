package sharebuf.app.flow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import sharebuf.app.media.Raster;
import sharebuf.buffer.CpuAccess;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/**
 * The CPU in the place of a camera: draws each frame into a buffer of the set.
 *
 * <p>Thread-safe; a thread of its own draws.
 */
final class CpuWriter implements Writer {
    private final Flow flow;
    private final FrameFeed feed;
    private final LongConsumer before;
    private final Raster raster;
    private final long interval;
    private final MemorySegment tight;
    private final BlockingQueue<Integer> free;
    private volatile long filled;
    private volatile long quota = Long.MAX_VALUE;
    private Work work;

    /**
     * A writer.
     *
     * @param feed what it draws
     * @param before called with the number of a frame before it is handed out, on the writer's thread
     * @param raster of the pictures
     * @param interval from frame to frame; zero as fast as buffers come back
     */
    CpuWriter(Flow flow, FrameFeed feed, LongConsumer before, Raster raster, Duration interval) {
        this.flow = flow;
        this.feed = feed;
        this.before = before;
        this.raster = raster;
        this.interval = interval.toNanos();
        tight = Arena.ofAuto().allocate(raster.size());
        free = new LinkedBlockingQueue<>(IntStream.range(0, flow.buffers().size()).boxed().toList());
    }

    @Override
    public UseId use() {
        return CpuReader.CPU;
    }

    @Override
    public long filled() {
        return filled;
    }

    @Override
    public void start() {
        flow.refillBy(free::add);
        work = new Work("cpu", flow, this::run);
    }

    @Override
    public void expectOnly(long frames) {
        quota = frames;
    }

    private void run() throws InterruptedException, FlowFailure {
        long due = System.nanoTime();
        while (filled < quota && !flow.failed()) {
            long number = filled;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            due = Math.max(due + interval, System.nanoTime());
            if (!feed.next(number, raster.format(), raster.width(), raster.height(), tight)) {
                return;
            }
            Integer index = free.poll(Limits.STALL.toNanos(), TimeUnit.NANOSECONDS);
            if (index == null) {
                if (flow.failed()) {
                    return;
                }
                throw new FlowFailure("cpu: no buffer came back within " + Limits.STALL.toSeconds() + " s, after " + number + " frames", null);
            }
            try (CpuAccess access = flow.buffers().get(index).beginCpuAccess(Access.WRITE, Limits.STALL).orThrow()) {
                Rows.pad(tight, raster, access, flow.set().layout().planes());
            }
            before.accept(number);
            filled = number + 1;
            flow.filled(index, number, false);
        }
    }

    @Override
    public void join() throws FlowFailure {
        if (work != null) {
            work.join("cpu", () -> filled);
        }
    }

    @Override
    public void finish() throws FlowFailure {
        join();
    }
}
