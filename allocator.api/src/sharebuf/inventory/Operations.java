package sharebuf.inventory;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.device.UseId;

/**
 * What an operator does to sets that applications own: from outside of their sessions, by the number that {@link Snapshot#sets} shows. The
 * application is not asked; it finds the use among the attachments of its set, may detach it, and ends it with the set. An operator's use
 * reserves memory that suits it and maps it for its device; frames are handed out by the application alone.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Operations {
    /**
     * Adds a use to a set.
     *
     * @param set its number
     * @param use the use
     * @param policy whether buffers may be moved for it
     * @return what was attached; refused with ENOENT when no such set is open, else as {@code BufferSet.attach} refuses; then everything is as before
     */
    Outcome<UseId> attach(long set, UseId use, MovePolicy policy);

    /**
     * What adding a use would move. Changes nothing.
     *
     * @param set its number
     * @param use the use
     * @return as {@code BufferSet.plan}; refused with ENOENT when no such set is open
     */
    Outcome<MovePlan> plan(long set, UseId use);

    /**
     * Takes a use from a set, whoever attached it: its DMA is awaited, its importer lets go, its mappings go.
     *
     * @param set its number
     * @param use the use
     * @return refused with ENOENT when no such set is open or the use is not among its uses; with EBUSY when the use writes, since the set is its
     */
    Outcome<Outcome.Done> detach(long set, UseId use);
}
