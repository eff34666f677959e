package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Heaps;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.uapi.DmaBuf;
import sharebuf.uapi.DmaBufSync;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;
import sharebuf.uapi.Udmabuf;
import sharebuf.uapi.UdmabufCreate;

/**
 * {@code bench ioctl}: the same ioctl through {@link Descriptor#ioctl}, which is how every device node of the product gets into the
 * kernel, and in C, on the same descriptor in the same process. Confined to the creating thread.
 */
final class IoctlBench {

    private static final String HELP = """
        bench ioctl [OPTION…]

        What an ioctl costs from Java, beside the same ioctl in C: same process, same descriptor, rounds in turns. FIONREAD of a memfd
        everywhere; DMA_BUF_IOCTL_SYNC, DMA_HEAP_IOCTL_ALLOC and UDMABUF_CREATE where their devices can be opened. What this machine
        lacks is said.

          --rounds N     timed rounds, 1 or more (default 101)
          --warm-up N    seconds that the JIT gets at most for each of both sides of a row (default 10)
          --c FILE       the yardstick in C as a library, compiled before; else it is compiled where there is a compiler
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 2 the call is wrong or this is no Linux. A goal that is missed is told, and is no failure of the call.
        """;

    private static final int ROUNDS = 101;
    static final long FIONREAD = 0x541B; // asm-generic/ioctls.h
    static final Report.Goal GOAL = new Report.Goal(Report.Kind.MORE, 150);
    private static final String C = "the same in C";

    private final Libc libc;
    private final Descriptors descriptors;
    private final Machine machine = new Machine(Path.of("/"));
    private final Optional<Yardstick> yardstick;
    private final Turns turns;
    private final Report report;

    private IoctlBench(Libc libc, Descriptors descriptors, Optional<Yardstick> yardstick, Turns turns, Report report) {
        this.libc = libc;
        this.descriptors = descriptors;
        this.yardstick = yardstick;
        this.turns = turns;
        this.report = report;
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            LinuxOptions options = LinuxOptions.parse("ioctl", ROUNDS, false, args);
            if (options.help()) {
                out.print(HELP);
                return Main.DONE;
            }
            Libc libc = Libc.find().orElseThrow(() -> new WrongCall("bench ioctl needs 64-bit Linux and --enable-native-access=ALL-UNNAMED"));
            Report report = new Report("ioctl");
            List<String> said = new ArrayList<>();
            Optional<Yardstick> yardstick = Yardstick.find(options.c(), said);
            said.forEach(report::about);
            try (Descriptors descriptors = new Descriptors(libc)) {
                new IoctlBench(libc, descriptors, yardstick, options.turns(), report).measure();
            }
            report.write(out, options.json());
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (CallFailed | IOException e) {
            err.println("bench ioctl: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private void measure() throws CallFailed {
        try (Arena arena = Arena.ofConfined()) {
            Descriptor memfd = memfd();
            fionread(memfd, arena.allocate(ValueLayout.JAVA_INT));
            Optional<Descriptor> heap = heap();
            Optional<Descriptor> udmabuf = device("/dev/udmabuf");
            Optional<Descriptor> dmaBuf = Optional.empty();
            if (heap.isPresent()) {
                DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(libc.page())
                    .fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
                makeAndClose("DMA_HEAP_IOCTL_ALLOC of a page, close", heap.get(), DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment(), call);
                dmaBuf = Optional.of(made(heap.get(), DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment(), call));
            }
            if (udmabuf.isPresent()) {
                UdmabufCreate call = new UdmabufCreate(arena.allocate(UdmabufCreate.LAYOUT)).memfd(memfd.number())
                    .flags(Udmabuf.UDMABUF_FLAGS_CLOEXEC).size(libc.page());
                makeAndClose("UDMABUF_CREATE of a page, close", udmabuf.get(), Udmabuf.UDMABUF_CREATE, call.segment(), null);
                dmaBuf = dmaBuf.isPresent() ? dmaBuf : Optional.of(made(udmabuf.get(), Udmabuf.UDMABUF_CREATE, call.segment(), null));
            }
            if (dmaBuf.isPresent()) {
                sync(dmaBuf.get(), arena);
            } else {
                report.missing("DMA_BUF_IOCTL_SYNC: there is no dma-buf");
            }
        }
    }

    private Descriptor memfd() throws CallFailed {
        Descriptor memfd = descriptors.adopt(CallFailed.check(libc.memfd("bench", Libc.MFD_CLOEXEC | Libc.MFD_ALLOW_SEALING), "memfd"), "memfd");
        CallFailed.check(libc.truncate(memfd.number(), libc.page()), "size of the memfd");
        CallFailed.check(libc.fcntl(memfd.number(), Libc.F_ADD_SEALS, Libc.F_SEAL_SHRINK), "seal of the memfd");
        return memfd;
    }

    private Optional<Descriptor> heap() {
        List<String> names = machine.names(Heaps.FOLDER, ".*");
        if (names.isEmpty()) {
            report.missing("DMA_HEAP_IOCTL_ALLOC: nothing in " + Heaps.FOLDER);
        }
        return names.stream().map(name -> device(Heaps.FOLDER + "/" + name)).flatMap(Optional::stream).findFirst();
    }

    private Optional<Descriptor> device(String path) {
        try {
            return Optional.of(descriptors.open(machine.at(path), Libc.O_RDWR));
        } catch (CallFailed e) {
            report.missing(e.getMessage());
            return Optional.empty();
        }
    }

    private void fionread(Descriptor memfd, MemorySegment arg) {
        pair("FIONREAD of a memfd, Descriptor.ioctl", n -> repeat(memfd, FIONREAD, arg, n), y -> n -> y.ioctl(memfd.number(), FIONREAD, arg, n));
        pair("FIONREAD of a memfd, Libc.ioctl alone", n -> repeat(libc, memfd.number(), FIONREAD, arg, n),
            y -> n -> y.ioctl(memfd.number(), FIONREAD, arg, n));
    }

    private void sync(Descriptor dmaBuf, Arena arena) {
        MemorySegment arg = new DmaBufSync(arena.allocate(DmaBufSync.LAYOUT)).flags(DmaBuf.DMA_BUF_SYNC_START | DmaBuf.DMA_BUF_SYNC_READ).segment();
        pair("DMA_BUF_IOCTL_SYNC, Descriptor.ioctl", n -> repeat(dmaBuf, DmaBuf.DMA_BUF_IOCTL_SYNC, arg, n),
            y -> n -> y.ioctl(dmaBuf.number(), DmaBuf.DMA_BUF_IOCTL_SYNC, arg, n));
    }

    /** An ioctl that makes a descriptor, adopted and closed as the platform does it. */
    private void makeAndClose(String what, Descriptor device, long request, MemorySegment arg, DmaHeapAllocation answer) {
        MemorySegment made = answer == null ? MemorySegment.NULL : arg.asSlice(DmaHeapAllocation.LAYOUT.byteOffset(
            java.lang.foreign.MemoryLayout.PathElement.groupElement("fd")));
        pair(what, n -> {
            for (long i = 0; i < n; i++) {
                try {
                    made(device, request, arg, answer).close();
                } catch (CallFailed e) {
                    throw new IllegalStateException(e);
                }
            }
        }, y -> n -> y.makeAndClose(device.number(), request, arg, made, n));
    }

    private Descriptor made(Descriptor device, long request, MemorySegment arg, DmaHeapAllocation answer) throws CallFailed {
        if (answer != null) {
            answer.fd(0); // the heap refuses another number
        }
        int done = CallFailed.check(device.ioctl(request, arg), "ioctl of " + device);
        return descriptors.adopt(answer == null ? done : answer.fd(), "dma-buf");
    }

    private void pair(String what, Turns.Work ours, java.util.function.Function<Yardstick, Turns.Work> inC) {
        if (yardstick.isEmpty()) {
            report.alone(what, turns.measure(1, ours, ours).nanos());
        } else {
            report.row(what, C, turns.measure(1, ours, inC.apply(yardstick.get())), GOAL);
        }
    }

    static void repeat(Descriptor descriptor, long request, MemorySegment arg, long calls) {
        for (long i = 0; i < calls; i++) {
            int done = descriptor.ioctl(request, arg);
            if (done < 0) {
                throw new IllegalStateException("ioctl 0x" + Long.toHexString(request) + " of " + descriptor + ": errno " + -done);
            }
        }
    }

    private static void repeat(Libc libc, int fd, long request, MemorySegment arg, long calls) {
        for (long i = 0; i < calls; i++) {
            int done = libc.ioctl(fd, request, arg);
            if (done < 0) {
                throw new IllegalStateException("ioctl 0x" + Long.toHexString(request) + ": errno " + -done);
            }
        }
    }
}
