package sharebuf.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.function.Predicate;

/** Copies source trees. Stateless. */
public final class Tree {
    private static final Set<String> MADE = Set.of(".git", "bin", "bin_test", "generated", "cache", "target");

    private Tree() {
    }

    /**
     * Copies a tree without what builds made in it.
     *
     * @param from the folder
     * @param to where it goes
     * @param top which folders and files of its top level to take
     */
    public static void copy(Path from, Path to, Predicate<String> top) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
                    String name = dir.getFileName().toString();
                    if (!dir.equals(from) && (MADE.contains(name) || dir.getParent().equals(from) && !top.test(name))) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    Files.createDirectories(to.resolve(from.relativize(dir).toString()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
