package sharebuf.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import sharebuf.allocator.Allocator;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.DmaAttribute;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.RefusedException;
import sharebuf.buffer.Session;
import sharebuf.device.UseId;
import sharebuf.linux.CallFailed;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Descriptors;
import sharebuf.linux.Heaps;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.platform.Platform;
import sharebuf.uapi.DmaHeap;
import sharebuf.uapi.DmaHeapAllocation;

/**
 * {@code bench recycle}: what a buffer costs that was used before, with the product's own bundles in the framework: at the height of the
 * platform (grant and export), and through {@link Session}, beside the kernel's own allocation and beside memset. Confined to the creating
 * thread.
 */
final class RecycleBench {

    private static final String HELP = """
        bench recycle [OPTION…]

        What memory costs that is used again. For the same owner, which asked for what it left (RECYCLED): beside an allocation of the
        kernel, from a dma-heap; where there is none, beside fresh pages of a memfd, without a goal. For another owner, for whom it is
        zeroed: beside memset. Both at the height of the platform and through the public API, for a dma-heap and for a memfd pool with
        udmabuf, as far as this machine has them; what it lacks is said. The time of giving back is not in it, and told by itself.

          --size BYTES   only buffers of so many bytes, a multiple of the page (default: several sizes)
          --rounds N     timed rounds, 1 or more (default 31)
          --warm-up N    seconds that the JIT gets at most for each of both sides of a row (default 10)
          --c FILE       the yardstick in C as a library, compiled before; else it is compiled where there is a compiler; without one
                         memset is MemorySegment.fill
          --json FILE    write the figures as JSON; - for standard output, and nothing else there
          --help         this text

        Exit: 0 done, 2 the call is wrong or this is no Linux. A goal that is missed is told, and is no failure of the call.
        """;

    private static final int ROUNDS = 31;
    private static final Report.Goal SAME_OWNER = new Report.Goal(Report.Kind.RATIO, 0.01);
    private static final Report.Goal OTHER_OWNER = new Report.Goal(Report.Kind.RATIO, 1.2);
    private static final String REGION = "bench";
    /** A page; what a heap may give as one block; NV12 of 1920x1080 and of 3840x2160. */
    private static final Map<String, Long> SIZES = new java.util.LinkedHashMap<>();
    /** Far from the broker's own numbers. */
    private static final ObjectId OBJECT = new ObjectId(new BufferId(Long.MAX_VALUE), 0);

    static {
        SIZES.put("4 KiB", 4096L);
        SIZES.put("1 MiB", 1L << 20);
        SIZES.put("1080p NV12", round(1920 * 1080 * 3 / 2));
        SIZES.put("4K NV12", round(3840 * 2160 * 3 / 2));
    }

    private final BundleContext context;
    private final Libc libc;
    private final Descriptors descriptors;
    private final Machine machine = new Machine(Path.of("/"));
    private final Optional<Yardstick> c;
    private final Map<String, Long> sizes;
    private final Turns turns;
    private final Report report;

    private RecycleBench(BundleContext context, Libc libc, Descriptors descriptors, Optional<Yardstick> c, LinuxOptions options, Report report) {
        this.context = context;
        this.libc = libc;
        this.descriptors = descriptors;
        this.c = c;
        this.sizes = options.size().isPresent() ? Map.of(options.size().getAsLong() + " bytes", options.size().getAsLong()) : SIZES;
        this.turns = options.turns();
        this.report = report;
    }

    private static long round(long size) {
        return size + 4095 & -4096;
    }

    static int run(BundleContext context, String[] args, PrintStream out, PrintStream err) {
        try {
            LinuxOptions options = LinuxOptions.parse("recycle", ROUNDS, true, args);
            if (options.help()) {
                out.print(HELP);
                return Main.DONE;
            }
            Libc libc = Libc.find().orElseThrow(() -> new WrongCall("bench recycle needs 64-bit Linux and --enable-native-access=ALL-UNNAMED"));
            Report report = new Report("recycle");
            List<String> said = new ArrayList<>();
            Optional<Yardstick> c = Yardstick.find(options.c(), said);
            said.forEach(report::about);
            try (Descriptors descriptors = new Descriptors(libc); Wiring platform = new Wiring(context)) {
                platform.configure("sharebuf.linux.platform", Map.of());
                new RecycleBench(context, libc, descriptors, c, options, report).measure();
            }
            report.write(out, options.json());
            return Main.DONE;
        } catch (WrongCall e) {
            err.println(e.getMessage());
            return Main.WRONG_CALL;
        } catch (IOException | RefusedException e) {
            err.println("bench recycle: " + e.getMessage());
            return Main.WRONG_CALL;
        }
    }

    private void measure() throws WrongCall, IOException {
        Optional<Descriptor> heap = heap();
        String fresh = heap.isPresent() ? "DMA_HEAP_IOCTL_ALLOC" : "fresh pages of a memfd";
        Function<Long, Turns.Timed> kernel = size -> heap.isPresent() ? n -> allocations(heap.get(), size, n) : n -> freshPages(size, n);
        Report.Goal goal = heap.isPresent() ? SAME_OWNER : null;
        // A region holds one buffer, so that every owner gets the memory of the one before.
        for (Map.Entry<String, Long> each : heap.isPresent() ? sizes.entrySet() : Set.<Map.Entry<String, Long>>of()) {
            try (Wiring wiring = new Wiring(context)) {
                wiring.configureFactory("sharebuf.linux.heap", REGION, Map.of("sharebuf.region", REGION, "path", heap.get().what(), "size",
                    each.getValue().toString()));
                wiring.configureFactory("sharebuf.allocator.granted", REGION, Map.of("sharebuf.region", REGION, "region.target", "(sharebuf.region=" + REGION + ")"));
                region(wiring, "heap, " + each.getKey(), each.getValue(), fresh, kernel.apply(each.getValue()), goal, Optional.empty());
            }
        }
        boolean udmabuf = Files.isWritable(machine.at("/dev/udmabuf"));
        if (!udmabuf) {
            report.missing("udmabuf: /dev/udmabuf is not there or not to be written, so buffers of the pool have no dma-buf");
        }
        for (Map.Entry<String, Long> each : sizes.entrySet()) {
            try (Wiring wiring = new Wiring(context)) {
                wiring.configureFactory("sharebuf.linux.pool", REGION, Map.of("sharebuf.region", REGION, "size", each.getValue().toString()));
                wiring.configureFactory("sharebuf.allocator.generic", REGION, Map.of("sharebuf.region", REGION, "region.target", "(sharebuf.region=" + REGION + ")"));
                region(wiring, (udmabuf ? "udmabuf, " : "pool, ") + each.getKey(), each.getValue(), fresh, kernel.apply(each.getValue()), goal,
                    udmabuf ? Optional.of(node(wiring)) : Optional.empty());
            }
        }
    }

    private Optional<Descriptor> heap() {
        List<String> names = machine.names(Heaps.FOLDER, ".*");
        if (names.isEmpty()) {
            report.missing("dma-heap: nothing in " + Heaps.FOLDER + ", so the yardstick is fresh memory of a memfd and no goal is judged by it");
        }
        for (String name : names) {
            try {
                return Optional.of(descriptors.open(machine.at(Heaps.FOLDER + "/" + name), Libc.O_RDWR));
            } catch (CallFailed e) {
                report.missing("dma-heap: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** A node, which alone asks for descriptors of buffers. Which device it is does not matter: no ioctl is made. */
    private DeviceNode node(Wiring wiring) throws IOException, WrongCall {
        wiring.configureFactory("sharebuf.linux.device", REGION, Map.of("sharebuf.device", REGION, "sharebuf.node", "drm", "path", "/dev/null",
            "sharebuf.addressSpace", REGION));
        return wiring.made(DeviceNode.class, "(sharebuf.device=" + REGION + ")", "the node");
    }

    private void region(Wiring wiring, String what, long size, String fresh, Turns.Timed kernel, Report.Goal goal, Optional<DeviceNode> node)
            throws WrongCall {
        Platform platform = wiring.service(Platform.class, "(objectClass=*)", "the platform");
        MemoryRegion region = wiring.made(MemoryRegion.class, "(sharebuf.region=" + REGION + ")", "region of " + what);
        wiring.made(Allocator.class, "(sharebuf.region=" + REGION + ")", "its allocator");
        BufferBroker broker = wiring.service(BufferBroker.class, "(objectClass=*)", "the broker");
        String memset = c.isPresent() ? "memset in C" : "MemorySegment.fill";
        Platformed raw = new Platformed(platform, region, node, size);
        List<UseId> cpu = broker.resolve(List.of("cpu")).orThrow();
        BufferSpec recycled = BufferSpec.bytes(size).attributes(Set.of(DmaAttribute.RECYCLED));
        try (Arena arena = Arena.ofConfined(); Session one = broker.open("bench"); Session two = broker.open("bench")) {
            MemorySegment plain = arena.allocate(size, 4096).fill((byte) 1);
            Turns.Timed zeroing = n -> timed(() -> memset(plain, n));
            report.row(what + ", same owner, platform", fresh, turns.measureParts(1, n -> raw.take(n, 1, 1, false), kernel), goal);
            report.row(what + ", same owner, Session", fresh, turns.measureParts(1, n -> take(one, one, recycled, cpu, n), kernel), goal);
            report.row(what + ", other owner, platform", memset, turns.measureParts(2, n -> raw.take(n, 1, 2, true), zeroing), OTHER_OWNER);
            report.row(what + ", other owner, Session", memset, turns.measureParts(2, n -> take(one, two, recycled, cpu, n), zeroing), OTHER_OWNER);
        }
        report.alone(what + ", given back, platform", turns.measureParts(1, raw::giveBack, raw::giveBack).nanos());
    }

    /** What the broker does for a buffer, without the broker. */
    private record Platformed(Platform platform, MemoryRegion region, Optional<DeviceNode> node, long size) {
        /** Time of taking. */
        long take(long calls, long owner, long other, boolean zero) {
            long nanos = 0;
            for (long i = 0; i < calls; i++) {
                long begin = System.nanoTime();
                Extent extent = begin(i % 2 == 0 ? owner : other, zero);
                nanos += System.nanoTime() - begin;
                end(extent);
            }
            return nanos;
        }

        /** Time of giving back. */
        long giveBack(long calls) {
            long nanos = 0;
            for (long i = 0; i < calls; i++) {
                Extent extent = begin(1, false);
                long begin = System.nanoTime();
                end(extent);
                nanos += System.nanoTime() - begin;
            }
            return nanos;
        }

        private Extent begin(long owner, boolean zero) {
            long offset = switch (region.kind()) {
                case GRANTED -> region.grant(size, owner).orThrow();
                case PLACED -> 0;
            };
            Extent extent = new Extent(region.id(), offset, size);
            if (zero) {
                platform.zero(List.of(extent));
            }
            platform.export(OBJECT, List.of(extent), size);
            if (node.isPresent()) {
                try {
                    node.get().handle(OBJECT);
                } catch (DeviceException e) {
                    throw new IllegalStateException(e);
                }
            }
            return extent;
        }

        private void end(Extent extent) {
            platform.withdraw(OBJECT);
            region.ungrant(extent);
        }
    }

    /** Time of taking a set of one, for two sessions in turns. */
    private static long take(Session one, Session two, BufferSpec spec, List<UseId> uses, long calls) {
        long nanos = 0;
        for (long i = 0; i < calls; i++) {
            long begin = System.nanoTime();
            Outcome<BufferSet> set = (i % 2 == 0 ? one : two).allocateFor(spec, uses);
            nanos += System.nanoTime() - begin;
            set.orThrow().close();
        }
        return nanos;
    }

    private void memset(MemorySegment bytes, long calls) {
        if (c.isPresent()) {
            c.get().memset(bytes, calls);
        } else {
            for (long i = 0; i < calls; i++) {
                bytes.fill((byte) 0);
            }
        }
    }

    private static long timed(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return System.nanoTime() - begin;
    }

    /** Time of the ioctl; closing is not in it. */
    private long allocations(Descriptor heap, long size, long calls) {
        long nanos = 0;
        try (Arena arena = Arena.ofConfined()) {
            DmaHeapAllocation call = new DmaHeapAllocation(arena.allocate(DmaHeapAllocation.LAYOUT)).length(size).fdFlags(Libc.O_RDWR | Libc.O_CLOEXEC);
            for (long i = 0; i < calls; i++) {
                call.fd(0);
                long begin = System.nanoTime();
                int done = heap.ioctl(DmaHeap.DMA_HEAP_IOCTL_ALLOC, call.segment());
                nanos += System.nanoTime() - begin;
                if (done < 0) {
                    throw new IllegalStateException("DMA_HEAP_IOCTL_ALLOC of " + size + " bytes: errno " + -done);
                }
                libc.close(call.fd());
            }
        }
        return nanos;
    }

    /** Pages that the kernel has to find and to clear. */
    private long freshPages(long size, long calls) {
        long nanos = 0;
        for (long i = 0; i < calls; i++) {
            long begin = System.nanoTime();
            int fd = libc.memfd("fresh", Libc.MFD_CLOEXEC);
            libc.truncate(fd, size);
            long at = libc.mmap(0, size, Libc.PROT_READ_WRITE, Libc.MAP_SHARED | Libc.MAP_POPULATE, fd, 0);
            nanos += System.nanoTime() - begin;
            if (at < 0 && at > -4096) {
                throw new IllegalStateException("mmap of " + size + " bytes: errno " + -at);
            }
            libc.munmap(at, size);
            libc.close(fd);
        }
        return nanos;
    }
}
