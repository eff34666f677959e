package sharebuf.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Request;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.DmaConstraints;
import sharebuf.device.UseId;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryConstraints;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.placing.Carver;
import sharebuf.placing.Gap;
import sharebuf.plugin.Note;

/**
 * What {@code allocator.carveout} does when its seat calls {@code place} and {@code released}: the same class, against a ledger that
 * believes everything. Requests are made before; a broker has them from the set.
 */
final class CarverSubject implements Subject {
    private final Place region;
    private final Carver carver;
    private final Extent[] extents;
    private final Map<List<Long>, Request> requests = new HashMap<>();
    private final Request[] byOperation;
    private final Ledger ledger = new Ledger();
    private int operation;

    private final class Ledger implements Claims {
        private long offset;

        @Override
        public boolean claim(long at, long size) {
            offset = at;
            return true;
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            return refused();
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            return refused();
        }

        @Override
        public void note(Note note) {
            // Nobody reads it.
        }

        private static Outcome<Outcome.Done> refused() {
            return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "region", "placed", "granted"));
        }
    }

    CarverSubject(Trace trace) {
        region = new Place(trace.region, trace.granule);
        carver = new Carver(region);
        extents = new Extent[trace.ids];
        byOperation = new Request[trace.ops];
        for (int i = 0; i < trace.ops; i++) {
            if (trace.size[i] != 0) {
                List<Long> key = List.of(trace.size[i], trace.align[i], trace.limit[i]);
                byOperation[i] = requests.computeIfAbsent(key, k -> request(k.get(0), k.get(1), k.get(2)));
            }
        }
    }

    private static Request request(long size, long align, long limit) {
        DmaConstraints.Builder dma = DmaConstraints.builder().align(align);
        if (limit != 0) {
            dma.mask(limit - 1);
        }
        return new Request("bench", BufferSpec.bytes(size), 0, size, MemoryConstraints.direct(new UseId("device", "device"), dma.build()), Set.of());
    }

    @Override
    public long take(int id, long size, long align, long limit) {
        while (byOperation[operation] == null) {
            operation++;
        }
        Outcome<Gap> outcome = carver.place(byOperation[operation++], ledger);
        if (!outcome.isOk()) {
            return -1;
        }
        Gap gap = outcome.orThrow();
        extents[id] = new Extent(region.id(), ledger.offset, gap.size());
        return ledger.offset;
    }

    @Override
    public void give(int id) {
        Extent extent = extents[id];
        if (extent != null) {
            extents[id] = null;
            carver.released(extent);
        }
    }

    @Override
    public long largestFree() {
        return carver.largestFree();
    }

    @Override
    public long metadataBytes() {
        return carver.metadataBytes();
    }

    /** Nothing but addresses. */
    private record Place(long size, long granule) implements MemoryRegion {
        private static final RegionId ID = new RegionId("carveout");

        @Override
        public RegionId id() {
            return ID;
        }

        @Override
        public RegionKind kind() {
            return RegionKind.PLACED;
        }

        @Override
        public long base() {
            return 0;
        }

        @Override
        public boolean reusable() {
            return false;
        }

        @Override
        public boolean mapped() {
            return false;
        }

        @Override
        public boolean contiguous() {
            return false;
        }

        @Override
        public List<Extent> reserved() {
            return List.of();
        }

        @Override
        public Outcome<Long> vacate(long offset, long bytes) {
            return Outcome.ok(0L);
        }
    }
}
