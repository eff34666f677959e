package sharebuf.importer;

import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;

/**
 * Where importers say which jobs are in flight. CPU access, detach and release wait for them. The fences stand in the broker's
 * ledger and outlive the importer.
 *
 * <p>Thread-safe; takes no lock that a plug-in call is made under.
 */
@ProviderType
public interface Fences {
    /**
     * A job on a buffer begins: call before the buffer is queued. The access is that of the use. When somebody outside of this process has
     * the buffer, the kernel's fences on it are awaited first, bounded; then it may take long. A job that writes waits while the buffer is
     * being moved, bounded: hold no lock that the end of a job or {@link Importer#moveNotify} needs, or call {@link #tryBegin}. Ask for the
     * descriptors of the buffer afterwards: a move gives it others.
     *
     * @param use who works
     * @param buffer on what
     * @throws IllegalStateException when the buffer is not mapped for the use
     * @throws sharebuf.buffer.RefusedException when a fence of somebody else did not come: ETIMEDOUT, naming it; EBUSY when a move lasts too
     *         long. No job has begun then; let it pass to the caller
     */
    void begin(UseId use, BufferId buffer);

    /**
     * As {@link #begin}, but a job that would have to wait for a move does not begin: keep it, and begin it when
     * {@link Importer#moveNotify} says that the move is over. So nobody who queues buffers waits for a move.
     *
     * @param use who works
     * @param buffer on what
     * @return true when the job has begun; false when the buffer is being moved and the use writes
     * @throws IllegalStateException as {@link #begin}
     * @throws sharebuf.buffer.RefusedException when a fence of somebody else did not come
     */
    boolean tryBegin(UseId use, BufferId buffer);

    /**
     * The device may read what the buffer holds beyond its jobs, as a decoder reads reference frames that it gave back: memory that the buffer
     * is moved away from is kept until {@link #letGo}. Nothing else waits for it. Does nothing when it was said already.
     *
     * @param use who reads
     * @param buffer what
     * @throws IllegalStateException when the buffer is not mapped for the use
     */
    void keep(UseId use, BufferId buffer);

    /**
     * The device does not read any more what {@link #keep} told. Does nothing when nothing was told.
     *
     * @param use who read
     * @param buffer what
     */
    void letGo(UseId use, BufferId buffer);

    /**
     * The oldest unfinished job of the use on the buffer is over: call when it was dequeued or flipped away. Does nothing when
     * there is none.
     *
     * @param use who worked
     * @param buffer on what
     */
    void complete(UseId use, BufferId buffer);
}
