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
}
