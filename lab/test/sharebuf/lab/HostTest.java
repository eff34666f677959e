package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {

    @Test
    void namesThePackagesThatAreMissing() {
        Trouble trouble = assertThrows(Trouble.class, () -> Host.check(Arch.X86_64, "/nowhere:", Host.jdk()));
        assertEquals(2, trouble.exit);
        assertTrue(trouble.lack);
        assertTrue(trouble.getMessage().contains("qemu-system-x86_64"), trouble.getMessage());
        assertTrue(trouble.getMessage().endsWith("qemu-system-x86 apt dpkg xz-utils"), trouble.getMessage());
        assertTrue(assertThrows(Trouble.class, () -> Host.check(Arch.ARM64, "/nowhere", Host.jdk())).getMessage()
                .contains("install --no-install-recommends qemu-system-arm apt"));
    }

    @Test
    void namesOnlyWhatIsMissing(@TempDir Path bin) throws Exception {
        Arch other = Arch.X86_64.ours() ? Arch.ARM64 : Arch.X86_64;
        for (String each : List.of(Arch.X86_64.qemu, Arch.ARM64.qemu, "apt-get", "apt-cache", "dpkg-deb")) {
            program(bin, each);
        }
        Trouble trouble = assertThrows(Trouble.class, () -> Host.check(other, "/nowhere:" + bin, bin));
        assertEquals("this machine lacks xz; on Debian: apt-get install --no-install-recommends xz-utils", trouble.getMessage());
        program(bin, "xz");
        Host.check(other, "/nowhere:" + bin, bin); // Java comes from Debian
        Arch ours = other == Arch.ARM64 ? Arch.X86_64 : Arch.ARM64;
        Trouble jdk = assertThrows(Trouble.class, () -> Host.check(ours, bin.toString(), bin));
        assertTrue(jdk.lack && jdk.getMessage().startsWith(bin + "/bin/jlink is missing"), jdk.getMessage());
        Host.check(ours, bin.toString(), Host.jdk());
    }

    private static void program(Path folder, String name) throws Exception {
        Files.createFile(folder.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    @Test
    void readsHowMuchMemoryThereIs() throws Exception {
        assertEquals(8, Host.memory("MemTotal:        8126828 kB\nMemFree: 1 kB\n"));
        assertEquals(4, Host.memory("MemTotal:    4194304 kB\n"));
        assertEquals(Integer.MAX_VALUE, Host.memory(""));
        assertTrue(Host.memory() > 0);
    }

    @Test
    void takesTheMirrorOfTheMachine() {
        String stanzas = """
            Types: deb
            # http://snapshot.example/debian
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main

            Enabled: no
            Types: deb
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main

            Types: deb deb-src
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates
            Components: main contrib
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
            """;
        assertEquals(Optional.of(new AptSources("http://mirror.example/debian", "/usr/share/keyrings/debian-archive-keyring.gpg")),
                AptSources.of(List.of("deb https://vendor.example/apt cloud main\n", stanzas)));
        assertEquals(Optional.of(new AptSources("http://old.example/debian/", "/k.gpg")),
                AptSources.of(List.of("# deb http://x/debian a main\ndeb [arch=amd64 signed-by=/k.gpg] http://old.example/debian/ bookworm main\n")));
        assertEquals(Optional.of(new AptSources("http://old.example/debian", "")),
                AptSources.of(List.of("deb http://old.example/debian bookworm main contrib\n")));
        assertEquals(Optional.empty(), AptSources.of(List.of("deb http://archive.ubuntu.example/ubuntu noble main\n")));
        assertEquals("Types: deb\nURIs: http://m/debian\nSuites: trixie\nComponents: main\nSigned-By: /k.gpg\n",
                new AptSources("http://m/debian", "/k.gpg").write("trixie"));
    }

    @Test
    void optionsAreCheckedBeforeAnythingIsFetched() throws Exception {
        assertTrue(Options.parse(List.of("--help")).help());
        assertEquals(List.of("facts", "sharebuf run x"), Options.parse(List.of("--job", "facts", "--job", "sharebuf run x")).words());
        assertEquals(Arch.X86_64, Options.parse(List.of()).arch());
        assertEquals(Arch.ARM64, Options.parse(List.of("--arch", "arm64")).arch());
        for (List<String> wrong : List.of(List.of("--arch", "mips"), List.of("--arch"), List.of("--out"), List.of("board"))) {
            assertEquals(2, assertThrows(Trouble.class, () -> Options.parse(wrong)).exit);
        }
    }

    @Test
    void linesOfListsAreForAProcessorOrForAll() {
        List<String> lines = List.of("# remark", "", "virtio-gpu", "cirrus arch=x86-64", " vivid   n_devs=4 allocators=0,1 ", "ls arch=arm64 a b");
        assertEquals(Map.of("virtio_gpu", "", "cirrus", "", "vivid", "n_devs=4 allocators=0,1"), Modules.parse(Setting.of(lines, Arch.X86_64)));
        assertEquals(List.of(new Setting("virtio-gpu", ""), new Setting("vivid", "n_devs=4 allocators=0,1"), new Setting("ls", "a b")),
                Setting.of(lines, Arch.ARM64));
        assertThrows(IllegalArgumentException.class, () -> Setting.of(List.of("x arch=mips"), Arch.ARM64));
    }
}
