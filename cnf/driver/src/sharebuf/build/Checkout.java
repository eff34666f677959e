package sharebuf.build;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The folder with the workspace: where things lie, who may build in it now, and whether the last build is still good. */
final class Checkout implements AutoCloseable {
    final Path root;
    /** When this command began: what is changed after it is not in its build. */
    private final Instant began = Instant.now();
    private FileChannel lock;

    private Checkout(Path root) {
        this.root = root;
    }

    static Checkout at(Path root) throws IOException {
        Path real = root.toRealPath();
        if (!Files.isRegularFile(real.resolve("cnf/build.bnd"))) {
            throw new Problem(2, real + " is no bnd workspace: cnf/build.bnd is missing");
        }
        return new Checkout(real);
    }

    /** Everything of the build that belongs to no single project; git ignores it. */
    Path cache() {
        return root.resolve("cnf/cache");
    }

    /** One line per bundle there is, see {@link BundleIndex}. */
    Path index() {
        return cache().resolve("bundles.index");
    }

    /** The folders that are projects: with a bnd.bnd, apart from cnf. */
    List<Path> projects() throws IOException {
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("bnd.bnd"))).sorted().toList();
        }
    }

    /** Waits until no other build runs in this checkout. Held until this object is closed, or {@link #unlock()}. */
    void lock() throws IOException {
        Files.createDirectories(cache());
        lock = FileChannel.open(cache().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.tryLock();
        if (held == null) {
            System.err.println("sharebuf: waiting for another build in this checkout");
            lock.lock();
        }
    }

    void unlock() throws IOException {
        if (lock != null) {
            lock.close();
            lock = null;
        }
    }

    /** Tells the launcher that nothing older than this command needs a build. */
    void rememberBuild() throws IOException {
        Path stamp = cache().resolve("built");
        if (!Files.exists(stamp)) {
            Files.createFile(stamp);
        }
        Files.setLastModifiedTime(stamp, FileTime.from(began));
    }

    void forgetBuild() throws IOException {
        Files.deleteIfExists(cache().resolve("built"));
        Files.deleteIfExists(index());
        // What interrupted test runs left.
        try (Stream<Path> entries = Files.list(cache())) {
            for (Path left : entries.filter(entry -> entry.getFileName().toString().startsWith("test")).toList()) {
                Files2.delete(left);
            }
        }
    }

    @Override
    public void close() throws IOException {
        unlock();
    }
}
