package sharebuf.tck.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sharebuf.buffer.BufferSet;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.CpuAccess;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.SharedBuffer;
import sharebuf.device.Access;
import sharebuf.linux.Descriptor;
import sharebuf.linux.Libc;
import sharebuf.node.DeviceException;
import sharebuf.node.DeviceNode;
import sharebuf.uapi.DmaHeapAllocation;

/** Cases after the kernel's {@code tools/testing/selftests/dmabuf-heaps/dmabuf-heap.c}. Stateless. */
final class HeapCases {
    private static final String MODEL = "selftests/dmabuf-heaps ";
    private static final long MIB = 1 << 20;
    private static final int EINVAL = 22;
    private static final int ENOTTY = 25;
    /** What is written in {@link #zeroed} at most: on a machine with more memory nobody knows whether pages came back. */
    private static final long MOST = 4096 * MIB;
    private static final int OPEN_FLAGS = Libc.O_RDWR | Libc.O_CLOEXEC;

    private HeapCases() {
    }

    static List<Case> all() {
        return List.of(new Case("dmabuf-heaps/alloc_and_import", Level.API, MODEL + "test_alloc_and_import", List.of(Need.HEAP), HeapCases::allocAndImport),
                new Case("dmabuf-heaps/alloc_zeroed", Level.API, MODEL + "test_alloc_zeroed", List.of(Need.HEAP), HeapCases::zeroed),
                new Case("dmabuf-heaps/recycled_zeroed", Level.API, "memory that is used again without the kernel reads zero too", List.of(Need.HEAP), HeapCases::recycled),
                new Case("dmabuf-heaps/alloc_bounds", Level.API, "a size that the kernel would take until it runs out of memory", List.of(Need.HEAP), HeapCases::bounds),
                new Case("dmabuf-heaps/alloc_errors", Level.UAPI, MODEL + "test_alloc_errors", List.of(Need.HEAP), HeapCases::errors),
                new Case("dmabuf-heaps/alloc_compat", Level.UAPI, MODEL + "test_alloc_compat", List.of(Need.HEAP), HeapCases::compat));
    }

    /** One MiB of each heap, written by the CPU before and while each DRM node that imports has it. */
    private static String allocAndImport(Stage stage) throws Exception {
        List<String> seen = new ArrayList<>();
        Map<String, DeviceNode> cards = cards(stage);
        for (String heap : stage.finds().heaps()) {
            try (Stage own = stage.inner()) {
                own.heap(heap, 16 * MIB);
                SharedBuffer buffer = own.buffers(MIB, 1).buffers().getFirst();
                try (CpuAccess cpu = Stage.open(buffer, Access.WRITE)) {
                    cpu.object(0).asSlice(0, MIB / 2).fill((byte) 1);
                    cpu.object(0).asSlice(MIB / 2).fill((byte) 0);
                }
                seen.add(heap + " imported by " + imported(buffer, cards));
            }
        }
        return String.join("; ", seen);
    }

    private static Map<String, DeviceNode> cards(Stage stage) throws Exception {
        Map<String, DeviceNode> cards = new LinkedHashMap<>();
        for (String path : stage.finds().cards()) {
            DeviceNode node = stage.devices().node(path);
            if (Prime.imports(node)) {
                cards.put(Prime.driver(node) + " " + node.device().name(), node);
            }
        }
        return cards;
    }

    private static String imported(SharedBuffer buffer, Map<String, DeviceNode> cards) throws Exception {
        List<String> imported = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        byte round = 2;
        for (Map.Entry<String, DeviceNode> each : cards.entrySet()) {
            DeviceNode node = each.getValue();
            try {
                int handle = Prime.handle(node, node.handle(buffer.objects().getFirst()));
                write(buffer, round);
                Prime.close(node, handle);
                check(buffer, round, each.getKey());
                round++;
                imported.add(each.getKey());
            } catch (DeviceException e) {
                // vgem is there to take any dma-buf; what another driver takes is its own affair.
                CaseFailed.unless(!each.getKey().startsWith("vgem "), each.getKey() + " refuses: " + e.getMessage());
                refused.add(each.getKey() + " (" + e.errno() + ")");
            }
        }
        return (imported.isEmpty() ? "nobody" : String.join(", ", imported)) + (refused.isEmpty() ? "" : ", refused by " + String.join(", ", refused));
    }

    private static void write(SharedBuffer buffer, byte value) {
        try (CpuAccess cpu = Stage.open(buffer, Access.WRITE)) {
            cpu.object(0).fill(value);
        }
    }

    private static void check(SharedBuffer buffer, byte value, String who) throws CaseFailed {
        try (CpuAccess cpu = Stage.open(buffer, Access.READ)) {
            MemorySegment bytes = cpu.object(0);
            for (long i = 0; i < bytes.byteSize(); i += 512) {
                CaseFailed.unless(bytes.get(ValueLayout.JAVA_BYTE, i) == value, "byte " + i + " was written while " + who + " had the buffer, and is lost");
            }
        }
    }

    /**
     * Buffers written with ones and freed, again and again, until more was written than could be had at first: then pages have come
     * back for certain. Each new one must read zero: the first ones in every byte, later ones in the bytes that were written.
     */
    private static String zeroed(Stage stage) throws Exception {
        long free = stage.memoryFree();
        List<String> seen = new ArrayList<>();
        for (String heap : stage.finds().heaps()) {
            try (Stage own = stage.inner()) {
                long batch = Math.clamp(free / 16 / MIB * MIB, MIB, 64 * MIB);
                own.heap(heap, batch);
                long written = 0;
                while (written < Math.min(free, MOST)) {
                    boolean every = written < 2 * batch;
                    try (BufferSet set = own.buffers(batch, 1); CpuAccess cpu = Stage.open(set.buffers().getFirst(), Access.READ_WRITE)) {
                        zeroThenOnes(cpu.object(0), heap, every);
                    }
                    written += batch;
                }
                seen.add(heap + ": " + written / MIB + " MiB written and allocated again, all zero" + (written < free ? "" : "; pages came back"));
            }
        }
        return String.join("; ", seen);
    }

    /** The same memory again and again, kept by the platform: it is nobody else's, and new to whoever gets it. */
    private static String recycled(Stage stage) throws Exception {
        String heap = stage.finds().heaps().getFirst();
        stage.heap(heap, 8 * MIB, 8 * MIB);
        for (int round = 0; round < 8; round++) {
            try (BufferSet set = stage.buffers(MIB, 4)) {
                for (SharedBuffer buffer : set.buffers()) {
                    try (CpuAccess cpu = Stage.open(buffer, Access.READ_WRITE)) {
                        zeroThenOnes(cpu.object(0), heap, true);
                    }
                }
            }
        }
        return "8 times 4 MiB written and given back, all zero";
    }

    private static void zeroThenOnes(MemorySegment bytes, String heap, boolean every) throws CaseFailed {
        long step = every ? 8 : 4096;
        for (long at = 0; at < bytes.byteSize(); at += step) {
            long word = bytes.get(ValueLayout.JAVA_LONG, at);
            CaseFailed.unless(word == 0, heap + ": new memory has 0x" + Long.toHexString(word) + " at byte " + at);
        }
        if (every) {
            bytes.fill((byte) 0xff);
        } else {
            for (long at = 0; at < bytes.byteSize(); at += step) {
                bytes.set(ValueLayout.JAVA_LONG, at, -1L);
            }
        }
    }

    /** The API says no before the kernel would begin; what it may grant at most stays exact. */
    private static String bounds(Stage stage) throws Exception {
        String heap = stage.finds().heaps().getFirst();
        stage.heap(heap, 4 * MIB);
        try {
            BufferSpec.bytes(0);
            throw new CaseFailed("a buffer of 0 bytes can be described");
        } catch (IllegalArgumentException e) {
            CaseFailed.unless(e.getMessage().contains("from 1 to"), "the range is not named: " + e.getMessage());
        }
        long free = stage.memoryFree();
        for (long bytes : new long[] {4 * MIB + 1, 1L << 40, BufferSpec.MAX_BYTES}) {
            Outcome<BufferSet> outcome = stage.session().allocateFor(BufferSpec.bytes(bytes), List.of(Stage.CPU));
            CaseFailed.unless(outcome.why().map(w -> w.errno() == Errno.ENOMEM && w.message().contains("size")).orElse(false),
                    bytes + " bytes of a heap limited to 4 MiB: expected ENOMEM and the limit's name, got " + outcome);
        }
        CaseFailed.unless(free - stage.memoryFree() < 256 * MIB, "memory was taken for what was refused");
        BufferSet all = stage.buffers(MIB, 4);
        CaseFailed.unless(!stage.session().allocateFor(BufferSpec.bytes(1), List.of(Stage.CPU)).isOk(), "a byte more than the limit was granted");
        all.close();
        stage.buffers(4 * MIB, 1);
        return heap + " limited to 4 MiB: 4 MiB + 1, 1 TiB and 64 TiB refused with ENOMEM, all 4 MiB granted again";
    }

    private static String errors(Stage stage) throws Exception {
        Raw raw = new Raw(stage);
        for (String path : stage.finds().heaps()) {
            Descriptor heap = raw.open(path);
            Raw.refused(path + ": no bytes", raw.allocate(heap, 0, OPEN_FLAGS, 0), EINVAL);
            Raw.refused(path + ": unknown heap flags", raw.allocate(heap, MIB, OPEN_FLAGS, 0x111111), EINVAL);
            Raw.refused(path + ": unknown descriptor flags", raw.allocate(heap, MIB, ~OPEN_FLAGS, 0), EINVAL);
            Raw.done(path + ": one MiB", raw.allocate(heap, MIB, OPEN_FLAGS, 0));
        }
        Raw.refused("/dev/null as a heap", raw.allocate(raw.open("/dev/null"), MIB, OPEN_FLAGS, 0), ENOTTY);
        return "no bytes, unknown flags: EINVAL; not a heap: ENOTTY";
    }

    /** Structures that are shorter and longer than the kernel's, as of an older and a newer program. */
    private static String compat(Stage stage) throws Exception {
        Raw raw = new Raw(stage);
        for (String path : stage.finds().heaps()) {
            Descriptor heap = raw.open(path);
            for (int size : new int[] {16, 24, 48}) {
                MemorySegment bytes = raw.argument(48);
                new DmaHeapAllocation(bytes).length(MIB).fdFlags(OPEN_FLAGS);
                bytes.asSlice(24).fill((byte) 0x88);
                long request = 0xc000_4800L | (long) size << 16;
                Raw.done(path + ": a structure of " + size + " bytes", heap.ioctl(request, bytes));
                stage.libc().close(new DmaHeapAllocation(bytes).fd());
            }
        }
        return "structures of 16, 24 and 48 bytes are taken";
    }
}
