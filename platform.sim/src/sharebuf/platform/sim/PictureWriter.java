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
 *   SKIP_SYNC           written            written     done  .. when the buffer is filled again, for a device that does not snoop
 *   NO_FENCE            written      done  .................. when the buffer is filled again
 * </pre>
 *
 * The rest comes after everybody has read: a fault that depended on who is faster would sometimes go unnoticed.
 *
 * <p>Confined to the device's thread, except {@link #reset}, which is called while no job runs.
 */
final class PictureWriter {
    private static final int POSTED = 16;

    private final SimNode node;
    private final LateWrites late = new LateWrites();

    PictureWriter(SimNode node) {
        this.node = node;
    }

    /** What the device must do before it draws into a buffer. */
    void begin(Slot slot) {
        late.drain(node.engine(), slot);
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
        if (node.soc().faults().on(Fault.NO_FENCE)) {
            now = height / 2;
        } else if (node.soc().faults().on(Fault.SKIP_SYNC) && !node.device().dma().coherent()) {
            now = Math.max(0, height - POSTED);
        }
        boolean written = picture.move(node.engine(), packed, 0, now, true, go);
        if (written && now < height) {
            late.hold(slot, picture, packed, now);
        }
        return written;
    }

    void reset() {
        late.discard();
    }
}
