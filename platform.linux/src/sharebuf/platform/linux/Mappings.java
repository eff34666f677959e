package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;

/**
 * Files that are mapped once and as a whole, when their bytes are first asked for, and stay mapped until they are dropped and the last
 * view has ended: no system call and no page fault for memory that is used again.
 *
 * <p>Thread-safe.
 */
final class Mappings {
    /** The bytes of a file: unmapped by the last one who lets go of them. */
    private static final class Mapping {
        private final Libc libc;
        private final long address;
        private final long size;
        private final AtomicInteger users = new AtomicInteger(1); // one for being kept

        private Mapping(Libc libc, long address, long size) {
            this.libc = libc;
            this.address = address;
            this.size = size;
        }

        private boolean enter() {
            int n = users.get();
            while (n > 0 && !users.compareAndSet(n, n + 1)) {
                n = users.get();
            }
            return n > 0;
        }

        private void leave() {
            if (users.decrementAndGet() == 0) {
                libc.munmap(address, size);
            }
        }

        /** A part of it, for whoever has entered. */
        @SuppressWarnings("restricted") // inside of what mmap returned
        private MemorySegment bytes(long offset, long length) {
            return MemorySegment.ofAddress(address + offset).reinterpret(length);
        }
    }

    private static final class File {
        private final long size;
        private Optional<Mapping> mapping = Optional.empty();
        private boolean dropped;

        private File(long size) {
            this.size = size;
        }
    }

    private final Libc libc;
    private final Map<Descriptor, File> files = new ConcurrentHashMap<>();

    Mappings(Libc libc) {
        this.libc = libc;
    }

    /**
     * A file is going to be used by the CPU. Nothing is mapped yet.
     *
     * @param file the file
     * @param size in bytes, a multiple of the page
     */
    void keep(Descriptor file, long size) {
        files.put(file, new File(size));
    }

    /** A file is about to be closed: its mapping ends with the last view of it. */
    void drop(Descriptor file) {
        File gone = files.remove(file);
        if (gone != null) {
            synchronized (gone) {
                gone.dropped = true;
                gone.mapping.ifPresent(Mapping::leave);
                gone.mapping = Optional.empty();
            }
        }
    }

    /** How often a file is mapped here: 1 or 0. Views that are still open do not count again. */
    int count(Descriptor file) {
        File known = files.get(file);
        if (known == null) {
            return 0;
        }
        synchronized (known) {
            return known.mapping.isPresent() ? 1 : 0;
        }
    }

    /**
     * A view of part of a file.
     *
     * @param arena ends the view
     * @return the bytes; of a file that is not kept, a mapping of its own
     */
    @SuppressWarnings("restricted") // inside of what mmap returned, with the life of the arena
    MemorySegment view(FilePiece piece, Arena arena) throws CallFailed {
        Optional<Mapping> mapping = enter(piece);
        if (mapping.isEmpty()) {
            return FilePiece.map(libc, List.of(piece), arena);
        }
        Mapping m = mapping.get();
        boolean handed = false;
        try {
            MemorySegment view = m.bytes(piece.offset(), piece.size()).reinterpret(arena, _ -> m.leave());
            handed = true;
            return view;
        } finally {
            if (!handed) { // the arena had ended
                m.leave();
            }
        }
    }

    /** Makes part of a file read zero. */
    void zero(FilePiece piece) throws CallFailed {
        Optional<Mapping> mapping = enter(piece);
        if (mapping.isEmpty()) {
            try (Arena arena = Arena.ofConfined()) {
                libc.zero(FilePiece.map(libc, List.of(piece), arena));
            }
            return;
        }
        try {
            libc.zero(mapping.get().bytes(piece.offset(), piece.size()));
        } finally {
            mapping.get().leave();
        }
    }

    /** Empty where a file is not kept, or cannot be mapped as a whole: then there may still be room for a part of it. */
    private Optional<Mapping> enter(FilePiece piece) {
        File file = files.get(piece.file());
        if (file == null) {
            return Optional.empty();
        }
        synchronized (file) {
            if (file.dropped) {
                return Optional.empty();
            }
            if (file.mapping.isEmpty()) {
                try {
                    file.mapping = Optional.of(new Mapping(libc, new FilePiece(piece.file(), 0, file.size).map(libc), file.size));
                } catch (CallFailed e) {
                    return Optional.empty();
                }
            }
            file.mapping.get().enter();
            return file.mapping;
        }
    }
}
