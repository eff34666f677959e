package sharebuf.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads a kernel module, an ELF file of 64 bit, little endian (elf(5) has the layout). Stateless. */
final class KernelModule {
    private static final int SECTION_TABLE = 0x28;
    private static final int SECTION_SIZE = 0x3a;
    private static final int SECTION_COUNT = 0x3c;
    private static final int NAMES = 0x3e;

    private KernelModule() {
    }

    /** The modules which have to be there before this one, from the line {@code depends=} of its section {@code .modinfo}. */
    static List<String> depends(byte[] module) {
        ByteBuffer elf = ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN);
        if (module.length < 64 || elf.getInt(0) != 0x464c457f || elf.get(4) != 2) {
            throw new IllegalArgumentException("no ELF file of 64 bit");
        }
        int table = Math.toIntExact(elf.getLong(SECTION_TABLE));
        int size = elf.getShort(SECTION_SIZE);
        int names = Math.toIntExact(elf.getLong(table + size * elf.getShort(NAMES) + 0x18));
        for (int i = 0; i < elf.getShort(SECTION_COUNT); i++) {
            int section = table + size * i;
            if (string(module, names + elf.getInt(section)).equals(".modinfo")) {
                int offset = Math.toIntExact(elf.getLong(section + 0x18));
                int length = Math.toIntExact(elf.getLong(section + 0x20));
                return depends(new String(module, offset, length, StandardCharsets.UTF_8));
            }
        }
        throw new IllegalArgumentException("no section .modinfo");
    }

    private static List<String> depends(String modinfo) {
        for (String line : modinfo.split("\0")) {
            if (line.startsWith("depends=")) {
                return line.length() == 8 ? List.of() : List.of(line.substring(8).split(","));
            }
        }
        return List.of();
    }

    private static String string(byte[] bytes, int start) {
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }
}
