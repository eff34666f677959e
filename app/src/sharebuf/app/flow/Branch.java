package sharebuf.app.flow;

import java.util.Optional;
import sharebuf.buffer.Attachment;

/**
 * A reader of a set with what belongs to it.
 *
 * @param reader the reader
 * @param attachment its use of the set
 * @param witness who looks at what a simulated device reads
 * @param outcome what a terminal device writes in turn, such as an encoder's bitstream
 */
record Branch(Reader reader, Attachment attachment, Optional<Witness> witness, Optional<Tail> outcome) {
    /** The set that a device at the end of a pipeline writes, read by the CPU. */
    record Tail(Flow flow, VideoWriter writer, CpuReader reader, Optional<Witness> witness) {
    }
}
