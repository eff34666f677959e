package sharebuf.importer;

import java.util.List;
import java.util.Objects;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSpec;
import sharebuf.device.UseId;
import sharebuf.format.Layout;

/**
 * Buffers that are mapped for a use of a device.
 *
 * <p>Immutable. It holds no address: what the device needs to know, its node knows.
 *
 * @param id of the attachment, unique
 * @param use the use
 * @param spec what the buffers are
 * @param layout their objects and planes
 * @param buffers the buffers
 */
public record Attached(long id, UseId use, BufferSpec spec, Layout layout, List<BufferId> buffers) {
    /** Copies the list. */
    public Attached {
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(layout, "layout");
        buffers = List.copyOf(buffers);
    }
}
