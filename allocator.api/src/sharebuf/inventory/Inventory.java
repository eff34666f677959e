package sharebuf.inventory;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.Hypothesis;

/**
 * What the ledger holds at this moment, for operators' tools. It shows physical extents: do not hand it to applications.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Inventory {
    /**
     * All of it, consistent region by region.
     *
     * @return a snapshot
     */
    Snapshot snapshot();

    /**
     * What importing taught.
     *
     * @return as {@code BufferBroker.learnt}
     */
    List<Hypothesis> learnt();

    /**
     * Who broke the rules of the streaming DMA API or of CPU access, as the kernel's dma-debug and the simulated caches see it.
     *
     * @return oldest first, at most 256 different ones since the broker started
     */
    default List<Violation> violations() {
        return List.of();
    }
}
