package sharebuf.platform.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import sharebuf.linux.Libc.FileId;

/** What the kernel counts of each dma-buf, descriptors, mappings and others, told in {@code /proc/self/fdinfo} below a root. */
final class References {
    private final Path folder;
    private final Map<FileId, Integer> counts = new HashMap<>();
    private final Map<Integer, FileId> descriptors = new HashMap<>();
    private final Map<Long, FileId> mappings = new HashMap<>();

    References(Path root) {
        folder = root.resolve("proc/self/fdinfo");
    }

    synchronized void opened(int fd, FileId file) {
        descriptors.put(fd, file);
        add(file, 1);
    }

    synchronized void closed(int fd) {
        FileId file = descriptors.remove(fd);
        if (file != null) {
            write(() -> Files.deleteIfExists(folder.resolve(Integer.toString(fd))));
            add(file, -1);
        }
    }

    synchronized void mapped(int fd, long address) {
        FileId file = descriptors.get(fd);
        if (file != null && address > 0) {
            mappings.put(address, file);
            add(file, 1);
        }
    }

    synchronized void unmapped(long address) {
        FileId file = mappings.remove(address);
        if (file != null) {
            add(file, -1);
        }
    }

    /** Somebody else, a device or another process, takes or lets go of some references. */
    synchronized void add(int fd, int more) {
        add(descriptors.get(fd), more);
    }

    synchronized int descriptors() {
        return descriptors.size();
    }

    synchronized int mappings() {
        return mappings.size();
    }

    private void add(FileId file, int more) {
        int count = counts.merge(file, more, Integer::sum);
        descriptors.forEach((fd, f) -> {
            if (f.equals(file)) {
                write(() -> {
                    Files.createDirectories(folder);
                    Files.writeString(folder.resolve(Integer.toString(fd)), "pos:\t0\nflags:\t02100002\nsize:\t4096\ncount:\t" + count + "\nexp_name:\tsystem\n");
                });
            }
        });
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
