package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The guest's Java: linked from the JDK that runs this, with an archive of class data for the collector that the guest uses, and the
 * machine's C library. Kept in the cache, one for each JDK. Immutable.
 *
 * @param folder    the linked image
 * @param libraries absolute paths, of this machine and of the guest alike, of the loader and the libraries which it loads
 */
record Jre(Path folder, Set<Path> libraries) {
    /** What the product and the framework need: Felix takes jdk.unsupported, its component runtime the other ones. */
    private static final String MODULES = "java.base,java.logging,java.management,java.xml,jdk.unsupported";
    /** The archive of class data is of use only if the guest starts its JVM with the same ones. */
    static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx256m");

    static Jre get(Path cache, Progress progress) throws IOException, InterruptedException, Trouble {
        Path folder = cache.resolve("jre-" + Runtime.version() + "-" + Integer.toHexString((MODULES + OPTIONS).hashCode()));
        if (!Files.isDirectory(folder)) {
            progress.say("linking a Java for the guest");
            Path fresh = cache.resolve("jre.new");
            Tree.delete(fresh);
            Program.run(List.of(Host.jdkTool("jlink").toString(), "--add-modules", MODULES, "--strip-java-debug-attributes",
                    "--no-header-files", "--no-man-pages", "--output", fresh.toString()));
            List<String> dump = new ArrayList<>(List.of(fresh.resolve("bin/java").toString(), "-Xshare:dump"));
            dump.addAll(OPTIONS);
            Program.run(dump);
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new Jre(folder, libraries(folder));
    }

    private static Set<Path> libraries(Path folder) throws IOException, InterruptedException, Trouble {
        List<String> words = new ArrayList<>(List.of("ldd", folder.resolve("bin/java").toString()));
        Tree.files(folder).stream().map(Path::toString).filter(each -> each.endsWith(".so")).forEach(words::add);
        return parse(Program.run(words), folder);
    }

    /** The paths in what ldd says, but those inside a folder. A library which is not found lies beside the one that needs it. */
    static Set<Path> parse(String ldd, Path inside) {
        Set<Path> found = new TreeSet<>();
        for (String line : ldd.lines().toList()) {
            String path = line.replaceAll(" \\(0x.*", "").replaceAll(".*=> ", "").strip();
            if (line.contains("(0x") && path.startsWith("/") && !Path.of(path).normalize().startsWith(inside)) {
                found.add(Path.of(path));
            }
        }
        return found;
    }
}
