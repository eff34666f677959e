package sharebuf.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.device.Access;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.mapping.Piece;
import sharebuf.mapping.Table;
import sharebuf.memory.Extent;
import sharebuf.memory.SegmentRule;
import sharebuf.memory.Span;
import sharebuf.plugin.Live;

/**
 * The entries of one address space, as platform and ledger have them together; checks what dma_map_ops enter and remove against the contract.
 *
 * <p>Not thread-safe.
 */
public final class TestAddresses {
    /** Bytes at DMA addresses that lead to bytes at CPU addresses, and the call that entered them: what one call entered is removed together. */
    private record Entry(long dma, long size, long cpu, int call) {
        boolean overlaps(long from, long bytes) {
            return Long.compareUnsigned(from - dma, size) < 0 || Long.compareUnsigned(dma - from, bytes) < 0;
        }
    }

    private final Map<Mapped, List<Entry>> live = new LinkedHashMap<>();
    private final List<Span> unflushed = new ArrayList<>();
    private int denied = Integer.MAX_VALUE;

    /** The n-th entry from now on is refused, as a platform refuses one that leads nowhere; 0 is the next. */
    public void denyAfter(int entries) {
        denied = entries;
    }

    /** No entry is refused any more. */
    public void permitAll() {
        denied = Integer.MAX_VALUE;
    }

    /**
     * The live mappings, as an adoption gets them.
     *
     * @return in the order in which they were made
     */
    public Live live() {
        return new Live(List.of(), List.copyOf(live.keySet()), List.of());
    }

    /**
     * Maps an object and judges what was done.
     *
     * @param mapOps who maps
     * @param request what for whom
     * @return the mapping; or the refusal, after which nothing is entered
     * @throws CaseFailed when the contract was broken
     */
    public Outcome<Mapped> map(DmaMapOps mapOps, MapRequest request) {
        Open table = new Open(request, List.of());
        Optional<Refusal> refusal = Optional.empty();
        try {
            mapOps.map(request, table);
        } catch (RefusedException e) {
            requireReasons(e.refusal(), request);
            refusal = Optional.of(e.refusal());
        } catch (Denied e) {
            refusal = Optional.of(e.refusal());
        } catch (CaseFailed e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new CaseFailed("map threw " + e + " for " + text(request), e);
        } finally {
            table.closed = true;
        }
        if (refusal.isPresent()) {
            return Outcome.no(refusal.get());
        }
        if (table.wasDenied) {
            throw new CaseFailed("an entry was refused, and map returned as if it were there, for " + text(request));
        }
        table.requireWhole();
        List<Span> runs = table.entered.stream().map(e -> new Span(e.dma, e.size)).toList();
        List<SegmentRule.Segment> segments = table.opaque.isPresent() ? List.of() : new SegmentRule(request.use(), request.own().segments(), List.of()).segments(runs);
        if (table.opaque.isEmpty() && segments.size() > request.own().segments().maxCount()) {
            throw new CaseFailed(segments.size() + " segments of " + request.own().segments() + " for " + text(request));
        }
        Mapped mapped = new Mapped(request.device(), request.use(), request.access(), request.object(), segments, table.opaque);
        live.put(mapped, table.entered);
        return Outcome.ok(mapped);
    }

    /**
     * Unmaps one and sees that nothing of it is left, and that devices were told.
     *
     * @param mapOps who unmaps
     * @param mapped a live mapping
     * @throws CaseFailed when the contract was broken
     */
    public void unmap(DmaMapOps mapOps, Mapped mapped) {
        Open table = new Open(null, live.get(mapped));
        try {
            mapOps.unmap(mapped, table);
        } catch (CaseFailed e) {
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new CaseFailed("unmap threw " + e + " for " + mapped, e);
        } finally {
            table.closed = true;
        }
        live.remove(mapped);
        if (!table.entered.isEmpty()) {
            throw new CaseFailed("unmap left " + table.entered.size() + " entries of " + mapped.object() + " for " + mapped.use());
        }
        if (!unflushed.isEmpty()) {
            throw new CaseFailed("unmap removed entries of " + mapped.object() + " for " + mapped.use() + " and did not flush: the device may remember them");
        }
    }

    private static void requireReasons(Refusal why, MapRequest request) {
        if (why == null || why.constraint().isBlank() || why.found().isBlank() || why.needed().isBlank()) {
            throw new CaseFailed("map refused with " + why + ", without constraint, found and needed, for " + text(request));
        }
    }

    static String text(MapRequest request) {
        return request.size() + " bytes in " + request.spans() + " for " + request.use() + " " + request.own();
    }

    /** What a platform says of an entry that leads elsewhere. */
    private static final class Denied extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private Denied() {
            super("the kit refuses this entry");
        }

        private Refusal refusal() {
            return Refusal.of(sharebuf.buffer.Errno.EINVAL, "entry", getMessage(), "another");
        }
    }

    /** The table of one call. */
    private final class Open implements Table {
        private final MapRequest request;
        private final List<Entry> entered;
        private Optional<String> opaque = Optional.empty();
        private int piece;
        private long inPiece;
        private boolean closed;
        private boolean wasDenied;
        private int calls;
        private boolean together;

        private Open(MapRequest request, List<Entry> entered) {
            this.request = request;
            this.entered = new ArrayList<>(entered);
        }

        private void open() {
            if (closed) {
                throw new IllegalStateException("the call is over: its table is closed");
            }
        }

        @Override
        public void enter(long dma, Extent extent, long offset, long size, Access access) {
            open();
            String where = "0x" + Long.toHexString(dma) + ", " + size + " bytes, for " + text(request);
            if (opaque.isPresent() || piece >= request.pieces().size()) {
                throw new CaseFailed("entered more than the object: " + where);
            }
            Piece expected = request.pieces().get(piece);
            if (!expected.extent().equals(extent) || offset != inPiece || size < 1 || size > extent.size() - offset) {
                throw new CaseFailed("entered " + extent + " from " + offset + ", the object's next byte is " + inPiece + " of " + expected.extent() + ": " + where);
            }
            if (access != request.access()) {
                throw new CaseFailed("entered for " + access + ", the use asks for " + request.access() + ": " + where);
            }
            long last = dma + (size - 1);
            if (Long.compareUnsigned(last, dma) < 0 || Long.compareUnsigned(last, request.own().mask()) > 0) {
                throw new CaseFailed("beyond the mask 0x" + Long.toHexString(request.own().mask()) + ": " + where);
            }
            if (!request.own().ranges().isEmpty() && request.own().ranges().stream().noneMatch(r -> r.containsBus(dma) && r.containsBus(last))) {
                throw new CaseFailed("outside the device's windows " + request.own().ranges() + ": " + where);
            }
            long cpu = expected.span().base() + offset;
            for (Entry own : entered) {
                if (own.overlaps(dma, size)) {
                    throw new CaseFailed("overlaps what was just entered at 0x" + Long.toHexString(own.dma) + ": " + where);
                }
            }
            live.forEach((mapped, entries) -> entries.forEach(e -> {
                if (e.overlaps(dma, size) && e.dma - e.cpu != dma - cpu) {
                    throw new CaseFailed("overlaps " + mapped.object() + " for " + mapped.use() + " at 0x" + Long.toHexString(e.dma) + ", which leads elsewhere: " + where);
                }
            }));
            for (Span gone : unflushed) {
                if (Long.compareUnsigned(dma - gone.base(), gone.size()) < 0 || Long.compareUnsigned(gone.base() - dma, size) < 0) {
                    throw new CaseFailed("given out again before it was flushed: " + where);
                }
            }
            if (denied-- == 0) {
                wasDenied = true;
                throw new Denied();
            }
            entered.add(new Entry(dma, size, cpu, together ? calls : ++calls));
            inPiece += size;
            if (inPiece == extent.size()) {
                piece++;
                inPiece = 0;
            }
        }

        @Override
        public void enterAll(long dma, List<Piece> pieces, Access access) {
            calls++;
            together = true;
            int before = entered.size();
            try {
                Table.super.enterAll(dma, pieces, access);
            } catch (Denied e) {
                entered.subList(before, entered.size()).clear(); // all or nothing
                throw e;
            } finally {
                together = false;
            }
        }

        private void requireWhole() {
            if (opaque.isEmpty() && piece < request.pieces().size()) {
                throw new CaseFailed("only " + entered.stream().mapToLong(Entry::size).sum() + " bytes were entered of " + text(request));
            }
        }

        @Override
        public void remove(long dma, long size) {
            open();
            List<Entry> inside = entered.stream().filter(e -> Long.compareUnsigned(e.dma - dma, size) < 0 && Long.compareUnsigned(e.dma - dma + e.size - 1, size) < 0).toList();
            boolean cut = entered.stream().anyMatch(e -> !inside.contains(e) && inside.stream().anyMatch(i -> i.call == e.call));
            if (cut || inside.stream().mapToLong(Entry::size).sum() != size) {
                throw new CaseFailed("removes 0x" + Long.toHexString(dma) + ", " + size + " bytes, where not exactly that was entered");
            }
            entered.removeAll(inside);
            unflushed.add(new Span(dma, size));
        }

        @Override
        public void opaque(String by) {
            open();
            if (!entered.isEmpty()) {
                throw new CaseFailed("opaque after " + entered.size() + " entries");
            }
            opaque = Optional.of(by);
        }

        @Override
        public void bounce() {
            open();
            throw new RefusedException(Refusal.of(sharebuf.buffer.Errno.ENOMEM, "bounce", "none", "bounce buffers"));
        }

        @Override
        public void flush() {
            open();
            unflushed.clear();
        }
    }
}
