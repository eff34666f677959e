package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** QEMU's screen dumps, for people: each PPM gets a PNG beside it. Stateless. */
final class Screens {
    private Screens() {
    }

    /**
     * Converts all screen dumps below a folder.
     *
     * @param folder the jobs'
     * @param say    is told of a file that cannot be read, as a guest which died may leave one
     * @return the pictures that were made
     */
    static List<Path> convert(Path folder, Progress say) throws IOException {
        List<Path> made = new ArrayList<>();
        for (Path file : Tree.files(folder)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".ppm")) {
                Path png = file.resolveSibling(name.substring(0, name.length() - 3) + "png");
                try {
                    Pictures.write(Pictures.read(file), png);
                    made.add(png);
                } catch (IOException e) {
                    say.say("no PNG of " + file.getParent().getFileName() + "/" + e.getMessage());
                }
            }
        }
        return made;
    }
}
