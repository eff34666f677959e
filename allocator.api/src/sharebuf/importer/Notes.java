package sharebuf.importer;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.buffer.BufferId;
import sharebuf.device.UseId;
import sharebuf.plugin.Note;

/**
 * Where importers keep what only they understand of a buffer, such as its framebuffers, so that a successor can go on with it. The
 * notes stand in the broker's ledger, unread, and outlive the importer; they end when the buffer is detached from the use.
 *
 * <p>Thread-safe; takes no lock that a plug-in call is made under.
 */
@ProviderType
public interface Notes {
    /**
     * Keeps a note in place of the last one.
     *
     * @param use whose
     * @param buffer about what
     * @param note the note
     * @throws IllegalStateException when the buffer is not mapped for the use
     */
    void keep(UseId use, BufferId buffer, Note note);

    /**
     * Drops the note; does nothing when there is none.
     *
     * @param use whose
     * @param buffer about what
     */
    void drop(UseId use, BufferId buffer);

    /**
     * The note.
     *
     * @param use whose
     * @param buffer about what
     * @return as it was kept last; empty when there is none
     */
    Optional<Note> kept(UseId use, BufferId buffer);
}
