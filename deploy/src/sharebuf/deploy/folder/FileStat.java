package sharebuf.deploy.folder;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file as it looks from outside. Two looks that are equal mean that nobody wrote to it meanwhile, nor put another file in its place.
 *
 * <p>Immutable.
 *
 * @param kind what it is, links followed
 * @param size in bytes
 * @param modified when it was written last
 * @param key which file it is, where the file system knows
 */
record FileStat(Kind kind, long size, FileTime modified, Optional<Object> key) {
    /** What a name in the folder stands for. */
    enum Kind {
        JAR("a jar"), FOLDER("a folder; only jars that lie directly in here are taken"), DANGLING("a link to nothing"),
        SPECIAL("neither a file nor a folder"), OTHER("no .jar"), UNREADABLE("unreadable");

        final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final FileTime NEVER = FileTime.fromMillis(0);

    /**
     * All of a folder by name; names that begin with a dot are left out, they are what copying programs write under until they are done.
     *
     * @throws IOException when the folder is not there, is none, or cannot be read
     */
    static TreeMap<String, FileStat> list(Path folder) throws IOException {
        TreeMap<String, FileStat> all = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".")) {
                    of(file, name).ifPresent(stat -> all.put(name, stat));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return all;
    }

    /** Empty when it went since it was listed. */
    static Optional<FileStat> of(Path file, String name) {
        try {
            BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
            Kind kind = a.isDirectory() ? Kind.FOLDER : !a.isRegularFile() ? Kind.SPECIAL
                    : !name.regionMatches(true, name.length() - 4, ".jar", 0, 4) ? Kind.OTHER : Files.isReadable(file) ? Kind.JAR : Kind.UNREADABLE;
            return Optional.of(new FileStat(kind, a.size(), a.lastModifiedTime(), Optional.ofNullable(a.fileKey())));
        } catch (IOException e) {
            return Files.isSymbolicLink(file) ? Optional.of(new FileStat(Kind.DANGLING, 0, NEVER, Optional.empty())) : Optional.empty();
        }
    }
}
