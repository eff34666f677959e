package sharebuf.app.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import sharebuf.app.cli.WrongCall;

/** Finds board descriptions: a name under {@code boards/} of the project, or a file. */
public final class Boards {
    /** The board that is taken when none is named. */
    public static final String DEFAULT = "raspberrypi-4";
    private static final String SUFFIX = ".json";

    private Boards() {
    }

    /**
     * Finds a board.
     *
     * @param board a name, or a file (with a slash or ending in {@code .json})
     * @return the file
     * @throws WrongCall when there is none, naming those that there are
     */
    public static Path find(String board) throws WrongCall {
        if (board.contains("/") || board.endsWith(SUFFIX)) {
            Path file = Path.of(board);
            if (Files.isRegularFile(file)) {
                return file;
            }
            throw WrongCall.option("BOARD", board, "a file that exists, or one of " + names());
        }
        Path file = folder().resolve(board + SUFFIX);
        if (Files.isRegularFile(file)) {
            return file;
        }
        throw WrongCall.option("BOARD", board, "one of " + names() + ", or a file");
    }

    /**
     * The names of the boards that come with the project.
     *
     * @return in order
     * @throws WrongCall when the folder cannot be read
     */
    public static List<String> names() throws WrongCall {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(SUFFIX)).map(f -> f.substring(0, f.length() - SUFFIX.length()))
                    .sorted().toList();
        } catch (IOException e) {
            throw new WrongCall("boards: the folder " + folder() + " cannot be read: " + e);
        }
    }

    /** {@code sharebuf.home} is set by the launcher; without it the current folder is the project. */
    private static Path folder() {
        return Path.of(System.getProperty("sharebuf.home", ".")).resolve("boards");
    }
}
