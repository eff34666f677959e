package sharebuf.deploy.folder;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import sharebuf.deployment.PluginFolder;

/**
 * Looks at a folder whenever the file system says that something changed, when a file may be finished, and every two seconds in any case:
 * network file systems tell nothing, and a folder that was made anew must be registered anew.
 *
 * <p>Thread-safe; a thread of its own looks.
 */
final class WatchedFolder implements PluginFolder {
    private static final Duration RESCAN = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration END = Duration.ofSeconds(60);

    private final Path folder;
    private final FolderScanner scanner;
    private final Staging staging;
    private final Consumer<WatchedFolder> closed;
    private final WatchService changes;
    private final Thread thread;
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * Looks for the first time, then begins to watch.
     *
     * @param closed told once that it is closed
     * @throws IOException when the folder cannot be read
     */
    WatchedFolder(Path folder, FolderScanner scanner, Staging staging, Consumer<WatchedFolder> closed) throws IOException {
        this.folder = folder;
        this.scanner = scanner;
        this.staging = staging;
        this.closed = closed;
        FileStat.list(folder);
        changes = folder.getFileSystem().newWatchService();
        // Registered before the first look: what comes in between is seen by one of the two.
        Optional<WatchKey> key = register();
        Optional<Duration> next = scanner.scan();
        thread = Thread.ofPlatform().name("sharebuf-plugins").daemon().start(() -> watch(key, next));
    }

    private Optional<WatchKey> register() {
        try {
            return Optional.of(folder.register(changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE));
        } catch (IOException e) {
            return Optional.empty(); // the folder is away, or the system has no more watches to give: looking every two seconds has to do
        }
    }

    private void watch(Optional<WatchKey> first, Optional<Duration> due) {
        Optional<WatchKey> key = first;
        Optional<Duration> next = due;
        try {
            while (!over.get()) {
                Duration wait = next.filter(d -> d.compareTo(RESCAN) < 0).orElse(RESCAN);
                WatchKey said = changes.poll(Math.max(wait.toNanos(), SHORTEST.toNanos()), TimeUnit.NANOSECONDS);
                if (said != null) {
                    said.pollEvents();
                    key = said.reset() ? Optional.of(said) : Optional.empty();
                }
                if (key.isEmpty() || !key.get().isValid()) {
                    key = register();
                }
                if (!over.get()) {
                    next = scanner.scan();
                }
            }
        } catch (ClosedWatchServiceException e) {
            return; // close() wakes us so
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            staging.close();
        }
    }

    @Override
    public List<Jar> jars() {
        return scanner.jars();
    }

    @Override
    public void close() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        try {
            changes.close();
        } catch (IOException e) {
            thread.interrupt(); // the other way to wake it
        }
        // Closed by the listener, on the thread itself: it ends when it comes back from there.
        if (Thread.currentThread() != thread) {
            try {
                thread.join(END);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closed.accept(this);
    }
}
