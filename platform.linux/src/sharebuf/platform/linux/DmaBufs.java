package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceException;
import sharebuf.uapi.DmaBuf;
import sharebuf.uapi.DmaBufSync;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.UdmabufCreate;
import sharebuf.uapi.UdmabufCreateItem;
import sharebuf.uapi.UdmabufCreateList;

/**
 * The objects that device nodes know, and their dma-bufs. That of granted memory is the grant itself; for ranges of a memfd one is
 * made when a node first asks, so that what only the CPU touches costs no descriptor and pins no page.
 *
 * <p>Thread-safe.
 */
final class DmaBufs {
    private static final String UDMABUF = "/dev/udmabuf";

    private static final class Exported {
        private final List<FilePiece> pieces;
        private Optional<Descriptor> dmaBuf;
        private final boolean own;
        /** Where its own dma-buf comes from and goes to. */
        private final Optional<Magazine<List<FilePiece>, Descriptor>> kept;

        private Exported(List<FilePiece> pieces, Optional<Descriptor> dmaBuf, Optional<Magazine<List<FilePiece>, Descriptor>> kept) {
            this.pieces = pieces;
            this.dmaBuf = dmaBuf;
            this.kept = kept;
            own = dmaBuf.isEmpty();
        }

        private long bytes() {
            return pieces.stream().mapToLong(FilePiece::size).sum();
        }
    }

    private final Descriptors descriptors;
    private final Machine machine;
    private final Mappings mappings;
    private final Recycling recycling;
    private final Map<ObjectId, Exported> objects = new HashMap<>();
    private Optional<Descriptor> udmabuf = Optional.empty();

    DmaBufs(Descriptors descriptors, Machine machine) {
        this.descriptors = descriptors;
        this.machine = machine;
        mappings = new Mappings(descriptors.libc());
        recycling = new Recycling(machine, mappings);
    }

    Mappings mappings() {
        return mappings;
    }

    Recycling recycling() {
        return recycling;
    }

    /**
     * Adds an object, or gives it other memory.
     *
     * @param pieces its memory in files, in order
     * @param dmaBuf the dma-buf that it is already; empty to make one of the pieces
     * @param kept where such a one comes from and goes to; empty to make it anew
     */
    synchronized void add(ObjectId id, List<FilePiece> pieces, Optional<Descriptor> dmaBuf, Optional<Magazine<List<FilePiece>, Descriptor>> kept) {
        remove(id);
        objects.put(id, new Exported(joined(pieces), dmaBuf, kept));
    }

    synchronized void remove(ObjectId id) {
        Exported gone = objects.remove(id);
        if (gone != null && gone.own && gone.dmaBuf.isPresent()) {
            Descriptor dmaBuf = gone.dmaBuf.get();
            gone.kept.ifPresentOrElse(k -> k.keep(gone.pieces, 0, dmaBuf, gone.bytes(), () -> recycling.onlyOurs(dmaBuf)), dmaBuf::close);
        }
    }

    synchronized int count() {
        return objects.size();
    }

    /** The dma-buf of an object; the same at every call. */
    synchronized Descriptor handle(ObjectId id, String device) throws DeviceException {
        Exported object = objects.get(id);
        if (object == null) {
            throw new DeviceException(Errno.ENOENT, device, "handle", "there is no object " + id);
        }
        if (object.dmaBuf.isEmpty()) {
            try {
                object.dmaBuf = Optional.of(dmaBuf(object, "udmabuf of " + id));
            } catch (CallFailed e) {
                throw Failures.of(device, "handle of " + id, e.errno(), e.getMessage() + limits());
            }
        }
        return object.dmaBuf.get();
    }

    /**
     * A dma-buf that came from outside.
     *
     * @param dmaBuf who closes it
     * @param size its own
     */
    record Taken(Descriptor dmaBuf, long size) {
    }

    /**
     * Takes over the descriptor of a dma-buf, by the rules of {@code Claims.take}: refused, it is closed, unless it is none or ours already.
     *
     * @param number the descriptor
     * @param size bytes that are wanted of it
     * @param granule what the size is a multiple of
     * @param what what it is, for messages
     */
    synchronized Outcome<Taken> take(int number, long size, long granule, String what) {
        Libc libc = descriptors.libc();
        if (number >= 0 && descriptors.owns(number)) {
            return Outcome.no(Refusal.of(Errno.EEXIST, "descriptor", number + " is open here already", "a dma-buf that is handed over once"));
        }
        long kind = number < 0 ? -Libc.EBADF : libc.fileSystem(number);
        if (kind != Libc.DMA_BUF_MAGIC) {
            return kind < 0 ? Outcome.no(Refusal.of(Errno.of((int) -kind), "descriptor", number + ", which is not open", "a dma-buf"))
                    : Outcome.no(Refusal.of(Errno.EINVAL, "descriptor", number + " is a file of type 0x" + Long.toHexString(kind), "a dma-buf"));
        }
        Optional<Descriptor> known = libc.identity(number).flatMap(descriptors::of);
        Descriptor mine = descriptors.adopt(number, what);
        long whole = libc.seek(number, 0, Libc.SEEK_END);
        Refusal why;
        if (known.isPresent()) {
            why = Refusal.of(Errno.EEXIST, "dma-buf", "the platform has it already, as " + known.get(), "a dma-buf that is handed over once");
        } else if ((libc.fcntl(number, Libc.F_GETFL, 0) & Libc.O_ACCMODE) != Libc.O_RDWR) {
            why = Refusal.of(Errno.EACCES, "dma-buf", "not open for reading and writing", "one exported with O_RDWR");
        } else if (size < 1 || size % granule != 0 || size > whole) {
            why = Refusal.of(Errno.EINVAL, "size", size + " of the " + whole + " bytes of the dma-buf", "a multiple of " + granule + ", no more than it has");
        } else {
            libc.fcntl(number, Libc.F_SETFD, Libc.FD_CLOEXEC);
            return Outcome.ok(new Taken(mine, whole));
        }
        mine.close();
        return Outcome.no(why);
    }

    private String limits() {
        return machine.text("/sys/module/udmabuf/parameters/size_limit_mb").map(mb -> " (udmabuf takes at most " + mb + " MiB").map(s ->
                s + machine.text("/sys/module/udmabuf/parameters/list_limit").map(n -> " in " + n + " ranges)").orElse(")")).orElse("");
    }

    private Descriptor dmaBuf(Exported object, String what) throws CallFailed {
        Optional<Descriptor> again = object.kept.flatMap(k -> k.take(object.pieces, 0));
        if (again.isPresent()) {
            again.get().what(what);
            return again.get();
        }
        return descriptors.adopt(create(object.pieces), what);
    }

    private int create(List<FilePiece> pieces) throws CallFailed {
        if (udmabuf.isEmpty()) {
            udmabuf = Optional.of(descriptors.open(machine.at(UDMABUF), Libc.O_RDWR));
        }
        try (Arena arena = Arena.ofConfined()) {
            return pieces.size() == 1 ? createOne(udmabuf.get(), pieces.getFirst(), arena) : createList(udmabuf.get(), pieces, arena);
        }
    }

    private int createOne(Descriptor device, FilePiece piece, Arena arena) throws CallFailed {
        UdmabufCreate call = new UdmabufCreate(arena.allocate(UdmabufCreate.LAYOUT));
        call.memfd(piece.file().number()).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).offset(piece.offset()).size(piece.size());
        return CallFailed.check(recycling.make(() -> device.ioctl(Udmabuf.UDMABUF_CREATE, call.segment())), "UDMABUF_CREATE of " + piece.size() + " bytes");
    }

    private int createList(Descriptor device, List<FilePiece> pieces, Arena arena) throws CallFailed {
        long head = UdmabufCreateList.LAYOUT.byteSize();
        long item = UdmabufCreateItem.LAYOUT.byteSize();
        MemorySegment all = arena.allocate(head + item * pieces.size(), UdmabufCreateItem.LAYOUT.byteAlignment());
        new UdmabufCreateList(all).flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).count(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            FilePiece piece = pieces.get(i);
            new UdmabufCreateItem(all.asSlice(head + i * item)).memfd(piece.file().number()).offset(piece.offset()).size(piece.size());
        }
        return CallFailed.check(recycling.make(() -> device.ioctl(Udmabuf.UDMABUF_CREATE_LIST, all)), "UDMABUF_CREATE_LIST of " + pieces.size() + " ranges");
    }

    /** Begins or ends CPU access, where there is a dma-buf: without one no device has the bytes. */
    void sync(ObjectId id, Access access, int phase) {
        Optional<Descriptor> dmaBuf;
        synchronized (this) {
            Exported object = objects.get(id);
            dmaBuf = object == null ? Optional.empty() : object.dmaBuf;
        }
        if (dmaBuf.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            int flags = phase | (access.reads() ? DmaBuf.DMA_BUF_SYNC_READ : 0) | (access.writes() ? DmaBuf.DMA_BUF_SYNC_WRITE : 0);
            MemorySegment call = new DmaBufSync(arena.allocate(DmaBufSync.LAYOUT)).flags(flags).segment();
            int done;
            do {
                done = dmaBuf.get().ioctl(DmaBuf.DMA_BUF_IOCTL_SYNC, call);
            } while (done == -Libc.EAGAIN); // dma-buf.h: again, as for EINTR
            if (done < 0) {
                throw Failures.unexpected(new CallFailed("DMA_BUF_IOCTL_SYNC of " + id, -done));
            }
        }
    }

    /** Neighbours of one file become one piece: udmabuf takes a limited number of them. */
    static List<FilePiece> joined(List<FilePiece> pieces) {
        List<FilePiece> out = new ArrayList<>();
        for (FilePiece piece : pieces) {
            FilePiece last = out.isEmpty() ? null : out.getLast();
            if (last != null && last.file() == piece.file() && last.offset() + last.size() == piece.offset()) {
                out.set(out.size() - 1, new FilePiece(last.file(), last.offset(), last.size() + piece.size()));
            } else {
                out.add(piece);
            }
        }
        return List.copyOf(out);
    }

    synchronized void close() {
        List.copyOf(objects.keySet()).forEach(this::remove);
        udmabuf.ifPresent(Descriptor::close);
        udmabuf = Optional.empty();
    }
}
