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
     * allocated. Where they do not suit, the policy decides:
     *
     * <table>
     * <caption>What happens to memory that does not suit</caption>
     * <tr><th>policy</th><th>what happens</th></tr>
     * <tr><td>{@link MovePolicy#NEVER}</td><td>refused with what does not suit</td></tr>
     * <tr><td>{@link MovePolicy#ASK}</td><td>refused with EPERM; the refusal tells the plan</td></tr>
     * <tr><td>{@link MovePolicy.Allow}</td><td>every buffer of the set moves when that is not more than the limit, else as ASK</td></tr>
     * </table>
     *
     * <p>A move gives all buffers of the set memory that suits all uses, the new one among them, or none. Names stay ({@link SharedBuffer#id}),
     * {@link SharedBuffer#generation} counts. Jobs go on while the new memory is taken and shown to the devices; then those that write are
     * held back until the bytes are copied. Up to the copy whatever goes wrong leaves the old memory as it was: nobody has other memory
     * (ENOMEM), somebody cannot let go (EBUSY with its name), a job does not end (ETIMEDOUT with its owner). Afterwards the new memory
     * stands: an importer that fails to take it is detached and reported. The old memory is freed when nobody reads it any more.
     *
     * @param use the use
     * @param policy whether buffers may be moved for it
     * @return the attachment, mapped when the set is; refused with what does not suit and a fix
     */
    Outcome<Attachment> attach(UseId use, MovePolicy policy);

    /**
     * What attaching a use would move. Changes nothing.
     *
     * @param use the use
     * @return the plan, which moves nothing when the memory suits; refused when no move would help: as {@link #attach} would refuse, ENOMEM
     *         when there is no other memory now, EBUSY when somebody cannot let go
     * @throws IllegalStateException when the set is closed
     */
    Outcome<MovePlan> plan(UseId use);

    /**
     * The moves of its buffers.
     *
     * @return oldest first; their number is the generation of each buffer
     */
    List<MoveReport> moves();

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
