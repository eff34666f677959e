package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the machine has to bring. Stateless. */
final class Host {
    private Host() {
    }

    /** Programs that a run calls, with the Debian package that has each. */
    private static Map<String, String> needed(Arch arch) {
        Map<String, String> needed = new LinkedHashMap<>();
        needed.put(arch.qemu, arch.qemuPackage);
        needed.put("apt-get", "apt");
        needed.put("apt-cache", "apt");
        needed.put("dpkg-deb", "dpkg");
        needed.put("xz", "xz-utils");
        return needed;
    }

    /**
     * Trouble that names the packages of every program which is not there.
     *
     * @param path of the environment
     * @param jdk  folder of a JDK
     */
    static void check(Arch arch, String path, Path jdk) throws Trouble {
        List<String> programs = new ArrayList<>();
        List<String> packages = new ArrayList<>();
        needed(arch).forEach((program, name) -> {
            if (!onPath(path, program)) {
                programs.add(program);
                if (!packages.contains(name)) {
                    packages.add(name);
                }
            }
        });
        if (!programs.isEmpty()) {
            throw Trouble.lack("this machine lacks " + String.join(", ", programs)
                    + "; on Debian: apt-get install --no-install-recommends " + String.join(" ", packages));
        }
        if (arch.ours() && !Files.isExecutable(jdk.resolve("bin/jlink"))) {
            throw Trouble.lack(jdk.resolve("bin/jlink") + " is missing: the guest's Java is linked from a full JDK (Temurin 25, say)");
        }
    }

    /** The JDK that runs this. */
    static Path jdk() {
        return Path.of(System.getProperty("java.home"));
    }

    /** GiB of memory that the machine has; as many as can be when it does not say. */
    static int memory() throws IOException {
        Path file = Path.of("/proc/meminfo");
        return Files.isReadable(file) ? memory(Files.readString(file)) : Integer.MAX_VALUE;
    }

    /** The same from the text of {@code /proc/meminfo}, rounded to the next GiB, since the kernel keeps some for itself. */
    static int memory(String meminfo) {
        Matcher total = Pattern.compile("MemTotal: +(\\d+) kB").matcher(meminfo);
        return total.find() ? (int) Math.ceilDiv(Long.parseLong(total.group(1)), 1L << 20) : Integer.MAX_VALUE;
    }

    /**
     * A command that the kernel ends when the thread that starts it ends, so that a JVM which was killed leaves no emulator behind. A
     * machine without setpriv of util-linux 2.33 or newer goes without that.
     */
    static List<String> tied(List<String> command) {
        if (!onPath(System.getenv().getOrDefault("PATH", ""), "setpriv")) {
            return command;
        }
        List<String> tied = new ArrayList<>(List.of("setpriv", "--pdeathsig", "TERM", "--"));
        tied.addAll(command);
        return tied;
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
