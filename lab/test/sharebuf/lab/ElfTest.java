package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads made up files: sections and nothing else. */
class ElfTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatAModuleNeeds() throws IOException {
        assertEquals(List.of("drm", "drm_kms_helper"),
                module("license=GPL\0\0parm=depends=none\0depends=drm,drm_kms_helper\0name=x\0").depends());
        assertEquals(List.of(), module("license=GPL\0depends=\0").depends());
    }

    @Test
    void readsWhatAProgramNeedsAndItsLoader() throws IOException {
        Elf program = new Elf(program("/lib64/ld.so", "liba.so.1", "libb.so"));
        assertEquals(List.of("liba.so.1", "libb.so"), program.needed());
        assertEquals(Optional.of("/lib64/ld.so"), program.loader());
        assertEquals(List.of(), module("depends=\0").needed());
        assertEquals(Optional.empty(), new Elf(program("", "libc.so")).loader());
    }

    @Test
    void whatIsBrokenIsAnErrorAndNoCrash() throws IOException {
        assertThrows(IOException.class, () -> new Elf("no module".repeat(20).getBytes(StandardCharsets.US_ASCII)));
        byte[] good = program("/lib64/ld.so", "liba.so.1");
        int harmless = 0;
        for (int at = 16; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] = (byte) 0xff;
            try {
                new Elf(bad).needed();
                harmless++;
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("broken") || e.getMessage().contains("no section"), e.getMessage());
            }
        }
        assertTrue(harmless > 0 && harmless < good.length - 16 - 50, harmless + " of " + good.length);
        for (int length = 64; length < good.length - 64; length += 7) {
            byte[] cut = java.util.Arrays.copyOf(good, length);
            assertThrows(IOException.class, () -> new Elf(cut).needed());
        }
    }

    @Test
    void findsLibrariesOfLibrariesInPackages() throws Exception {
        Path program = file("tool", program("/lib64/ld.so", "liba.so.1", "libown.so"));
        Path own = file("libown.so", program("", "libc.so.6"));
        Path one = folder.resolve("package-a");
        Path other = folder.resolve("package-c");
        Path real = file("package-a/usr/lib/t/liba.so.1.2", program("", "libc.so.6", "libown.so"));
        Files.createSymbolicLink(real.resolveSibling("liba.so.1"), Path.of("liba.so.1.2"));
        Path libc = file("package-c/usr/lib/t/libc.so.6", program("", "ld.so"));
        Path loader = file("package-c/usr/lib/t/ld.so", program(""));
        file("package-c/usr/lib/t/libm.so.6", program(""));
        assertEquals(Map.of("lib/t/liba.so.1", real, "lib/t/libc.so.6", libc, "lib/t/ld.so", loader, "lib64/ld.so", loader),
                Libraries.of(List.of(program, own, file("script", "#!/bin/sh".getBytes(StandardCharsets.US_ASCII))), List.of(one, other), "t"));
        Trouble trouble = assertThrows(Trouble.class, () -> Libraries.of(List.of(program, own), List.of(one), "t"));
        assertTrue(Set.of("liba.so.1.2 needs libc.so.6", "libown.so needs libc.so.6", "tool needs ld.so")
                .contains(trouble.getMessage().replaceAll(",.*", "")), trouble.getMessage());
    }

    private Path file(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content).toRealPath();
    }

    private static Elf module(String modinfo) throws IOException {
        return new Elf(elf(Map.of(".modinfo", modinfo.getBytes(StandardCharsets.US_ASCII))));
    }

    private static byte[] program(String loader, String... needed) {
        StringBuilder strings = new StringBuilder("\0");
        ByteBuffer dynamic = ByteBuffer.allocate(16 * (needed.length + 2)).order(ByteOrder.LITTLE_ENDIAN);
        dynamic.putLong(12).putLong(4711);
        for (String each : needed) {
            dynamic.putLong(1).putLong(strings.length());
            strings.append(each).append('\0');
        }
        Map<String, byte[]> sections = new LinkedHashMap<>();
        if (!loader.isEmpty()) {
            sections.put(".interp", (loader + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        sections.put(".dynamic", dynamic.array());
        sections.put(".dynstr", strings.toString().getBytes(StandardCharsets.US_ASCII));
        return elf(sections);
    }

    /** Header, contents, names, table of sections with an empty one in front and that of the names behind. */
    private static byte[] elf(Map<String, byte[]> sections) {
        StringBuilder names = new StringBuilder("\0");
        List<long[]> table = new ArrayList<>(List.of(new long[3]));
        ByteBuffer elf = ByteBuffer.allocate(8192).order(ByteOrder.LITTLE_ENDIAN).position(64);
        sections.forEach((name, content) -> {
            table.add(new long[] {names.length(), elf.position(), content.length});
            names.append(name).append('\0');
            elf.put(content);
        });
        table.add(new long[] {names.length(), elf.position(), names.length() + 10});
        elf.put(names.append(".shstrtab\0").toString().getBytes(StandardCharsets.US_ASCII));
        int start = elf.position();
        for (long[] each : table) {
            elf.putInt((int) each[0]).position(elf.position() + 20);
            elf.putLong(each[1]).putLong(each[2]).position(elf.position() + 24);
        }
        byte[] bytes = new byte[elf.position()];
        elf.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
        elf.putLong(0x28, start).putShort(0x3a, (short) 64).putShort(0x3c, (short) table.size()).putShort(0x3e, (short) (table.size() - 1));
        elf.get(0, bytes);
        return bytes;
    }
}
