package sharebuf.deploy.folder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Copies of jars that nobody else writes to: what was checked and whose digest was taken is what gets installed, whatever happens in the
 * folder meanwhile. Confined to one thread.
 */
final class Staging {
    /** A copy; its name is that of the original. */
    record Copy(Path file, String sha256) {
    }

    private final Path root;
    private int last;

    Staging(Path root) {
        this.root = root;
    }

    Copy copy(Path jar) throws IOException {
        Path to = Files.createDirectories(root.resolve(Integer.toString(++last))).resolve(jar.getFileName().toString());
        try (InputStream in = Files.newInputStream(jar); DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
                OutputStream out = Files.newOutputStream(to)) {
            digested.transferTo(out);
            return new Copy(to, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A copy that is of no more use. What cannot be deleted stays until the framework's storage goes. */
    void delete(Copy copy) {
        deleteAll(copy.file().getParent());
    }

    void close() {
        deleteAll(root);
    }

    private static void deleteAll(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            return; // see delete
        }
    }
}
