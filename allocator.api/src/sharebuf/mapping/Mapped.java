package sharebuf.mapping;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.UseId;
import sharebuf.memory.SegmentRule;

/**
 * A live mapping, as the ledger has it.
 *
 * <p>Immutable.
 *
 * @param device the device
 * @param use the use
 * @param access what the device does
 * @param object the object
 * @param segments as the device sees them, in order; none in an opaque mapping
 * @param opaqueBy who made an opaque mapping; empty for one with segments
 * @param bounced bytes that are copied for each job, once for each direction; 0 when the device works on the object's own memory
 */
public record Mapped(Device device, UseId use, Access access, ObjectId object, List<SegmentRule.Segment> segments, Optional<String> opaqueBy, long bounced) {
    /**
     * A mapping of the object's own memory.
     *
     * @param device the device
     * @param use the use
     * @param access what the device does
     * @param object the object
     * @param segments as the device sees them, in order; none in an opaque mapping
     * @param opaqueBy who made an opaque mapping; empty for one with segments
     */
    public Mapped(Device device, UseId use, Access access, ObjectId object, List<SegmentRule.Segment> segments, Optional<String> opaqueBy) {
        this(device, use, access, object, segments, opaqueBy, 0);
    }

    /**
     * A mapping with segments.
     *
     * @param device the device
     * @param use the use
     * @param access what the device does
     * @param object the object
     * @param segments as the device sees them, in order
     */
    public Mapped(Device device, UseId use, Access access, ObjectId object, List<SegmentRule.Segment> segments) {
        this(device, use, access, object, segments, Optional.empty());
    }

    /** Checks and copies. */
    public Mapped {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(use, "use");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(opaqueBy, "opaqueBy");
        segments = List.copyOf(segments);
    }
}
