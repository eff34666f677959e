package sharebuf.broker;

import java.util.List;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.solve.Demand;

/**
 * A set with memory, as it is before somebody joins.
 *
 * @param session whose it is
 * @param demand what its uses need
 * @param records its buffers
 * @param attachments its uses
 */
record Standing(SessionImpl session, Demand demand, List<BufferRecord> records, List<AttachmentImpl> attachments) {
    Standing {
        records = List.copyOf(records);
        attachments = List.copyOf(attachments);
    }
}
