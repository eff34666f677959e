package sharebuf.tck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Request;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.memory.Span;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/**
 * What is live in one region, as the broker's ledger has it; checks each placement against the contract.
 *
 * <p>Not thread-safe.
 */
public final class TestLedger {
    private final MemoryRegion region;
    /** Offset to end, of live and reserved extents. */
    private final TreeMap<Long, Long> taken = new TreeMap<>();
    private final Map<Placed, Optional<Note>> live = new IdentityHashMap<>();
    private long denied;

    /**
     * An object that was placed.
     *
     * @param request what was asked for
     * @param extents where it lies, in the order of its bytes
     */
    public record Placed(Request request, List<Extent> extents) {
        /** Copies the list. */
        public Placed {
            extents = List.copyOf(extents);
        }
    }

    /**
     * A ledger with nothing live.
     *
     * @param region the region
     */
    public TestLedger(MemoryRegion region) {
        this.region = region;
        region.reserved().forEach(r -> taken.put(r.offset(), r.end()));
    }

    /**
     * Lets an allocator place an object, and judges what it did.
     *
     * @param allocator the allocator
     * @param request the object
     * @return where it lies, or the refusal
     * @throws CaseFailed when the allocator threw, or broke the contract; the claims are undone
     */
    public Outcome<Placed> place(Allocator allocator, Request request) {
        Open claims = new Open();
        boolean kept = false;
        try {
            Outcome<Outcome.Done> outcome = allocator.place(request, claims);
            if (outcome == null) {
                throw new CaseFailed("place returned null for " + request);
            }
            if (outcome instanceof Outcome.No<Outcome.Done>(Refusal why)) {
                requireReasons(why, request);
                return Outcome.no(why);
            }
            judge(request, claims.extents);
            Placed placed = new Placed(request, claims.extents);
            live.put(placed, claims.note);
            claims.others.forEach((extent, note) -> live.replaceAll((p, old) -> p.extents().contains(extent) ? Optional.of(note) : old));
            kept = true;
            return Outcome.ok(placed);
        } catch (CaseFailed e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new CaseFailed("place threw " + e + " for " + text(request), e);
        } finally {
            claims.open = false;
            if (!kept) {
                claims.extents.forEach(e -> taken.remove(e.offset()));
            }
        }
    }

    /**
     * Frees an object and tells the allocator.
     *
     * @param allocator the allocator
     * @param placed an object of this ledger
     */
    public void release(Allocator allocator, Placed placed) {
        if (live.remove(placed) == null) {
            throw new IllegalArgumentException("not live: " + placed);
        }
        for (Extent extent : placed.extents()) {
            taken.remove(extent.offset());
            try {
                allocator.released(extent);
            } catch (RuntimeException e) {
                throw new CaseFailed("released threw " + e + " for " + extent, e);
            }
        }
    }

    /**
     * Gives an allocator what is live.
     *
     * @param allocator the allocator
     */
    public void adoptedBy(Allocator allocator) {
        try {
            allocator.adopt(live());
        } catch (Exception e) {
            throw new CaseFailed("adopt threw " + e + " with " + live.size() + " objects live", e);
        }
    }

    /**
     * Tells an allocator what changed; one that cannot catch up adopts.
     *
     * @param allocator the allocator
     * @param before what was live when it adopted or caught up last
     */
    public void caughtUpBy(Allocator allocator, Live before) {
        Live now = live();
        List<Live.Held> placed = new ArrayList<>(now.extents());
        placed.removeAll(before.extents());
        List<Live.Held> released = new ArrayList<>(before.extents());
        released.removeAll(now.extents());
        try {
            if (!allocator.catchUp(new Changes(released.stream().map(Live.Held::extent).toList(), placed))) {
                allocator.adopt(now);
            }
        } catch (Exception e) {
            throw new CaseFailed("catchUp threw " + e + " with " + released.size() + " extents released and " + placed.size() + " placed", e);
        }
    }

    /**
     * What is live.
     *
     * @return extents in ascending order
     */
    public Live live() {
        List<Live.Held> held = new ArrayList<>();
        live.forEach((placed, note) -> placed.extents().forEach(e -> held.add(new Live.Held(e, note))));
        held.sort(Comparator.comparing(h -> h.extent().offset()));
        return new Live(held, List.of(), List.of());
    }

    /**
     * The live objects.
     *
     * @return a copy, in ascending order of their first extents
     */
    public List<Placed> objects() {
        return live.keySet().stream().sorted(Comparator.comparing(p -> p.extents().getFirst().offset())).toList();
    }

    /**
     * What is free.
     *
     * @return stretches in ascending order
     */
    public List<Extent> free() {
        List<Extent> free = new ArrayList<>();
        long at = 0;
        for (Map.Entry<Long, Long> each : taken.entrySet()) {
            if (each.getKey() > at) {
                free.add(new Extent(region.id(), at, each.getKey() - at));
            }
            at = Math.max(at, each.getValue());
        }
        if (at < region.size()) {
            free.add(new Extent(region.id(), at, region.size() - at));
        }
        return free;
    }

    /**
     * Bytes that are free.
     *
     * @return the sum
     */
    public long freeBytes() {
        return free().stream().mapToLong(Extent::size).sum();
    }

    /**
     * Claims that were denied, because the allocator proposed what was taken.
     *
     * @return how many, since the beginning
     */
    public long denied() {
        return denied;
    }

    /**
     * The CPU addresses of extents.
     *
     * @param extents of the region
     * @return one span each
     */
    public List<Span> spans(List<Extent> extents) {
        return extents.stream().map(e -> new Span(region.base() + e.offset(), e.size())).toList();
    }

    /**
     * That a refusal says why.
     *
     * @param why the refusal
     * @param request what was refused
     * @throws CaseFailed when a field is blank
     */
    static void requireReasons(Refusal why, Request request) {
        if (why.constraint().isBlank() || why.found().isBlank() || why.needed().isBlank()) {
            throw new CaseFailed("a refusal must name the constraint, what was found and what is needed: " + why + " for " + text(request));
        }
    }

    private void judge(Request request, List<Extent> extents) {
        long sum = extents.stream().mapToLong(Extent::size).sum();
        if (sum != request.sizeIn(region.granule())) {
            throw new CaseFailed("claimed " + sum + " bytes in " + extents + ", needed exactly " + request.sizeIn(region.granule()) + " for " + text(request));
        }
        if (!request.permits(region.id())) {
            throw new CaseFailed("placed in " + region.id() + ", permitted are " + request.constraints().regions().get(request.object()));
        }
        if (request.contiguous() && extents.size() != 1) {
            throw new CaseFailed("claimed " + extents + ", needed one extent for " + text(request));
        }
        request.constraints().judge(spans(extents)).ifPresent(v -> {
            throw new CaseFailed("claimed " + extents + ": " + v.constraint() + ": found " + v.found() + ", needed " + v.needed() + " for " + text(request));
        });
    }

    static String text(Request request) {
        var c = request.constraints();
        return request.size() + " bytes " + request.attributes() + " reach " + c.reach().value() + " align " + c.align().value() + " " + c.rules().stream().map(r -> r.by() + " "
                + r.limits() + " " + r.ranges()).toList();
    }

    /** The claims of one call. */
    private final class Open implements Claims {
        private final List<Extent> extents = new ArrayList<>();
        private final Map<Extent, Note> others = new HashMap<>();
        private Optional<Note> note = Optional.empty();
        private boolean open = true;

        @Override
        public boolean claim(long offset, long size) {
            requireOpen();
            if (offset < 0 || size < region.granule() || size > region.size() - offset || ((offset | size) & region.granule() - 1) != 0) {
                throw new CaseFailed("claimed offset " + offset + ", size " + size + ": multiples of " + region.granule() + " inside " + region.size());
            }
            Map.Entry<Long, Long> below = taken.lowerEntry(offset + size);
            if (below != null && below.getValue() > offset) {
                denied++;
                return false;
            }
            taken.put(offset, offset + size);
            extents.add(new Extent(region.id(), offset, size));
            return true;
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            requireOpen();
            throw new CaseFailed("asked for a grant of " + size + " bytes: region " + region.id() + " is placed, claim an extent of it");
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            requireOpen();
            throw new CaseFailed("handed over descriptor " + descriptor + " of " + size + " bytes: region " + region.id() + " is placed, claim an extent of it");
        }

        @Override
        public void note(Note kept) {
            requireOpen();
            note = Optional.of(kept);
        }

        @Override
        public void note(Extent extent, Note kept) {
            requireOpen();
            if (live.keySet().stream().noneMatch(p -> p.extents().contains(extent))) {
                throw new CaseFailed("a note for " + extent + ", which is no live extent of an earlier call");
            }
            others.put(extent, kept);
        }

        private void requireOpen() {
            if (!open) {
                throw new IllegalStateException("these claims ended with the call of place");
            }
        }
    }
}
