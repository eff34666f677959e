package sharebuf.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A project and a machine to run the lab on, as processes: apt, dpkg and QEMU are shell scripts, packages are made up, the guest does
 * nothing and says that it went well. Files in the machine's folder make the scripts fail or wait.
 */
final class FakeMachine {
    /** The guest's Java is then a package too, and no JDK is linked. */
    static final Arch ARCH = Arch.X86_64.ours() ? Arch.ARM64 : Arch.X86_64;

    private static final String APT_GET = """
        case "$*" in
            *update*) [ ! -f "$MACHINE/no-network" ] || { echo 'E: Failed to fetch' >&2; exit 100; } ;;
            *--print-uris*)
                shift 4
                for name; do echo "'http://x/$name' ${name}_1_all.deb 1000000 SHA256:0"; done ;;
            *download*)
                shift 3
                wait_for download
                for name; do echo "$name" >>"$MACHINE/downloads"; echo >"${name}_1_all.deb"; done ;;
        esac
        """;
    private static final String APT_CACHE = "echo 'Depends: linux-image-6.0-fake (= 1), other'\n";
    private static final String DPKG_DEB = """
        name=$(basename "$2")
        mkdir -p "$3/usr/lib"
        wait_for unpack
        case $name in
            linux*) mkdir -p "$3/usr/lib/modules/6.0-fake/kernel" ;;
            busybox*) mkdir -p "$3/usr/bin"; echo >"$3/usr/bin/busybox" ;;
            openjdk*) mkdir -p "$3/usr/lib/jvm/java/bin"; echo >"$3/usr/lib/jvm/java/bin/java" ;;
        esac
        """;
    private static final String QEMU = """
        echo $$ >"$MACHINE/qemu.pid"
        wait_for boot
        place=${2#sharebuf-lab-}
        cp "$MACHINE/sums" "$place/bundles.sha256"
        echo >"$place/ready"
        while read -r name limit command; do
            mkdir -p "jobs/$name"
            echo 0 1 2 >"jobs/$name/exit"
        done <"$place/jobs.list"
        echo >"$place/done"
        """;
    /** Tells "here" through one pipe and waits for the other, if the step is one to wait at. */
    private static final String WAIT = """
        #!/bin/sh
        wait_for() {
            if [ "$(cat "$MACHINE/wait" 2>/dev/null)" = "$1" ]; then
                echo here >"$MACHINE/here"
                exec cat "$MACHINE/go"
            fi
        }
        """;

    private final Path home;
    private final Path machine;

    FakeMachine(Path folder) throws Exception {
        home = Files.createDirectories(folder.resolve("home"));
        machine = Files.createDirectories(folder.resolve("machine"));
        FakeProduct product = new FakeProduct(home);
        Path guest = Files.createDirectories(home.resolve("lab/guest/bin")).getParent();
        Files.writeString(guest.resolve("jobs"), "one 9 arch=any x\ntwo 9 arch=any x\n");
        Files.writeString(guest.resolve("modules"), "");
        Files.writeString(guest.resolve("packages"), "libc6\n");
        Files.writeString(guest.resolve("init"), "#!/bin/sh\n");
        Files.write(machine.resolve("sums"), product.sums(Product.read(home, product.index())));
        Path bin = Files.createDirectories(machine.resolve("bin"));
        script(bin.resolve("apt-get"), APT_GET);
        script(bin.resolve("apt-cache"), APT_CACHE);
        script(bin.resolve("dpkg-deb"), DPKG_DEB);
        script(bin.resolve("xz"), "");
        script(bin.resolve(ARCH.qemu), QEMU);
        if (new ProcessBuilder("mkfifo", machine.resolve("here").toString(), machine.resolve("go").toString()).start().waitFor() != 0) {
            throw new IOException("mkfifo failed");
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, WAIT + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The project's root. */
    Path home() {
        return home;
    }

    /** A file that a script looks at or writes. */
    Path file(String name) {
        return machine.resolve(name);
    }

    /** Makes the scripts wait at a step: download, unpack or boot; at none when it is empty. */
    void waitAt(String step) throws IOException {
        Files.writeString(file("wait"), step);
    }

    /** Returns as soon as a script has come to the step. */
    void awaitStep() throws IOException {
        Files.readString(file("here"));
    }

    /** Lets the script that waits go to its end, without doing more. */
    void go() throws IOException {
        Files.writeString(file("go"), "");
    }

    /** Starts the lab; standard error comes as standard output. */
    Process lab(String... options) throws IOException {
        // Who runs the tests in the background of a script has the interrupt ignored, and so have all that he starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT", Host.jdk().resolve("bin/java").toString(), "-XX:+UseSerialGC", "-Xshare:auto",
                "-Dsharebuf.home=" + home, "-Dsharebuf.index=" + home.resolve("bundles.index"), "-cp", System.getProperty("java.class.path"),
                "sharebuf.lab.Main", "--arch", ARCH.word));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectInput(new File("/dev/null")).redirectErrorStream(true);
        builder.environment().put("PATH", machine.resolve("bin") + ":/usr/bin:/bin");
        builder.environment().put("MACHINE", machine.toString());
        return builder.start();
    }

    /** Runs the lab to its end; its exit code is the first line. */
    String run(String... options) throws Exception {
        return end(lab(options));
    }

    /** Waits for the end of a lab that was started. */
    static String end(Process lab) throws Exception {
        String said = new String(lab.getInputStream().readAllBytes());
        if (!lab.waitFor(60, TimeUnit.SECONDS)) {
            lab.destroyForcibly();
            throw new AssertionError("the lab does not end: " + said);
        }
        return lab.exitValue() + "\n" + said;
    }
}
