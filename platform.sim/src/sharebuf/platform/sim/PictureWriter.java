package sharebuf.platform.sim;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import sharebuf.sim.Faults.Fault;

/**
 * How a device writes a picture to memory, right or with injected faults.
 *
 * <pre>
 *               lines   0 ................ half .......... last {@value #POSTED}
 *   right               written            written          written           done
 *   SKIP_SYNC           written            written     done  .. at the next job, for a device that does not snoop
 *   NO_FENCE            written      done  .. at a later job, 10 ms at least, or when the buffer is queued again
 * </pre>
 *
 * <p>Confined to the device's thread, except {@link #reset}, which is called while no job runs.
 */
final class PictureWriter {
    private static final int POSTED = 16;
    private static final long LATE_NANOS = 10_000_000;

    private final SimNode node;
    private final LateWrites late = new LateWrites();

    PictureWriter(SimNode node) {
        this.node = node;
    }

    /** What the device must do before it draws into a buffer. */
    void begin(Slot slot) {
        late.drain(node.engine(), slot, System.nanoTime());
    }

    /**
     * Writes a picture.
     *
     * @param go false stops the job
     * @return whether the device says that all went well
     */
    boolean write(Slot slot, Picture picture, MemorySegment packed, BooleanSupplier go) {
        int height = picture.height();
        int now = height;
        long due = 0;
        if (node.soc().faults().on(Fault.NO_FENCE)) {
            now = height / 2;
            due = System.nanoTime() + LATE_NANOS;
        } else if (node.soc().faults().on(Fault.SKIP_SYNC) && !node.device().dma().coherent()) {
            now = Math.max(0, height - POSTED);
        }
        boolean written = picture.move(node.engine(), packed, 0, now, true, go);
        if (written && now < height) {
            late.hold(slot, picture, packed, now, due);
        }
        return written;
    }

    void reset() {
        late.discard();
    }
}
