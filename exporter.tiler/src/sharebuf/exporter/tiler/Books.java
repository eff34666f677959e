package sharebuf.exporter.tiler;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The book of each container, by the name of the region whose pages are in it: one for the services of the bundle. Thread-safe. */
@Component(service = Books.class)
public final class Books {
    private final Map<String, Book> books = new ConcurrentHashMap<>();

    /** No container is known. */
    @Activate
    public Books() {
        // Opened when they are asked for.
    }

    Book of(String region) {
        return books.computeIfAbsent(region, _ -> new Book());
    }
}
