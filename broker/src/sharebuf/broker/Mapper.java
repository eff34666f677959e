package sharebuf.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.MappingLedger;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.broker.seat.Seats;
import sharebuf.broker.solve.Party;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.buffer.RefusedException;
import sharebuf.mapping.DmaMapOps;
import sharebuf.mapping.MapRequest;
import sharebuf.mapping.Mapped;
import sharebuf.memory.SegmentRule;
import sharebuf.platform.Platform;

/**
 * Maps objects through the dma_map_ops in the seat of the device's address space, and takes mappings away whether or not anybody
 * sits there.
 *
 * <p>Thread-safe.
 */
final class Mapper {
    private record Made(MapRequest request, List<OpenTable.Entry> entries) {
        private Made named(ObjectId object) {
            return new Made(new MapRequest(request.device(), request.use(), request.own(), request.access(), object, request.pieces()), entries);
        }
    }

    private final Seats seats;
    private final MappingLedger ledger;
    private final Supplier<Platform> platform;
    private final Consumer<String> report;
    /** Hears of each mapping before it goes. */
    private final Consumer<Mapped> unmapping;
    private final Map<Mapped, Made> made = new ConcurrentHashMap<>();

    Mapper(Seats seats, MappingLedger ledger, Supplier<Platform> platform, Consumer<String> report, Consumer<Mapped> unmapping) {
        this.seats = seats;
        this.ledger = ledger;
        this.platform = platform;
        this.report = report;
        this.unmapping = unmapping;
    }

    Outcome<Mapped> map(Party p, BufferRecord buffer, int object) {
        String space = p.device().addressSpace();
        Seat<DmaMapOps> seat = seats.find(SeatKind.MAPOPS, space, DmaMapOps.class).orElse(null);
        if (seat == null) {
            return Outcome.no(about(p, Refusal.of(Errno.ENODEV, "mapops of " + space, "no such seat", "a plug-in of kind mapops")));
        }
        MapRequest request = new MapRequest(p.device(), p.use().id(), p.use().dma(), p.use().access(), buffer.object(object), buffer.objects().get(object).pieces());
        Platform raw = platform.get();
        OpenTable[] open = new OpenTable[1];
        // Judged and remembered within the call: whoever takes the seat next finds it in the ledger, or it was never made.
        Outcome<Outcome<Mapped>> answer = seat.call("map", m -> {
            OpenTable table = new OpenTable(raw, request, List.of());
            open[0] = table;
            try {
                m.map(request, table);
            } catch (RefusedException e) {
                return Outcome.no(e.refusal());
            }
            Optional<Refusal> lie = judge(p, buffer, object, request, table).or(() -> scrambled(buffer, object, request, table));
            if (lie.isPresent()) {
                return Outcome.no(lie.get());
            }
            Mapped mapped = new Mapped(p.device(), p.use().id(), p.use().access(), request.object(), segments(p, table), table.opaqueBy(), table.bounced());
            made.put(mapped, new Made(request, table.entries()));
            ledger.add(mapped);
            return Outcome.ok(mapped);
        });
        Outcome<Mapped> mapped = answer.then(o -> o);
        if (mapped instanceof Outcome.No<Mapped>(Refusal why)) {
            undo(open[0]);
            return Outcome.no(about(p, why));
        }
        return mapped;
    }

    private static Optional<Refusal> judge(Party p, BufferRecord buffer, int object, MapRequest request, OpenTable table) {
        String who = "mapops of " + p.device().addressSpace();
        if (!table.finish()) {
            return Optional.of(Refusal.of(Errno.EPROTO, who, "a map that does not cover " + request.object(), request.size() + " bytes entered"));
        }
        // What is shown in two dimensions has an address a plane, and each plane as many segments as the device takes.
        long planes = table.shown().isEmpty() ? 1 : buffer.layout().planes().stream().filter(l -> l.object() == object).count();
        int count = table.shown().map(List::size).orElseGet(() -> segments(p, table).size());
        return count <= Math.max(1, planes) * p.use().dma().segments().maxCount() ? Optional.empty()
                : Optional.of(Refusal.of(Errno.EPROTO, "segments", count + " segments from " + who, p.use().dma().segments().toString()));
    }

    /** Tiles are not to be taken for rows: whoever sees memory in its own order sees another picture. */
    private static Optional<Refusal> scrambled(BufferRecord buffer, int object, MapRequest request, OpenTable table) {
        return table.shown().isPresent() ? Optional.empty() : buffer.layout().planes().stream().filter(l -> l.object() == object).flatMap(l -> l.tile().stream()).findFirst()
                .map(tile -> Refusal.of(Errno.EINVAL, "layout", request.object() + " lies in tiles of " + tile + ", and the dma_map_ops of " + request.device().addressSpace() + " show memory as it is",
                        "rows one after another").fixedBy("leave " + request.use() + " out of the uses"));
    }

    private static List<SegmentRule.Segment> segments(Party p, OpenTable table) {
        if (table.shown().isPresent()) {
            return table.shown().get().stream().flatMap(l -> l.segments().stream()).toList();
        }
        return new SegmentRule(p.use().id(), p.use().dma().segments(), List.of()).segments(table.runs());
    }

    /**
     * A device's mappings of two objects whose memory was exchanged: each is the other's now.
     *
     * @param first of one of them; empty where the device has only the second mapped
     * @param second of the other
     * @return both under their new names: the second under the first's, the first under the second's
     */
    Renamed rename(Optional<Mapped> first, Mapped second, ObjectId firstName) {
        Made ofSecond = made.remove(second);
        Optional<Made> ofFirst = first.map(made::remove);
        Mapped now = named(second, firstName);
        Optional<Mapped> then = first.map(m -> named(m, second.object()));
        made.put(now, ofSecond.named(firstName));
        then.ifPresent(m -> made.put(m, ofFirst.orElseThrow().named(second.object())));
        ledger.rename(Stream.concat(first.stream(), Stream.of(second)).toList(), Stream.concat(then.stream(), Stream.of(now)).toList());
        return new Renamed(now, then);
    }

    /** Two mappings under their new names. */
    record Renamed(Mapped now, Optional<Mapped> then) {
    }

    private static Mapped named(Mapped m, ObjectId name) {
        return new Mapped(m.device(), m.use(), m.access(), name, m.segments(), m.opaqueBy(), m.bounced());
    }

    void unmap(Mapped mapped) {
        Made was = made.remove(mapped);
        if (was == null) {
            return;
        }
        unmapping.accept(mapped);
        // An interrupt of the caller must not keep the plug-in from hearing of it.
        boolean interrupted = Thread.interrupted();
        Platform raw = platform.get();
        // It leaves the ledger within the call, when its entries are gone: whoever takes the seat next finds all of it, or nothing.
        boolean[] gone = new boolean[1];
        seats.find(SeatKind.MAPOPS, mapped.device().addressSpace(), DmaMapOps.class).ifPresent(seat -> {
            Outcome<Outcome.Done> said = seat.callIfThere("unmap", m -> {
                OpenTable table = new OpenTable(raw, was.request, was.entries);
                try {
                    m.unmap(mapped, table);
                } finally {
                    int left = undo(table);
                    ledger.remove(mapped);
                    gone[0] = true;
                    if (left > 0) {
                        report.accept("mapops of " + mapped.device().addressSpace() + " left " + left + " entries of " + mapped.object() + " for " + mapped.use()
                                + "; removed");
                    }
                }
                return Outcome.Done.DONE;
            });
            said.why().filter(why -> why.errno() == Errno.EPROTO || why.errno() == Errno.ETIMEDOUT).ifPresent(why -> report.accept(why.message()));
        });
        if (!gone[0]) {
            undo(new OpenTable(raw, was.request, was.entries));
            ledger.remove(mapped);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int undo(OpenTable table) {
        return table == null ? 0 : table.removeAll();
    }

    private static Refusal about(Party p, Refusal why) {
        return why.about(p.device().name(), p.use().id().use());
    }
}
