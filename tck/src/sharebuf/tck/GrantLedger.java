package sharebuf.tck;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.allocator.Allocator;
import sharebuf.allocator.Claims;
import sharebuf.allocator.Request;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.memory.Extent;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Changes;
import sharebuf.plugin.Live;
import sharebuf.plugin.Note;

/**
 * What is live in a granted region, as ledger and platform have it together; judges what an allocator takes.
 *
 * <p>Not thread-safe.
 */
final class GrantLedger {
    private final MemoryRegion region;
    private final Optional<TestDriver> driver;
    private final Map<Placed, Optional<Note>> live = new IdentityHashMap<>();
    private long used;
    private long nextOffset;
    private Optional<Refusal> denial = Optional.empty();

    /** An object that was placed. */
    record Placed(Request request, List<Extent> extents) {
        Placed {
            extents = List.copyOf(extents);
        }
    }

    GrantLedger(MemoryRegion region, Optional<TestDriver> driver) {
        this.region = region;
        this.driver = driver;
    }

    /** What is taken or granted from now on is refused. */
    void deny(Errno errno) {
        denial = Optional.of(Refusal.of(errno, "memory", "the kit refuses it", "another"));
    }

    void permit() {
        denial = Optional.empty();
    }

    /** Lets an allocator place an object; the claims of a refusal are undone. */
    Outcome<Placed> place(Allocator allocator, Request request) {
        Open claims = new Open();
        long before = used;
        boolean kept = false;
        try {
            Outcome<Outcome.Done> outcome = allocator.place(request, claims);
            if (outcome == null) {
                throw new CaseFailed("place returned null for " + TestLedger.text(request));
            }
            if (outcome instanceof Outcome.No<Outcome.Done>(Refusal why)) {
                TestLedger.requireReasons(why, request);
                return Outcome.no(why);
            }
            long sum = claims.extents.stream().mapToLong(Extent::size).sum();
            if (sum != request.sizeIn(region.granule())) {
                throw new CaseFailed("took " + sum + " bytes, needed exactly " + request.sizeIn(region.granule()) + " for " + TestLedger.text(request));
            }
            Placed placed = new Placed(request, claims.extents);
            live.put(placed, claims.note);
            kept = true;
            return Outcome.ok(placed);
        } catch (CaseFailed e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new CaseFailed("place threw " + e + " for " + TestLedger.text(request) + "; what a driver refuses is a refusal", e);
        } finally {
            claims.open = false;
            if (!kept) {
                used = before;
            }
        }
    }

    void release(Allocator allocator, Placed placed) {
        live.remove(placed);
        for (Extent extent : placed.extents()) {
            used -= extent.size();
            try {
                allocator.released(extent);
            } catch (RuntimeException e) {
                throw new CaseFailed("released threw " + e + " for " + extent, e);
            }
        }
    }

    void releaseAll(Allocator allocator) {
        objects().forEach(p -> release(allocator, p));
    }

    List<Placed> objects() {
        return live.keySet().stream().sorted((a, b) -> Long.compare(a.extents().getFirst().offset(), b.extents().getFirst().offset())).toList();
    }

    long free() {
        return region.size() - used;
    }

    Live live() {
        List<Live.Held> held = new ArrayList<>();
        objects().forEach(p -> p.extents().forEach(e -> held.add(new Live.Held(e, live.get(p)))));
        return new Live(held, List.of(), List.of());
    }

    /** Tells an allocator what changed; one that cannot catch up adopts. */
    void caughtUpBy(Allocator allocator, Live before) throws Exception {
        Live now = live();
        List<Live.Held> placed = new ArrayList<>(now.extents());
        placed.removeAll(before.extents());
        List<Live.Held> released = new ArrayList<>(before.extents());
        released.removeAll(now.extents());
        if (!allocator.catchUp(new Changes(released.stream().map(Live.Held::extent).toList(), placed))) {
            allocator.adopt(now);
        }
    }

    /** The claims of one call. */
    private final class Open implements Claims {
        private final List<Extent> extents = new ArrayList<>();
        private Optional<Note> note = Optional.empty();
        private boolean open = true;

        @Override
        public boolean claim(long offset, long size) {
            throw new CaseFailed("claimed offset " + offset + ", size " + size + ": region " + region.id() + " is granted, nobody chooses places in it");
        }

        @Override
        public Outcome<Outcome.Done> grant(long size) {
            requireOpen();
            requireSize(size);
            if (driver.isPresent()) {
                return Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "region", region.id() + " is that of a driver", "a descriptor of its memory"));
            }
            return keep(size);
        }

        @Override
        public Outcome<Outcome.Done> take(int descriptor, long size) {
            requireOpen();
            TestDriver from = driver.orElseThrow(() -> new CaseFailed("handed over descriptor " + descriptor + " in region " + region.id() + ", which no driver makes memory for"));
            TestDriver.Exported exported = from.take(descriptor)
                    .orElseThrow(() -> new CaseFailed("handed over descriptor " + descriptor + ", which the driver of " + from.device().name() + " did not export, or which was taken already"));
            requireSize(size);
            if (size > exported.bytes()) {
                throw new CaseFailed("took " + size + " bytes of a dma-buf of " + exported.bytes());
            }
            if (!exported.writable()) {
                throw new CaseFailed("handed over descriptor " + descriptor + ", which cannot be written: export for reading and writing");
            }
            return keep(size);
        }

        private void requireSize(long size) {
            if (size < region.granule() || size % region.granule() != 0) {
                throw new CaseFailed("took " + size + " bytes: a multiple of " + region.granule() + ", at least one");
            }
        }

        private Outcome<Outcome.Done> keep(long size) {
            if (denial.isPresent()) {
                return Outcome.no(denial.get());
            }
            if (size > free()) {
                return Outcome.no(Refusal.of(Errno.ENOMEM, "size", used + " of " + region.size() + " bytes are taken", size + " bytes"));
            }
            extents.add(new Extent(region.id(), nextOffset, size));
            nextOffset += size;
            used += size;
            return Outcome.ok();
        }

        @Override
        public void note(Note kept) {
            requireOpen();
            note = Optional.of(kept);
        }

        private void requireOpen() {
            if (!open) {
                throw new IllegalStateException("these claims ended with the call of place");
            }
        }
    }
}
