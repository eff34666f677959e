package sharebuf.mapping;

import java.util.List;
import java.util.Objects;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.memory.Span;

/**
 * Asks to map an object for a use.
 *
 * <p>Immutable.
 *
 * @param device the device
 * @param use the use
 * @param own what the use declares
 * @param access what the device will do
 * @param object the object
 * @param pieces its memory in order, at least one
 */
public record MapRequest(Device device, UseId use, DmaConstraints own, Access access, ObjectId object, List<Piece> pieces) {
    /** Checks and copies. */
    public MapRequest {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(own, "own");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(object, "object");
        pieces = List.copyOf(pieces);
        if (pieces.isEmpty()) {
            throw new IllegalArgumentException(object + " has no memory");
        }
    }

    /**
     * The CPU addresses in order.
     *
     * @return one span a piece
     */
    public List<Span> spans() {
        return pieces.stream().map(Piece::span).toList();
    }

    /**
     * Bytes in all.
     *
     * @return the sum
     */
    public long size() {
        return pieces.stream().mapToLong(p -> p.span().size()).sum();
    }
}
