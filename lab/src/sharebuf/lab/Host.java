package sharebuf.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the machine has to bring. Stateless. */
final class Host {
    /** Programs that a run calls, with the Debian package that has each. */
    private static final Map<String, String> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("qemu-system-x86_64", "qemu-system-x86");
        NEEDED.put("apt-get", "apt");
        NEEDED.put("apt-cache", "apt");
        NEEDED.put("dpkg-deb", "dpkg");
        NEEDED.put("xz", "xz-utils");
        NEEDED.put("ldd", "libc-bin");
    }

    private Host() {
    }

    /** Trouble that names the packages of every program which is not there. */
    static void check(String path) throws Trouble {
        List<String> programs = new ArrayList<>();
        List<String> packages = new ArrayList<>();
        for (Map.Entry<String, String> each : NEEDED.entrySet()) {
            if (!onPath(path, each.getKey())) {
                programs.add(each.getKey());
                if (!packages.contains(each.getValue())) {
                    packages.add(each.getValue());
                }
            }
        }
        if (!programs.isEmpty()) {
            throw Trouble.wrong("this machine lacks " + String.join(", ", programs)
                    + "; on Debian: apt-get install --no-install-recommends " + String.join(" ", packages));
        }
        if (!Files.isExecutable(jdkTool("jlink"))) {
            throw Trouble.wrong(jdkTool("jlink") + " is missing: the guest's Java is linked from a full JDK (Temurin 25, say)");
        }
    }

    /** A tool of the JDK that runs this. */
    static Path jdkTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name);
    }

    /** Whether a program is in one of the folders of a search path. */
    static boolean onPath(String path, String program) {
        for (String folder : path.split(":")) {
            if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder).resolve(program))) {
                return true;
            }
        }
        return false;
    }
}
