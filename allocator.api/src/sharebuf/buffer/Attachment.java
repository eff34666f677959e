package sharebuf.buffer;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import sharebuf.device.Use;

/**
 * A use of a set.
 *
 * <p>Thread-safe. Ends by {@link #detach()} or with its set; then every other call throws {@link IllegalStateException}.
 */
@ProviderType
public interface Attachment {
    /**
     * The use.
     *
     * @return as declared when it was attached
     */
    Use use();

    /**
     * How an object of a buffer is mapped for the device.
     *
     * @param object the object
     * @return empty while it is not mapped
     */
    Optional<Mapping> mapping(ObjectId object);

    /**
     * The address at which the device finds an object.
     *
     * @param object the object
     * @return its first address; empty when it is not mapped or the mapping is opaque
     */
    default Optional<DmaAddress> address(ObjectId object) {
        return mapping(object).flatMap(m -> m instanceof Mapping.Addressed a ? Optional.of(a.segments().getFirst().address()) : Optional.empty());
    }

    /**
     * Whether the kernel may copy an object behind everybody's back (swiotlb), because the device does not reach all that its memory may
     * lie in and whoever configured it allowed that.
     *
     * @param object the object
     * @return true when it may; false also when it is not mapped
     */
    boolean mayBounce(ObjectId object);

    /**
     * How many bytes of an object are copied for each job, because the device does not reach its memory and whoever configured its dma_map_ops allowed that.
     *
     * @param object the object
     * @return 0 when the device works on the memory itself, or it is not mapped
     */
    default long bounced(ObjectId object) {
        return 0;
    }

    /**
     * Whether it is over.
     *
     * @return true after detach or close
     */
    boolean detached();

    /** Ends the use: awaits its DMA, unmaps, tells the importer. Idempotent. */
    void detach();

    /**
     * A mapping of an object for one device.
     *
     * <p>Immutable.
     */
    sealed interface Mapping {
        /**
         * In an address space whose entries Sharebuf makes.
         *
         * @param segments in order, at least one
         */
        record Addressed(List<Segment> segments) implements Mapping {
            /** Copies the list. */
            public Addressed {
                segments = List.copyOf(segments);
                if (segments.isEmpty()) {
                    throw new IllegalArgumentException("a mapping has at least one segment");
                }
            }
        }

        /**
         * Made by the kernel at import; nobody else needs to know.
         *
         * @param by who made it
         */
        record Opaque(String by) implements Mapping {
        }

        /**
         * A piece of an address space.
         *
         * @param address its first address
         * @param size in bytes, at least 1
         */
        record Segment(DmaAddress address, long size) {
        }
    }
}
