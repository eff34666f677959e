package sharebuf.app.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The jars that the build made or fetched, by symbolic name; a jar is handed out as bytes whose digest is that of the index, so what
 * was checked is what gets installed.
 *
 * <p>Immutable. The index has a line a bundle: name, version, SHA-256 and path, separated by tabs; of several versions of a name the
 * last line counts.
 */
final class BundleFiles {
    private record Entry(String sha256, Path path) {
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Reads the index. */
    BundleFiles(Path index) throws LaunchException {
        try {
            int number = 0;
            for (String line : Files.readAllLines(index)) {
                number++;
                String[] fields = line.split("\t");
                if (fields.length != 4) {
                    throw new LaunchException(index + ":" + number + ": " + fields.length + " fields; needed: name, version, sha256, path");
                }
                entries.put(fields[0], new Entry(fields[2], Path.of(fields[3])));
            }
        } catch (NoSuchFileException e) {
            throw new LaunchException("there is no index of bundles " + index + "; ./sharebuf build makes it", e);
        } catch (IOException e) {
            throw new LaunchException("cannot read the index of bundles " + index + ": " + e.getMessage(), e);
        }
    }

    /** The jar of a bundle, digest checked; empty when the index has no such bundle. */
    Optional<byte[]> read(String name) throws LaunchException {
        Entry entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        try {
            byte[] jar = Files.readAllBytes(entry.path);
            String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
            if (!found.equals(entry.sha256)) {
                throw new LaunchException(entry.path + ": sha256 is " + found + ", the index says " + entry.sha256
                        + "; ./sharebuf build writes a new index");
            }
            return Optional.of(jar);
        } catch (IOException e) {
            throw new LaunchException("cannot read bundle " + name + ": " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
