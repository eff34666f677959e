package sharebuf.lab;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes a cpio archive in the format "newc", the one that Linux unpacks as initramfs (the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst). Everything belongs to root. Folders on the way to an entry are added by
 * themselves. Paths have no leading slash. Confined to one thread.
 */
final class Cpio implements Closeable {
    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK = 512;

    private final OutputStream out;
    private final Set<String> known = new HashSet<>();
    private long written;
    private int inode;

    Cpio(OutputStream out) {
        this.out = new BufferedOutputStream(out, 1 << 16);
    }

    /** A folder that everybody may enter; the second time nothing happens. */
    void folder(String path) throws IOException {
        if (!path.isEmpty() && known.add(path)) {
            parents(path);
            header(path, FOLDER | 0755, 2, 0, 0, 0, 0);
        }
    }

    /** A file, with its time of modification: Java's class data archive insists on that of {@code lib/modules}. */
    void file(String path, int permissions, Path content) throws IOException {
        parents(path);
        long size = Files.size(content);
        header(path, FILE | permissions, 1, Files.getLastModifiedTime(content).toMillis() / 1000, size, 0, 0);
        if (Files.copy(content, out) != size) {
            throw new IOException(content + " changes while it is read");
        }
        written += size;
        pad(4);
    }

    /** A file of the year 1970. */
    void file(String path, int permissions, byte[] content) throws IOException {
        parents(path);
        header(path, FILE | permissions, 1, 0, content.length, 0, 0);
        write(content);
        pad(4);
    }

    /** A symbolic link. */
    void link(String path, String target) throws IOException {
        parents(path);
        byte[] content = target.getBytes(StandardCharsets.UTF_8);
        header(path, LINK | 0777, 1, 0, content.length, 0, 0);
        write(content);
        pad(4);
    }

    /** A character device for root alone. */
    void device(String path, int major, int minor) throws IOException {
        parents(path);
        header(path, CHARACTER_DEVICE | 0600, 1, 0, 0, major, minor);
    }

    @Override
    public void close() throws IOException {
        inode = 0;
        header("TRAILER!!!", 0, 1, 0, 0, 0, 0);
        pad(BLOCK);
        out.close();
    }

    private void parents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            folder(path.substring(0, slash));
        }
    }

    private void header(String path, int mode, int links, long seconds, long size, int major, int minor) throws IOException {
        if (size > 0xffff_ffffL) {
            throw new IOException(path + ": " + size + " bytes, a cpio archive takes at most 4294967295 a file");
        }
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        write(String.format("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", inode++, mode, 0, 0, links, seconds, size,
                0, 0, major, minor, name.length + 1, 0).getBytes(StandardCharsets.US_ASCII));
        write(name);
        write(new byte[1]);
        pad(4);
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    private void pad(int multiple) throws IOException {
        write(new byte[(int) (-written & (multiple - 1))]);
    }
}
