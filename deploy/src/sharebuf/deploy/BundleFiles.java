package sharebuf.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import sharebuf.deploy.BoardFile.BundleRef;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.BoardException;

/**
 * The jars that a board may name. A jar is handed out as the bytes whose digest was checked, so that nothing else gets installed.
 *
 * <p>Stateless: the index is read at each use, because a build may have written it anew.
 *
 * @param index has a line a bundle: name, version, SHA-256 and path, separated by tabs
 */
record BundleFiles(Path index) {

    /**
     * A jar's bytes.
     *
     * @param board file of the board, for messages and for relative locations
     * @param key where the board names the bundle
     * @param bundle which one
     * @return the jar
     * @throws BoardException when there is none, or its digest is another
     */
    byte[] read(Path board, String key, BundleRef bundle) throws BoardException {
        String file = board.toString();
        if (bundle.location().isPresent()) {
            Path jar = board.toAbsolutePath().resolveSibling(bundle.location().get());
            return checked(file, key, jar, bundle.sha256().orElseThrow());
        }
        TreeSet<String> versions = new TreeSet<>();
        for (String line : lines()) {
            String[] fields = line.split("\t");
            if (fields.length == 4 && fields[0].equals(bundle.name())) {
                versions.add(fields[1]);
                if (fields[1].equals(bundle.version())) {
                    if (bundle.sha256().isPresent() && !bundle.sha256().get().equals(fields[2])) {
                        throw new BoardException(file, key + "/sha256", bundle.sha256().get(), "the digest of " + bundle.name() + ", " + fields[2]);
                    }
                    return checked(file, key, Path.of(fields[3]), fields[2]);
                }
            }
        }
        throw new BoardException(file, key + "/id", bundle.name() + ":" + bundle.version(),
                versions.isEmpty() ? "a bundle of the index; there is no " + bundle.name() : "version " + String.join(", ", versions));
    }

    private Iterable<String> lines() {
        try {
            return Files.readAllLines(index);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the index of bundles " + index + ": " + e, e);
        }
    }

    private static byte[] checked(String file, String key, Path jar, String digest) throws BoardException {
        try {
            byte[] bytes = Files.readAllBytes(jar);
            String found = JarFacts.digest(bytes);
            if (!found.equals(digest)) {
                throw new BoardException(file, key, jar.getFileName() + " with sha256 " + found, "sha256 " + digest);
            }
            return bytes;
        } catch (IOException e) {
            throw new BoardException(file, key, jar.getFileName() + " cannot be read: " + e, "a readable jar");
        }
    }
}
