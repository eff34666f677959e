package sharebuf.tck;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import sharebuf.device.Use;
import sharebuf.importer.Fences;
import sharebuf.importer.Importer;
import sharebuf.importer.Notes;

/** Makes importers to be tested. {@link #open} and {@link #close} are called from one thread. */
public interface ImporterSubject {
    /**
     * The devices that they drive.
     *
     * @return makers of new ones, at least one: of {@link ImportingVideo}, {@link ImportingCard} or one's own
     */
    List<Supplier<TestDevice>> devices();

    /**
     * Makes one that drives a device; the kit makes its first call, {@code adopt}.
     *
     * @param device whose node is driven
     * @param fences where jobs are told
     * @param notes where it keeps notes
     * @return a new instance
     * @throws Exception when there is none: the case fails
     */
    Importer open(TestDevice device, Fences fences, Notes notes) throws Exception;

    /**
     * One is no longer used.
     *
     * @param importer of {@link #open}
     */
    default void close(Importer importer) {
    }

    /**
     * How the device is made to work for a use.
     *
     * @param importer of {@link #open}
     * @param use of {@code uses()}
     * @return by {@code VideoDevice} or {@code Display} where the importer implements one of them; else empty, unless overridden: then nothing is checked
     *         with work in flight
     */
    default Optional<DeviceWork> work(Importer importer, Use use) {
        return KnownWork.of(importer, use);
    }
}
