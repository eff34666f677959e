package sharebuf.broker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.ledger.Reservation;
import sharebuf.broker.solve.Regions;
import sharebuf.buffer.BufferId;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.MemoryRegion;

/** Makes snapshots of the ledger. Stateless. */
final class InventoryView {
    private InventoryView() {
    }

    static Snapshot of(Broker broker) {
        TreeMap<BufferId, BufferRecord> byId = new TreeMap<>();
        broker.buffers().forEach(b -> byId.put(b.id(), b));
        return new Snapshot(
                broker.seats().all().stream().map(s -> new Snapshot.Seat(s.kind().word(), s.name(), s.lastPid(), s.lastBundle(), s.state(), s.reason())).toList(),
                broker.all().stream().map(p -> region(p, byId)).toList(),
                byId.values().stream().map(b -> buffer(broker, b)).toList(),
                broker.mappings().all(),
                broker.sessions().stream().map(s -> new Snapshot.Owner(s.name(), s.bundle(), s.openedAt(), s.ageMillis(), s.buffers())).toList(),
                broker.sessions().stream().flatMap(s -> s.holdings().stream()).sorted(Comparator.comparingLong(Snapshot.Holding::ageMillis).reversed()).toList(),
                broker.sessions().stream().flatMap(s -> s.liveSets().stream()).sorted(Comparator.comparingLong(Snapshot.LiveSet::number)).toList());
    }

    private static Snapshot.Region region(Regions.Place place, TreeMap<BufferId, BufferRecord> byId) {
        RegionLedger ledger = place.ledger();
        MemoryRegion r = ledger.region();
        List<Snapshot.Owned> extents = new ArrayList<>();
        ledger.forEach((e, o) -> extents.add(new Snapshot.Owned(e, o, byId.containsKey(o.buffer()) ? String.join(", ", byId.get(o.buffer()).holders()) : "")));
        return new Snapshot.Region(r.id().name(), r.kind(), r.base(), r.size(), r.granule(), ledger.used(), r.reusable(), extents, r.reserved(),
                r.addressesKnown());
    }

    private static Snapshot.Buffer buffer(Broker broker, BufferRecord b) {
        return new Snapshot.Buffer(b.id(), b.generation(), b.spec(), b.layout(),
                b.objects().stream().map(m -> new Snapshot.Memory(m.allocator(), m.region().region().id().name(), m.extents())).toList(),
                broker.importers().usesOf(b.id()), b.holders(), b.unfinished().stream().map(Reservation.Fence::toString).toList(),
                b.pins().all().stream().map(p -> new Snapshot.Pin(p.kind(), p.who(), p.session(), p.at(), p.ageMillis())).toList());
    }
}
