package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpioTest {
    private static final String NAMES = "a\na/b\na/b/script\na/empty\na/link\n";

    @TempDir
    private Path folder;

    @Test
    void writesTheSameBytesAsCpio() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/cpio")), "there is no cpio to compare with");
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Path list = Files.writeString(folder.resolve("list"), NAMES);
        Path script = tree.resolve("a/b/script");
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\n");
        Files.setLastModifiedTime(script, FileTime.fromMillis(1_700_000_000_000L));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path empty = Files.createFile(tree.resolve("a/empty"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-r--r--"));
        Path link = Files.createSymbolicLink(tree.resolve("a/link"), Path.of("b/script"));
        for (Path each : List.of(empty, tree.resolve("a/b"), tree.resolve("a"))) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(Files.isDirectory(each) ? "rwxr-xr-x" : "rw-r--r--"));
            Files.setLastModifiedTime(each, FileTime.fromMillis(0));
        }
        Program.run(List.of("touch", "-h", "-d", "@0", link.toString()));
        Path theirs = folder.resolve("theirs.cpio");
        Program.run(tree, List.of("sh", "-c", "cpio --quiet --create --format=newc --reproducible --owner=0:0 <" + list + " >" + theirs));

        ByteArrayOutputStream ours = new ByteArrayOutputStream();
        try (Cpio cpio = new Cpio(ours)) {
            cpio.file("a/b/script", 0755, script);
            cpio.file("a/empty", 0644, new byte[0]);
            cpio.link("a/link", "b/script");
        }
        assertArrayEquals(withTwoLinks(Files.readAllBytes(theirs)), ours.toByteArray());
    }

    @Test
    void cpioReadsIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/cpio")), "there is no cpio to read it");
        Path archive = folder.resolve("a.cpio");
        try (Cpio cpio = new Cpio(Files.newOutputStream(archive))) {
            cpio.device("dev/console", 5, 1);
            cpio.file("init", 0755, "x".repeat(1021).getBytes(StandardCharsets.US_ASCII));
        }
        String list = Program.run(List.of("sh", "-c", "cpio --quiet -tv --numeric-uid-gid <" + archive));
        assertEquals(List.of("drwxr-xr-x 2 0 0 0 dev", "crw------- 1 0 0 5, 1 dev/console", "-rwxr-xr-x 1 0 0 1021 init"),
                list.lines().map(line -> line.replaceAll("\\s+", " ").replaceAll(" Jan 1 1970", "")).toList());
    }

    @Test
    void padsHeadersNamesAndContents() throws IOException {
        for (int length = 1; length < 9; length++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Cpio cpio = new Cpio(out)) {
                cpio.file("n".repeat(length), 0644, new byte[length]);
            }
            String archive = out.toString(StandardCharsets.ISO_8859_1);
            int content = (110 + length + 1 + 3) / 4 * 4;
            assertEquals("070701", archive.substring(0, 6));
            assertEquals((content + length + 3) / 4 * 4, archive.indexOf("070701", 6), "the next header after " + length + " bytes");
            assertEquals(0, archive.length() % 512);
        }
    }

    /** How many links a folder has depends on the file system: here each has two. */
    private static byte[] withTwoLinks(byte[] archive) {
        for (int header = 0; !name(archive, header).equals("TRAILER!!!"); header = end(archive, header)) {
            if ((field(archive, header, 1) & 0170000) == 0040000) {
                System.arraycopy("00000002".getBytes(StandardCharsets.US_ASCII), 0, archive, header + 6 + 4 * 8, 8);
            }
        }
        return archive;
    }

    private static int end(byte[] archive, int header) {
        int content = (header + 110 + field(archive, header, 11) + 3) / 4 * 4;
        return (content + field(archive, header, 6) + 3) / 4 * 4;
    }

    private static String name(byte[] archive, int header) {
        return new String(archive, header + 110, field(archive, header, 11) - 1, StandardCharsets.UTF_8);
    }

    /** A field of a header: 13 numbers of 8 hexadecimal digits behind the magic one. */
    private static int field(byte[] archive, int header, int index) {
        return Integer.parseInt(new String(archive, header + 6 + 8 * index, 8, StandardCharsets.US_ASCII), 16);
    }
}
