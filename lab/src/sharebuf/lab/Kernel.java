package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An unpacked kernel. Immutable.
 *
 * @param release as {@code uname -r} tells it
 * @param image   to boot
 * @param modules folder with its modules
 */
record Kernel(String release, Path image, Path modules) {

    static Kernel of(Path root) throws IOException, Trouble {
        List<Path> modules = Tree.list(root.resolve("usr/lib/modules"));
        if (modules.size() != 1) {
            throw Trouble.wrong(root + " has modules of " + modules.size() + " kernels");
        }
        String release = modules.getFirst().getFileName().toString();
        return new Kernel(release, root.resolve("boot/vmlinuz-" + release), modules.getFirst());
    }
}
