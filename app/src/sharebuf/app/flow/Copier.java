package sharebuf.app.flow;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import sharebuf.app.media.Raster;
import sharebuf.buffer.CpuAccess;
import sharebuf.device.Access;
import sharebuf.device.UseId;

/**
 * Copies each frame of one set into a buffer of another: the last resort where no memory suits all devices. The second set's readers
 * get their frames from here.
 */
final class Copier implements Reader {
    private final Flow from;
    private final Flow to;
    private final Raster raster;
    private final Inbox inbox = new Inbox();
    private final BlockingQueue<Integer> free;
    private Work work;

    /**
     * Between two sets of the same pictures.
     *
     * @param raster what a picture is without padding
     */
    Copier(Flow from, Flow to, Raster raster) {
        this.from = from;
        this.to = to;
        this.raster = raster;
        free = new LinkedBlockingQueue<>(IntStream.range(0, to.buffers().size()).boxed().toList());
    }

    @Override
    public UseId use() {
        return CpuReader.CPU;
    }

    /** The set that it fills. */
    Flow to() {
        return to;
    }

    @Override
    public void start() {
        to.refillBy(free::add);
        work = new Work("copy to " + String.join(" + ", to.readers().stream().map(r -> r.use().toString()).toList()), from, this::run);
    }

    @Override
    public void accept(int index, long number) {
        inbox.put(index, number);
    }

    private void run() throws InterruptedException, FlowFailure {
        for (Inbox.Item item = inbox.take(from); item != null; item = inbox.take(from)) {
            Integer target = free.poll(Limits.STALL.toMillis(), TimeUnit.MILLISECONDS);
            if (target == null) {
                if (from.failed()) {
                    return;
                }
                throw new FlowFailure("copy of frame " + item.number() + ": no buffer came back within " + Limits.STALL.toSeconds() + " s", null);
            }
            copy(item.index(), target);
            from.released(item.index());
            to.filled(target, item.number(), false);
        }
    }

    private void copy(int source, int target) {
        try (CpuAccess in = from.buffers().get(source).beginCpuAccess(Access.READ, Limits.STALL).orThrow();
                CpuAccess out = to.buffers().get(target).beginCpuAccess(Access.WRITE, Limits.STALL).orThrow()) {
            Rows.copy(in, from.set().layout().planes(), out, to.set().layout().planes(), raster);
        }
    }

    @Override
    public void finish() throws FlowFailure {
        inbox.close();
        if (work != null) {
            work.join("copy");
        }
        for (Reader reader : to.readers()) {
            reader.finish();
        }
    }
}
