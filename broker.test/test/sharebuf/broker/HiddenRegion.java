package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Offer;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.RegionId;
import sharebuf.memory.RegionKind;
import sharebuf.memory.Windows;

/** A granted region whose addresses nobody knows, as the kernel's are. It remembers what is out. */
final class HiddenRegion implements MemoryRegion {
    final List<Extent> granted = new ArrayList<>();
    private final RegionId id;
    private final boolean contiguous;
    private final Windows within;
    private final Optional<String> device;
    private long next;

    HiddenRegion(String name, boolean contiguous, Windows within, Optional<String> device) {
        id = new RegionId(name);
        this.contiguous = contiguous;
        this.within = within;
        this.device = device;
    }

    /** Serves it at a rank. */
    static final class Granting implements Allocator {
        private final int rank;

        Granting(int rank) {
            this.rank = rank;
        }

        @Override
        public Outcome<Offer> offer(Request request) {
            return Outcome.ok(new Offer(rank, "granted"));
        }

        @Override
        public Outcome<Outcome.Done> place(Request request, Claims claims) {
            return claims.grant(request.sizeIn(4096));
        }

        @Override
        public void released(Extent extent) {
        }
    }

    @Override
    public RegionId id() {
        return id;
    }

    @Override
    public RegionKind kind() {
        return RegionKind.GRANTED;
    }

    @Override
    public long base() {
        return 0;
    }

    @Override
    public long size() {
        return 1 << 20;
    }

    @Override
    public long granule() {
        return 4096;
    }

    @Override
    public boolean reusable() {
        return false;
    }

    @Override
    public boolean mapped() {
        return true;
    }

    @Override
    public boolean contiguous() {
        return contiguous;
    }

    @Override
    public Windows within() {
        return within;
    }

    @Override
    public Optional<String> device() {
        return device;
    }

    @Override
    public List<Extent> reserved() {
        return List.of();
    }

    @Override
    public Outcome<Long> vacate(long offset, long size) {
        return Outcome.ok(0L);
    }

    @Override
    public synchronized Outcome<Long> grant(long size) {
        long offset = next;
        next += size;
        granted.add(new Extent(id, offset, size));
        return Outcome.ok(offset);
    }

    @Override
    public synchronized void ungrant(Extent extent) {
        granted.remove(extent);
    }
}
