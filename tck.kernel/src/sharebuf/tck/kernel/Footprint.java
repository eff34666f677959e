package sharebuf.tck.kernel;

import sharebuf.linux.Machine;

/**
 * Memory of this process at one moment, after a full collection.
 *
 * @param heap bytes of live Java objects
 * @param rest resident bytes of anonymous memory beside the Java heap
 * @param mappings how many the process has
 */
record Footprint(long heap, long rest, long mappings) {

    static Footprint now(Machine machine) {
        System.gc();
        Runtime java = Runtime.getRuntime();
        long committed = java.totalMemory();
        return new Footprint(committed - java.freeMemory(), Math.max(0, anonymous(machine) - committed),
                machine.text("/proc/self/maps").map(t -> t.lines().count()).orElse(0L));
    }

    private static long anonymous(Machine machine) {
        return machine.text("/proc/self/status").stream().flatMap(String::lines).filter(l -> l.startsWith("RssAnon:")).mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) << 10)
                .findFirst().orElse(0);
    }

    /** Growth since an earlier moment, for people. */
    String since(Footprint before) {
        return String.format("Java heap %+d KiB, other memory %+d KiB, %+d mappings", (heap - before.heap) >> 10, (rest - before.rest) >> 10, mappings - before.mappings);
    }
}
