package sharebuf.broker.solve;

import java.util.List;
import java.util.Optional;
import sharebuf.buffer.Refusal;

/**
 * What is held against memory beyond constraints and offers: what importers refused before, what drivers are known to demand. It orders
 * offers; only what a request has tried already is left out of that request.
 */
public interface Doubts {
    /** Nothing is doubted. */
    Doubts NONE = new Doubts() {
        @Override
        public Doubt of(Regions.Place place, long size) {
            return Doubt.NONE;
        }

        @Override
        public boolean tried(List<String> regions) {
            return false;
        }

        @Override
        public Optional<Refusal> barred(Regions.Place place) {
            return Optional.empty();
        }
    };

    /**
     * A doubt.
     *
     * @param weight the more, the later it is tried; 0 when there is none
     * @param reason for the explanation; empty when there is none
     */
    record Doubt(int weight, String reason) {
        /** There is none. */
        public static final Doubt NONE = new Doubt(0, "");
        /** It was refused together with other memory, and may be innocent. */
        public static final int BESIDE = 1;
        /** A driver is known not to take it. */
        public static final int FACT = 2;
        /** It was refused. */
        public static final int REFUSED = 3;

        /**
         * The graver one.
         *
         * @param other another doubt
         * @return this when both weigh the same
         */
        public Doubt or(Doubt other) {
            return other.weight > weight ? other : this;
        }
    }

    /**
     * What is held against the memory of a region.
     *
     * @param place the region
     * @param size bytes of the object
     * @return the gravest doubt
     */
    Doubt of(Regions.Place place, long size);

    /**
     * Whether a combination was tried in this request.
     *
     * @param regions name of the region of each object, in order
     * @return true: it is left out
     */
    boolean tried(List<String> regions);

    /**
     * What must not be tried: memory that a device would take without a word, to everybody's harm.
     *
     * @param place the region
     * @return why not, with the use that it is about; empty when it may be tried
     */
    Optional<Refusal> barred(Regions.Place place);
}
