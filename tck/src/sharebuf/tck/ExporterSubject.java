package sharebuf.tck;

import java.util.List;
import sharebuf.allocator.Request;
import sharebuf.exporter.Exporter;

/** Makes exporters to be tested. {@link #open} and {@link #close} are called from one thread. */
public interface ExporterSubject {
    /**
     * Makes one; the kit makes its first call, {@code adopt}.
     *
     * @param name of its seat
     * @return a new instance
     * @throws Exception when there is none: the case fails
     */
    Exporter open(String name) throws Exception;

    /**
     * One is no longer used.
     *
     * @param exporter of {@link #open}
     */
    default void close(Exporter exporter) {
    }

    /**
     * Requests that it takes, beside those that the kit makes up: for an exporter that takes only what is marked for it.
     *
     * @return first objects' requests; where there are some, the exporter must take at least one of them
     */
    default List<Request> wanted() {
        return List.of();
    }
}
