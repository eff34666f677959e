package sharebuf.linux;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What can be found out about dma-heaps, from names as the kernel's Documentation/userspace-api/dma-buf-heaps.rst has them, from the device
 * tree and from what an allocation does to the contiguous allocator.
 */
public final class Heaps {
    /** Where the nodes are. */
    public static final String FOLDER = "/dev/dma_heap";
    /** Large enough to stand out: the counters of the processors are summed up late, 125 pages a processor at most (mm/vmstat.c). */
    private static final long TRIAL = 4L << 20;
    private static final int TRIALS = 2;
    private static final String RESERVED = "/proc/device-tree/reserved-memory";

    /** An allocation from a heap. */
    @FunctionalInterface
    public interface Heap {
        /**
         * Allocates.
         *
         * @param bytes how many
         * @return gives them back on close
         * @throws CallFailed as the kernel refuses
         */
        Descriptor allocate(long bytes) throws CallFailed;
    }

    private Heaps() {
    }

    /**
     * What name and device tree tell of a heap.
     *
     * @param machine where it is
     * @param path of the node, or its name
     * @return what is known
     */
    public static HeapFacts facts(Machine machine, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        // A heap for each reusable region bears the full name of its node.
        if (reusable(machine, name)) {
            return new HeapFacts(Optional.of(true), place(machine, name), "reusable region " + name + " of the device tree");
        }
        return switch (name) {
            case "system" -> new HeapFacts(Optional.of(false), Optional.empty(), "pages of the system, by its documented name");
            case "default_cma_region", "reserved", "linux,cma", "default-pool" -> new HeapFacts(Optional.of(true), defaultPlace(machine),
                    "the default CMA region, by a name that is or was documented");
            default -> new HeapFacts(Optional.empty(), Optional.empty(), "the name is none of the documented ones, nor that of a reusable region");
        };
    }

    private static boolean reusable(Machine machine, String name) {
        String node = RESERVED + "/" + name;
        return machine.exists(node + "/reusable") && machine.text(node + "/compatible").filter(c -> List.of(c.split("\0")).contains("shared-dma-pool")).isPresent();
    }

    private static Optional<Machine.Range> defaultPlace(Machine machine) {
        return machine.names(RESERVED, ".+").stream().filter(n -> machine.exists(RESERVED + "/" + n + "/linux,cma-default") && reusable(machine, n)).findFirst()
                .flatMap(n -> place(machine, n));
    }

    /** From {@code reg}; a region that the kernel placed itself has none. */
    private static Optional<Machine.Range> place(Machine machine, String name) {
        int addressCells = count(machine, "#address-cells");
        int sizeCells = count(machine, "#size-cells");
        List<Long> reg = machine.cells(RESERVED + "/" + name + "/reg");
        if (addressCells < 1 || addressCells > 2 || sizeCells < 1 || sizeCells > 2 || reg.size() != addressCells + sizeCells) {
            return Optional.empty();
        }
        long first = number(reg.subList(0, addressCells));
        long size = number(reg.subList(addressCells, reg.size()));
        long last = first + (size - 1);
        return size == 0 || Long.compareUnsigned(last, first) < 0 ? Optional.empty() : Optional.of(new Machine.Range(first, last));
    }

    private static int count(Machine machine, String property) {
        List<Long> cells = machine.cells(RESERVED + "/" + property);
        return cells.size() == 1 ? (int) Math.min(9, cells.getFirst()) : 0;
    }

    private static long number(List<Long> cells) {
        return cells.stream().reduce(0L, (n, c) -> n << 32 | c);
    }

    /**
     * Whether a heap's memory comes from the contiguous allocator: takes some, looks whether that became less, gives it back, twice.
     *
     * @param machine where it is
     * @param heap allocates from it
     * @return true when it does, false when not; empty when the kernel shows no such memory, has too little of it, or others took some
     *         meanwhile
     */
    public static Optional<Boolean> fromCma(Machine machine, Heap heap) {
        int fell = 0;
        for (int i = 0; i < TRIALS; i++) {
            OptionalLong before = machine.cmaFree();
            if (before.isEmpty() || before.getAsLong() < TRIAL) {
                return Optional.empty();
            }
            OptionalLong during;
            try (Descriptor _ = heap.allocate(TRIAL)) {
                during = machine.cmaFree();
            } catch (CallFailed e) {
                return Optional.empty();
            }
            fell += during.isPresent() && before.getAsLong() - during.getAsLong() > TRIAL / 2 ? 1 : 0;
        }
        return fell == 0 ? Optional.of(false) : fell == TRIALS ? Optional.of(true) : Optional.empty();
    }
}
