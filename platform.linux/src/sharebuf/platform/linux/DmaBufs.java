package sharebuf.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
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
        private final long size;
        private final boolean shared;
        private Optional<Descriptor> dmaBuf;
        private final boolean own;
        /** Where its own dma-buf comes from and goes to. */
        private final Optional<Magazine<List<FilePiece>, Descriptor>> kept;
        private String name = "";
        /** CPU accesses that have begun and not ended, by {@link #flags}. */
        private final int[] open = new int[(DmaBuf.DMA_BUF_SYNC_READ | DmaBuf.DMA_BUF_SYNC_WRITE) + 1];

        private Exported(List<FilePiece> pieces, long size, boolean shared, Optional<Descriptor> dmaBuf,
                Optional<Magazine<List<FilePiece>, Descriptor>> kept) {
            this.pieces = pieces;
            this.size = size;
            this.shared = shared;
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
        recycling = new Recycling(descriptors.libc(), machine, mappings);
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
     * @param size its bytes
     * @param shared whether it is lent as pieces of their file
     * @param dmaBuf the dma-buf that it is already; empty to make one of the pieces
     * @param kept where such a one comes from and goes to; empty to make it anew
     */
    synchronized void add(ObjectId id, List<FilePiece> pieces, long size, boolean shared, Optional<Descriptor> dmaBuf,
            Optional<Magazine<List<FilePiece>, Descriptor>> kept) {
        remove(id);
        objects.put(id, new Exported(joined(pieces), size, shared, dmaBuf, kept));
    }

    /** Exchanges two objects under their names: dma-bufs and descriptors go with the memory, so whoever imported one still has it. */
    synchronized void exchange(ObjectId a, ObjectId b) {
        Exported first = objects.get(a);
        Exported second = objects.get(b);
        if (first == null || second == null) {
            throw new IllegalArgumentException((first == null ? a : b) + " is not exported");
        }
        objects.put(a, second);
        objects.put(b, first);
    }

    /** Names the dma-buf, when it is there or as soon as it is. */
    synchronized void name(ObjectId id, String name) {
        Exported object = objects.get(id);
        if (object != null) {
            object.name = name;
            object.dmaBuf.ifPresent(d -> setName(d, name));
        }
    }

    /** The kernel takes a name of 31 bytes at most. One that it refuses, as kernels before 5.3 do all, is no loss. */
    private static void setName(Descriptor dmaBuf, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, DmaBuf.DMA_BUF_NAME_LEN - 1);
        while (length < bytes.length && (bytes[length] & 0xc0) == 0x80) {
            length--; // not in the middle of a character
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(length + 1L); // ends with 0
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, text, 0, length);
            dmaBuf.ioctl(DmaBuf.DMA_BUF_SET_NAME_B, text);
        }
    }

    /** The dma-buf of an object, where there is one already. */
    synchronized Optional<Descriptor> existing(ObjectId id) {
        return Optional.ofNullable(objects.get(id)).flatMap(o -> o.dmaBuf);
    }

    /** The pieces that an object is lent as; empty when it is lent as a dma-buf, or not at all. */
    synchronized Optional<List<FilePiece>> shared(ObjectId id) {
        return Optional.ofNullable(objects.get(id)).filter(o -> o.shared).map(o -> o.pieces);
    }

    synchronized long size(ObjectId id) {
        return objects.get(id).size;
    }

    /** The object that a dma-buf is. */
    synchronized Optional<ObjectId> object(Libc.FileId file) {
        return objects.entrySet().stream().filter(e -> e.getValue().dmaBuf.flatMap(Descriptor::identity).filter(file::equals).isPresent()).map(Map.Entry::getKey).findFirst();
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
                Descriptor made = dmaBuf(object, "udmabuf of " + id);
                begun(object, made);
                object.dmaBuf = Optional.of(made);
                setName(made, object.name.isEmpty() ? id.toString() : object.name);
            } catch (CallFailed e) {
                throw Failures.of(device, "handle of " + id, e.errno(), e.getMessage() + limits());
            }
        }
        Descriptor dmaBuf = object.dmaBuf.get();
        if (!dmaBuf.isIntact()) { // its number may be another file's by now, which no device must get
            throw new DeviceException(Errno.EBADF, device, "handle of " + id, dmaBuf + " was closed by somebody else");
        }
        return dmaBuf;
    }

    /** Accesses that began before there was a dma-buf: their ends would be refused as ends without a start. */
    private static void begun(Exported object, Descriptor made) throws CallFailed {
        try {
            for (int flags = 0; flags < object.open.length; flags++) {
                for (int i = 0; i < object.open[flags]; i++) {
                    sync(made, flags);
                }
            }
        } catch (CallFailed e) {
            made.close();
            throw e;
        }
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
        Optional<Refusal> none = noDmaBuf(number);
        if (none.isPresent()) {
            return Outcome.no(none.get());
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

    /** Takes a second descriptor of a dma-buf; the one that is given stays whose it is. Otherwise as {@link #take}. */
    synchronized Outcome<Taken> takeSecond(int number, long size, long granule, String what) {
        Optional<Refusal> none = noDmaBuf(number);
        if (none.isPresent()) {
            return Outcome.no(none.get());
        }
        int second = descriptors.libc().fcntl(number, Libc.F_DUPFD_CLOEXEC, 0);
        return second < 0 ? Outcome.no(Refusal.of(Errno.of(-second), "descriptor", "no second one of " + number + " to be had", "room in the table of descriptors"))
                : take(second, size, granule, what);
    }

    /** Why a descriptor is no dma-buf. */
    Optional<Refusal> noDmaBuf(int number) {
        long kind = number < 0 ? -Libc.EBADF : descriptors.libc().fileSystem(number);
        if (kind == Libc.DMA_BUF_MAGIC) {
            return Optional.empty();
        }
        return Optional.of(kind < 0 ? Refusal.of(Errno.of((int) -kind), "descriptor", number + ", which is not open", "a dma-buf")
                : Refusal.of(Errno.EINVAL, "descriptor", number + " is a file of type 0x" + Long.toHexString(kind), "a dma-buf"));
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

    /** Begins CPU access: a dma-buf is told, be it there now or made later. Without one no device has the bytes. */
    void begin(ObjectId id, Access access) {
        Optional<Descriptor> dmaBuf = count(id, access, 1);
        try {
            if (dmaBuf.isPresent()) {
                sync(dmaBuf.get(), DmaBuf.DMA_BUF_SYNC_START | flags(access));
            }
        } catch (CallFailed e) {
            count(id, access, -1);
            throw Failures.unexpected(e);
        }
    }

    /** Ends CPU access. */
    void end(ObjectId id, Access access) {
        try {
            Optional<Descriptor> dmaBuf = count(id, access, -1);
            if (dmaBuf.isPresent()) {
                sync(dmaBuf.get(), DmaBuf.DMA_BUF_SYNC_END | flags(access));
            }
        } catch (CallFailed e) {
            throw Failures.unexpected(e);
        }
    }

    private synchronized Optional<Descriptor> count(ObjectId id, Access access, int more) {
        Exported object = objects.get(id);
        if (object == null) {
            return Optional.empty();
        }
        object.open[flags(access)] += more;
        return object.dmaBuf;
    }

    private static int flags(Access access) {
        return (access.reads() ? DmaBuf.DMA_BUF_SYNC_READ : 0) | (access.writes() ? DmaBuf.DMA_BUF_SYNC_WRITE : 0);
    }

    /** Begins or ends CPU access to a dma-buf that no object is yet. */
    static void sync(Descriptor dmaBuf, Access access, int phase) {
        try {
            sync(dmaBuf, phase | flags(access));
        } catch (CallFailed e) {
            throw Failures.unexpected(e);
        }
    }

    /** Outside of the lock where it may wait for a fence. */
    private static void sync(Descriptor dmaBuf, int flags) throws CallFailed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment call = new DmaBufSync(arena.allocate(DmaBufSync.LAYOUT)).flags(flags).segment();
            int done;
            do {
                done = dmaBuf.ioctl(DmaBuf.DMA_BUF_IOCTL_SYNC, call);
            } while (done == -Libc.EAGAIN); // dma-buf.h: again, as for EINTR
            String what = "DMA_BUF_IOCTL_SYNC of " + dmaBuf.what();
            if (done < 0 && !dmaBuf.isIntact()) {
                throw new CallFailed(what + ", which was closed by somebody else", Libc.EBADF);
            }
            CallFailed.check(done, what);
        }
    }

    /** Neighbours of one file become one piece: udmabuf takes a limited number of them. */
    static List<FilePiece> joined(List<FilePiece> pieces) {
        if (pieces.size() == 1) {
            return List.copyOf(pieces);
        }
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
