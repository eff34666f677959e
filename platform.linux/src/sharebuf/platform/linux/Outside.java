package sharebuf.platform.linux;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Lent;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.DmaBufInfo;
import sharebuf.linux.FilePiece;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.node.DeviceException;
import sharebuf.platform.Platform.DmaBufFacts;

/**
 * Descriptors that go to other processes, and what those of other processes are.
 *
 * <p>Thread-safe.
 */
final class Outside {
    private record Given(Descriptor descriptor, Optional<ObjectId> object) {
    }

    private final Libc libc;
    private final Machine machine;
    private final Descriptors descriptors;
    private final DmaBufs dmaBufs;
    private final Map<Integer, Given> given = new ConcurrentHashMap<>();

    Outside(Libc libc, Machine machine, Descriptors descriptors, DmaBufs dmaBufs) {
        this.libc = libc;
        this.machine = machine;
        this.descriptors = descriptors;
        this.dmaBufs = dmaBufs;
    }

    /** A descriptor of an object; of the pool's memfd where the object may be lent as a piece of it. */
    Outcome<Lent.Handle> lend(ObjectId id) {
        try {
            Optional<List<FilePiece>> shared = dmaBufs.shared(id);
            if (shared.isEmpty()) {
                Descriptor dmaBuf = dmaBufs.handle(id, "outside");
                return Outcome.ok(new Lent.Handle(give(dmaBuf, id), Lent.Kind.DMA_BUF, 0, dmaBufs.size(id)));
            }
            if (shared.get().size() > 1) {
                return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "memfd", id + " lies in " + shared.get().size() + " pieces of the pool", "one piece, to be lent as a memfd")
                        .fixedBy("an allocator that places in one piece, or lend=dma-buf"));
            }
            FilePiece piece = shared.get().getFirst();
            return Outcome.ok(new Lent.Handle(give(piece.file(), id), Lent.Kind.MEMFD, piece.offset(), dmaBufs.size(id)));
        } catch (DeviceException e) {
            return Outcome.no(Refusal.of(e.errno(), "descriptor", e.getMessage(), "a dma-buf of " + id));
        } catch (CallFailed e) {
            return Outcome.no(Refusal.of(Errno.of(e.errno()), "descriptor", e.getMessage(), "a second descriptor of " + id));
        }
    }

    private int give(Descriptor file, ObjectId id) throws CallFailed {
        int fd = CallFailed.check(file.enter(), file.what());
        try {
            return given(descriptors.duplicate(fd, file.what() + ", lent"), Optional.of(id));
        } finally {
            file.leave();
        }
    }

    /** A descriptor that somebody outside of the platform has in hands now. */
    int given(Descriptor descriptor, Optional<ObjectId> object) {
        given.put(descriptor.number(), new Given(descriptor, object));
        return descriptor.number();
    }

    void takeBack(int number) {
        Given back = given.remove(number);
        if (back != null) {
            back.descriptor.close();
        }
    }

    /** Whether the kernel counts more references to an object's dma-buf than the platform has descriptors. */
    boolean outside(ObjectId id) {
        Optional<Descriptor> dmaBuf = dmaBufs.existing(id);
        if (dmaBuf.isEmpty()) {
            return false; // none was ever made, or it is lent as a memfd, whose users the kernel does not count
        }
        int fd = dmaBuf.get().enter();
        if (fd < 0) {
            return false;
        }
        try {
            long ours = 1 + dmaBufs.mappings().count(dmaBuf.get()) + given.values().stream().filter(g -> g.object.equals(Optional.of(id))).count();
            return machine.dmaBuf(fd).map(info -> info.count() > ours).orElse(true);
        } finally {
            dmaBuf.get().leave();
        }
    }

    /** What a descriptor of somebody else is. */
    Outcome<DmaBufFacts> inspect(int number) {
        Optional<Refusal> none = dmaBufs.noDmaBuf(number);
        Optional<Libc.FileId> file = none.isEmpty() ? libc.identity(number) : Optional.empty();
        if (file.isEmpty()) {
            return Outcome.no(none.orElseGet(() -> Refusal.of(Errno.EBADF, "descriptor", number + ", which is not open", "a dma-buf")));
        }
        Optional<DmaBufInfo> info = machine.dmaBuf(number);
        return Outcome.ok(new DmaBufFacts(libc.seek(number, 0, Libc.SEEK_END), info.map(DmaBufInfo::exporter).orElse("unknown"), info.map(DmaBufInfo::name).orElse(""),
                file.get().device() + ":" + file.get().inode(), dmaBufs.object(file.get())));
    }

    int count() {
        return given.size();
    }
}
