package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The kernel modules of the guest, uncompressed, in the order they are loaded in. Immutable. */
final class Modules {
    private final Map<String, byte[]> contents = new LinkedHashMap<>();
    private final Map<String, String> options;

    /**
     * Finds modules with all that they depend on.
     *
     * @param tree    folder with the modules of a kernel
     * @param options parameters by name of a wanted module
     */
    Modules(Path tree, Map<String, String> options) throws IOException, InterruptedException, Trouble {
        this.options = options;
        Map<String, Path> files = new HashMap<>();
        for (Path file : Tree.files(tree.resolve("kernel"))) {
            String name = file.getFileName().toString();
            if (name.contains(".ko")) {
                files.put(LoadOrder.normal(name.substring(0, name.indexOf(".ko"))), file);
            }
        }
        Map<String, byte[]> read = new HashMap<>();
        for (String name : LoadOrder.of(List.copyOf(options.keySet()), name -> new Elf(read(name, files, read)).depends())) {
            contents.put(name, read.get(name));
        }
    }

    /** What {@code lab/guest/modules} says: the parameters by name. */
    static Map<String, String> parse(List<Setting> lines) {
        Map<String, String> options = new LinkedHashMap<>();
        lines.forEach(each -> options.put(LoadOrder.normal(each.name()), each.rest()));
        return options;
    }

    /** The bytes by name, in loading order. */
    Map<String, byte[]> contents() {
        return contents;
    }

    /** What the guest goes by: a name and its parameters a line. */
    String order() {
        StringBuilder order = new StringBuilder();
        contents.keySet().forEach(name -> order.append((name + " " + options.getOrDefault(name, "")).strip()).append('\n'));
        return order.toString();
    }

    private static byte[] read(String name, Map<String, Path> files, Map<String, byte[]> read)
            throws IOException, InterruptedException, Trouble {
        byte[] content = read.get(name);
        if (content == null) {
            Path file = files.get(name);
            if (file == null) {
                throw Trouble.wrong("this kernel has no module " + name + "; one that is built in needs no line in lab/guest/modules");
            }
            content = file.toString().endsWith(".xz") ? Program.bytes(Path.of("."), List.of("xz", "-dc", file.toString()))
                    : Files.readAllBytes(file);
            read.put(name, content);
        }
        return content;
    }
}
