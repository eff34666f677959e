package sharebuf.platform.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes in a temporary file that is deleted on close: for systems without memfd. Scattered extents cannot be seen as one segment there.
 *
 * <p>Thread-safe.
 */
final class FileBacking implements Backing {
    private final FileChannel file;

    FileBacking() {
        try {
            Path path = Files.createTempFile("sharebuf-dram", ".bytes");
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.SPARSE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "temporary file";
    }

    @Override
    public void grow(long size) {
        try {
            if (file.size() < size) {
                file.write(ByteBuffer.allocate(1), size - 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MemorySegment map(long[] offsets, long[] sizes, Arena arena) {
        if (offsets.length != 1) {
            throw new UnsupportedOperationException("a CPU view of " + offsets.length + " scattered extents needs memfd_create and mmap, that is "
                    + "64-bit Linux with native access enabled; allocate contiguous memory here (attribute CONTIGUOUS)");
        }
        try {
            return file.map(FileChannel.MapMode.READ_WRITE, offsets[0], sizes[0], arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean punch(long offset, long size) {
        return false;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
