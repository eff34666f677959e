package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;

/** What others do to descriptors of ours. Stateless. */
final class FaultCases {
    private static final long MIB = 1 << 20;
    private static final int MOST_BUFFERS = 4096;

    private FaultCases() {
    }

    static List<Case> all() {
        return List.of(
                new Case("faults/closed_dma_buf", Level.API, "a descriptor that somebody else closed is named; what got its number is left alone", List.of(Need.BUFFERS),
                        FaultCases::closed),
                new Case("faults/full_table_heap", Level.API, "a full table of descriptors is named (EMFILE), nothing is lost", List.of(Need.HEAP), stage -> {
                    stage.heap(stage.finds().heaps().getFirst(), 64 * MIB);
                    return full(stage, FaultCases::granted);
                }),
                new Case("faults/full_table_udmabuf", Level.API, "a full table of descriptors is named (EMFILE), nothing is lost", List.of(Need.UDMABUF), stage -> {
                    stage.pool(64 * MIB);
                    return full(stage, FaultCases::exported);
                }));
    }

    private static String closed(Stage stage) throws Exception {
        List<String> seen = new ArrayList<>();
        if (!stage.finds().heaps().isEmpty()) {
            try (Stage own = stage.inner()) {
                own.heap(own.finds().heaps().getFirst(), MIB);
                seen.add(closedBehind(own));
            }
        }
        if (!stage.finds().udmabuf().isEmpty()) {
            try (Stage own = stage.inner()) {
                own.pool(MIB);
                seen.add(closedBehind(own));
            }
        }
        return String.join("; ", seen);
    }

    /** Closes the number of an object's dma-buf, and gives it to another file. */
    private static String closedBehind(Stage stage) throws Exception {
        DeviceNode handles = stage.handles();
        BufferSet set = stage.buffers(MIB / 4, 2);
        SharedBuffer victim = set.buffers().getFirst();
        int number = handles.handle(victim.objects().getFirst());
        Libc libc = stage.libc();
        Descriptor file = new Raw(stage).memfd(stage.libc().page(), 0);
        Raw.done("close of another's descriptor", libc.close(number));
        int foreign = CallFailed.check(libc.fcntl(file.number(), Libc.F_DUPFD_CLOEXEC, number), "a descriptor for the number " + number);
        try {
            if (foreign != number) {
                throw new Skipped("the number " + number + " was taken by somebody else in the same moment");
            }
            String told = refused(handles, victim);
            String cpu = refusedToCpu(victim);
            try (CpuAccess other = Stage.open(set.buffers().get(1), Access.WRITE)) {
                other.object(0).fill((byte) 1); // the other buffer does not mind
            }
            set.close();
            CaseFailed.unless(libc.identity(foreign).equals(libc.identity(file.number())), "the file that got the number " + number + " was closed");
            return told + "; " + cpu;
        } finally {
            libc.close(foreign);
        }
    }

    private static String refused(DeviceNode handles, SharedBuffer victim) throws CaseFailed {
        try {
            handles.handle(victim.objects().getFirst());
        } catch (DeviceException e) {
            CaseFailed.unless(e.errno() == Errno.EBADF && e.getMessage().contains("closed by somebody else"), "expected EBADF and who did it, got " + e.getMessage());
            return e.getMessage();
        }
        throw new CaseFailed("a device is handed the number of another file");
    }

    private static String refusedToCpu(SharedBuffer victim) throws CaseFailed {
        try {
            Outcome<CpuAccess> outcome = victim.beginCpuAccess(Access.WRITE, Stage.LIMIT);
            outcome.asOptional().ifPresent(CpuAccess::close);
            CaseFailed.unless(outcome.why().map(w -> w.message().contains("closed by somebody else")).orElse(false), "CPU access after that: " + outcome);
            return outcome.why().orElseThrow().message();
        } catch (IllegalStateException e) {
            CaseFailed.unless(e.getMessage().contains("closed by somebody else"), "CPU access after that: " + e.getMessage());
            return e.getMessage();
        }
    }

    /** Something that needs a descriptor: what was made, or why not. */
    private interface Step {
        Optional<String> play(Stage stage, DeviceNode handles, List<SharedBuffer> made) throws Exception;
    }

    /** A grant of a heap is a descriptor. */
    private static Optional<String> granted(Stage stage, DeviceNode handles, List<SharedBuffer> made) throws Exception {
        Outcome<BufferSet> outcome = stage.session().allocateFor(BufferSpec.bytes(1), List.of(Stage.CPU));
        if (outcome instanceof Outcome.No<BufferSet>(var why)) {
            CaseFailed.unless(why.errno() == Errno.EMFILE || why.message().contains("EMFILE"), "expected EMFILE, got " + why.message());
            return Optional.of(why.message());
        }
        made.addAll(outcome.orThrow().buffers());
        return Optional.empty();
    }

    /** Memory of a pool needs one when it becomes a dma-buf. */
    private static Optional<String> exported(Stage stage, DeviceNode handles, List<SharedBuffer> made) throws Exception {
        SharedBuffer buffer = stage.buffers(1, 1).buffers().getFirst();
        made.add(buffer);
        try {
            handles.handle(buffer.objects().getFirst());
            return Optional.empty();
        } catch (DeviceException e) {
            CaseFailed.unless(e.errno() == Errno.EMFILE, "expected EMFILE, got " + e.getMessage());
            return Optional.of(e.getMessage());
        }
    }

    private static String full(Stage stage, Step step) throws Exception {
        DeviceNode handles = stage.handles();
        List<SharedBuffer> made = new ArrayList<>();
        step.play(stage, handles, made); // once with room: nothing has to be loaded from a file later
        Outcome<BufferSet> warm = stage.session().allocateFor(BufferSpec.bytes(1L << 40), List.of(Stage.CPU));
        CaseFailed.unless(!warm.isOk() && !warm.toString().isEmpty(), "1 TiB was allocated");
        Process process = new Process();
        long most = process.descriptors();
        Optional<String> told = Optional.empty();
        int first = made.size();
        process.descriptors(highest() + 1);
        try {
            while (told.isEmpty() && made.size() < MOST_BUFFERS) {
                told = step.play(stage, handles, made);
            }
        } finally {
            process.descriptors(most);
        }
        CaseFailed.unless(told.isPresent(), MOST_BUFFERS + " descriptors fit into a full table");
        int room = made.size() - first;
        CaseFailed.unless(step.play(stage, handles, made).isEmpty(), "with room again it is still refused");
        for (SharedBuffer buffer : made) {
            handles.handle(buffer.objects().getFirst());
            try (CpuAccess cpu = Stage.open(buffer, Access.READ_WRITE)) {
                cpu.object(0).fill((byte) 1);
            }
        }
        return "room for " + room + ", then " + told.get();
    }

    private static long highest() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.mapToLong(each -> Long.parseLong(each.getFileName().toString())).max().orElse(2);
        }
    }
}
