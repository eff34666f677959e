package sharebuf.buffer;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.UseId;
import sharebuf.format.Layout;

/**
 * Equal buffers with one writer and any number of readers.
 *
 * <p>Thread-safe. A device can join in each state.
 *
 * <pre>
 *   DESCRIBED --allocate--> ALLOCATED --map--> MAPPED --close--> CLOSED
 *       |                       |                 |
 *       +------ attach ---------+----- attach ----+   (memory stays; a move only by policy)
 * </pre>
 */
@ProviderType
public interface BufferSet extends AutoCloseable {
    /** How far a set has come. */
    enum State {
        /** Constraints are merged, no memory is taken. */
        DESCRIBED,
        /** Memory is taken. */
        ALLOCATED,
        /** Memory is mapped for every use. */
        MAPPED,
        /** Given back. */
        CLOSED
    }

    /**
     * What was wanted.
     *
     * @return the spec
     */
    BufferSpec spec();

    /**
     * How far it has come.
     *
     * @return the state
     */
    State state();

    /**
     * Its uses.
     *
     * @return in order of joining
     */
    List<UseId> uses();

    /**
     * Its layout, the same for each buffer.
     *
     * @return objects and planes
     */
    Layout layout();

    /**
     * Takes memory that suits all uses. Contiguous or scarce memory only when nothing else suits.
     *
     * @return this; refused as a whole
     * @throws IllegalStateException unless the state is DESCRIBED
     */
    Outcome<BufferSet> allocate();

    /**
     * Maps every buffer for every use.
     *
     * @return this; refused as a whole, then the state stays ALLOCATED
     * @throws IllegalStateException unless the state is ALLOCATED
     */
    Outcome<BufferSet> map();

    /**
     * Adds a use. In a set with memory the extents that the buffers really have are judged, whatever was asked when they were
     * allocated.
     *
     * @param use the use
     * @param policy whether buffers may be moved for it
     * @return the attachment, mapped when the set is; refused with what does not suit and a fix
     */
    Outcome<Attachment> attach(UseId use, MovePolicy policy);

    /**
     * The attachments.
     *
     * @return one a use, in order of joining
     */
    List<Attachment> attachments();

    /**
     * The buffers.
     *
     * @return empty before memory is taken
     */
    List<SharedBuffer> buffers();

    /**
     * Which memory, and why.
     *
     * @return the explanation of the last decision
     */
    Explanation explain();

    /** Unmaps, and frees buffers that nobody else holds; waits for DMA on them first. Idempotent. */
    @Override
    void close();
}
