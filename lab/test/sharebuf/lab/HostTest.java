package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HostTest {

    @Test
    void namesThePackagesThatAreMissing() {
        Trouble trouble = assertThrows(Trouble.class, () -> Host.check("/nowhere:"));
        assertEquals(2, trouble.exit);
        assertTrue(trouble.getMessage().contains("qemu-system-x86_64"), trouble.getMessage());
        assertTrue(trouble.getMessage().endsWith("qemu-system-x86 apt dpkg xz-utils libc-bin"), trouble.getMessage());
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
    void takesLibrariesFromWhatLddSays() {
        Set<Path> found = Jre.parse("""
            /c/jre/bin/java:
            \tlinux-vdso.so.1 (0x00007ffe)
            \tlibjli.so => /c/jre/bin/../lib/libjli.so (0x00007f00)
            \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f01)
            \t/lib64/ld-linux-x86-64.so.2 (0x00007f02)
            /c/jre/lib/libnio.so:
            \tlibjvm.so => not found
            \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f01)
            \tstatically linked
            """, Path.of("/c/jre"));
        assertEquals(new TreeSet<>(Set.of(Path.of("/lib/x86_64-linux-gnu/libc.so.6"), Path.of("/lib64/ld-linux-x86-64.so.2"))), found);
    }

    @Test
    void optionsAreCheckedBeforeAnythingIsFetched() throws Exception {
        assertTrue(Options.parse(List.of("--help")).help());
        assertEquals(List.of("facts", "sharebuf run x"), Options.parse(List.of("--job", "facts", "--job", "sharebuf run x")).words());
        assertFalse(Options.parse(List.of("--arch", "x86-64")).keep());
        for (List<String> wrong : List.of(List.of("--arch", "arm64"), List.of("--arch", "mips"), List.of("--out"), List.of("board"))) {
            assertEquals(2, assertThrows(Trouble.class, () -> Options.parse(wrong)).exit);
        }
    }

    @Test
    void modulesHaveParameters() {
        assertEquals(Map.of("virtio_gpu", "", "vivid", "n_devs=4 allocators=0,1"),
                Modules.parse(List.of("# remark", "", "virtio-gpu", " vivid   n_devs=4 allocators=0,1 ")));
    }
}
