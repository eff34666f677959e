package sharebuf.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an ELF file of 64 bit, little endian (elf(5) has the layout): a kernel module, a program or a library. Immutable, as long as
 * nobody writes to the bytes. A file that is none, or broken, is an {@link IOException}.
 */
final class Elf {
    private static final int HEADER = 64;
    private static final int SECTION_TABLE = 0x28;
    private static final int SECTION_SIZE = 0x3a;
    private static final int SECTION_COUNT = 0x3c;
    private static final int NAMES = 0x3e;
    private static final int OFFSET = 0x18;
    private static final int SIZE = 0x20;
    private static final long NEEDED = 1;

    private final byte[] bytes;
    private final ByteBuffer elf;

    Elf(byte[] bytes) throws IOException {
        this.bytes = bytes;
        this.elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!isElf(bytes) || bytes[4] != 2 || bytes[5] != 1) {
            throw new IOException("no ELF file of 64 bit, little endian");
        }
    }

    /** Reads a file; empty when it does not begin like one. */
    static Optional<Elf> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            if (!isElf(in.readNBytes(HEADER))) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(new Elf(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isElf(byte[] bytes) {
        return bytes.length >= HEADER && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F';
    }

    /** The modules which have to be there before this one, from the line {@code depends=} of a kernel module. */
    List<String> depends() throws IOException {
        byte[] modinfo = section(".modinfo").orElseThrow(() -> new IOException("no section .modinfo: no kernel module"));
        for (String line : new String(modinfo, StandardCharsets.UTF_8).split("\0")) {
            if (line.startsWith("depends=")) {
                return line.length() == 8 ? List.of() : List.of(line.substring(8).split(","));
            }
        }
        return List.of();
    }

    /** Names of the libraries that a program or library is linked with; none when it is static. */
    List<String> needed() throws IOException {
        Optional<byte[]> dynamic = section(".dynamic");
        if (dynamic.isEmpty()) {
            return List.of();
        }
        byte[] strings = section(".dynstr").orElseThrow(() -> new IOException("no section .dynstr"));
        ByteBuffer entries = ByteBuffer.wrap(dynamic.get()).order(ByteOrder.LITTLE_ENDIAN);
        List<String> needed = new ArrayList<>();
        while (entries.remaining() >= 16) {
            long tag = entries.getLong();
            long value = entries.getLong();
            if (tag == NEEDED) {
                needed.add(string(strings, value));
            }
        }
        return needed;
    }

    /** Path of the loader that a program asks for; empty for a library or a static program. */
    Optional<String> loader() throws IOException {
        Optional<byte[]> path = section(".interp");
        return path.isPresent() ? Optional.of(string(path.get(), 0)) : Optional.empty();
    }

    private Optional<byte[]> section(String wanted) throws IOException {
        try {
            int table = Math.toIntExact(elf.getLong(SECTION_TABLE));
            int size = elf.getShort(SECTION_SIZE);
            int names = Math.toIntExact(elf.getLong(table + size * elf.getShort(NAMES) + OFFSET));
            for (int i = 0; i < Short.toUnsignedInt(elf.getShort(SECTION_COUNT)); i++) {
                int section = table + size * i;
                if (string(bytes, names + elf.getInt(section)).equals(wanted)) {
                    byte[] content = new byte[Math.toIntExact(elf.getLong(section + SIZE))];
                    elf.get(Math.toIntExact(elf.getLong(section + OFFSET)), content);
                    return Optional.of(content);
                }
            }
            return Optional.empty();
        } catch (IndexOutOfBoundsException | ArithmeticException | NegativeArraySizeException e) {
            throw new IOException("the ELF file is broken", e);
        }
    }

    private static String string(byte[] bytes, long start) throws IOException {
        int begin = Math.clamp(start, 0, bytes.length);
        int end = begin;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        if (begin != start || end == bytes.length) {
            throw new IOException("the ELF file is broken: a name outside of its table");
        }
        return new String(bytes, begin, end - begin, StandardCharsets.US_ASCII);
    }
}
