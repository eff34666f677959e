package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The guest's Java, below {@code /jre} there. For the processor of this machine it is linked from the JDK that runs this, with an
 * archive of class data for the collector which the guest uses, and kept in the cache, one for each JDK. For another processor it is
 * Debian's, with all of its modules. Immutable.
 *
 * @param files by path in the guest, without a leading slash
 */
record Jre(Map<String, Path> files) {
    /** Debian's package with a Java for another processor. */
    static final String PACKAGE = "openjdk-25-jre-headless";
    /** What the product and the framework need: Felix takes jdk.unsupported, its component runtime the other ones. */
    private static final String MODULES = "java.base,java.logging,java.management,java.xml,jdk.unsupported";
    /** Native libraries of these. */
    private static final Set<String> LIBRARIES = Set.of("libjvm.so", "libjli.so", "libjava.so", "libjimage.so", "libverify.so",
            "libzip.so", "libnio.so", "libnet.so", "libextnet.so", "libmanagement.so", "libmanagement_ext.so", "libsyslookup.so",
            "libjsig.so");
    /** The archive of class data is of use only if the guest starts its JVM with the same ones. */
    static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx256m");

    /** Links one, or takes the one of an earlier run. */
    static Jre linked(Path cache, Progress progress) throws IOException, InterruptedException, Trouble {
        Path folder = cache.resolve("jre-" + Runtime.version() + "-" + Integer.toHexString((MODULES + OPTIONS).hashCode()));
        if (!Files.isDirectory(folder)) {
            progress.say("linking a Java for the guest");
            Path fresh = cache.resolve("jre.new");
            Tree.delete(fresh);
            Program.run(List.of(Host.jdk().resolve("bin/jlink").toString(), "--add-modules", MODULES, "--strip-java-debug-attributes",
                    "--no-header-files", "--no-man-pages", "--output", fresh.toString()));
            List<String> dump = new ArrayList<>(List.of(fresh.resolve("bin/java").toString(), "-Xshare:dump"));
            dump.addAll(OPTIONS);
            Program.run(dump);
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        Map<String, Path> files = new TreeMap<>();
        for (Path file : Tree.files(folder)) {
            Path name = folder.relativize(file);
            if (!name.startsWith("legal")) {
                files.put("jre/" + name, file);
            }
        }
        return new Jre(files);
    }

    /**
     * Takes what the modules above need out of Debian's package: its other native libraries need those of other packages. Its
     * configuration is below /etc, with links that lead there.
     *
     * @param root of the unpacked package
     */
    static Jre debian(Path root) throws IOException, Trouble {
        Map<String, Path> files = new TreeMap<>();
        for (Path home : Tree.list(root.resolve("usr/lib/jvm"))) {
            for (Path each : Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS) ? Tree.leaves(home) : List.<Path>of()) {
                Path name = home.relativize(each);
                Path file = Files.isSymbolicLink(each) ? inside(root, each) : each;
                if (isNeeded(name) && Files.isRegularFile(file)) {
                    files.put("jre/" + name, file);
                }
            }
        }
        if (!files.containsKey("jre/bin/java")) {
            throw Trouble.wrong(root + " has no Java");
        }
        return new Jre(files);
    }

    private static boolean isNeeded(Path name) {
        String last = name.getFileName().toString();
        return (name.startsWith("bin/java") || name.startsWith("conf") || name.startsWith("lib")) && (!last.endsWith(".so") || LIBRARIES.contains(last))
                && (!last.endsWith(".jsa") || last.equals("classes.jsa"));
    }

    private static Path inside(Path root, Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        return target.isAbsolute() ? root.resolve(target.toString().substring(1)) : link.resolveSibling(target);
    }
}
