package sharebuf.console;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import sharebuf.buffer.Explanation;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Refusal;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.Use;
import sharebuf.format.FormatRange;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Violation;
import sharebuf.mapping.Mapped;
import sharebuf.memory.Extent;
import sharebuf.plugin.Quantity;
import sharebuf.plugin.Serves;

/** The ledger as tables. Pure. */
final class Views {
    private Views() {
    }

    static String devices(List<Device> devices, Snapshot snapshot) {
        Map<String, Snapshot.Seat> importers = new TreeMap<>();
        snapshot.seats().stream().filter(s -> s.kind().equals(Serves.IMPORTER)).forEach(s -> importers.put(s.name(), s));
        Table table = new Table("DEVICE", "COMPATIBLE", "ADDRESS SPACE", "REACHES", "SEGMENTS", "IMPORTER");
        for (Device device : devices) {
            Snapshot.Seat seat = importers.get(device.name());
            table.row(device.name(), device.compatible().isEmpty() ? "-" : device.compatible().getFirst(), device.addressSpace(),
                    reach(device.dma()), device.dma().segments(), seat == null ? "no seat" : occupant(seat));
        }
        return table.text("no device");
    }

    static String uses(List<Use> uses) {
        Table table = new Table("USE", "ACCESS", "TAKES", "SIZES", "SEGMENTS", "LETS GO");
        for (Use use : uses) {
            String formats = use.anyFormat() ? "anything"
                    : String.join(" ", use.formats().stream().map(f -> f.format().name() + "/" + f.objects()).distinct().toList());
            String sizes = String.join(" ", use.formats().stream().map(FormatRange::sizes).distinct().map(Object::toString).toList());
            table.row(use.id(), use.access(), formats.isEmpty() ? "bytes" : formats, sizes.isEmpty() ? "-" : sizes, use.dma().segments(),
                    use.lettingGo());
        }
        return table.text("no use");
    }

    static String allocators(Snapshot snapshot) {
        return seats(snapshot.seats().stream().filter(s -> s.kind().equals(Serves.ALLOCATOR)).toList());
    }

    static String seats(List<Snapshot.Seat> seats) {
        Table table = new Table("SEAT", "OF", "STATE", "PLUG-IN", "BUNDLE", "REASON");
        for (Snapshot.Seat seat : seats) {
            table.row(seat.kind(), seat.name(), lower(seat.state()), dash(seat.plugin()), dash(seat.bundle()), dash(seat.reason()));
        }
        return table.text("no seat");
    }

    static String regions(Snapshot snapshot) {
        Table table = new Table("REGION", "KIND", "ADDRESSES", "SIZE", "GRANULE", "USED", "EXTENTS", "RESERVED", "LODGERS");
        for (Snapshot.Region region : snapshot.regions()) {
            long reserved = region.reserved().stream().mapToLong(Extent::size).sum();
            table.row(region.name(), lower(region.kind()), range(region.base(), region.size()), size(region.size()), size(region.granule()),
                    size(region.used()), region.extents().size(), size(reserved), region.lodged() ? "yes" : "no");
        }
        return table.text("no region");
    }

    static String learnt(List<Hypothesis> learnt) {
        Table table = new Table("USE", "TOOK NONE OF", "AT BYTES", "BY", "SAYING", "TIMES", "SECONDS AGO", "TAKEN SINCE");
        for (Hypothesis h : learnt) {
            table.row(h.use(), h.region() + (h.alone() ? "" : " beside others"), h.size(), h.allocator(), h.errno() + " " + h.said(), h.times(), h.ageMillis() / 1000, h.taken());
        }
        return table.text("nothing was learnt: no importer refused memory");
    }

    static String buffers(Snapshot snapshot) {
        Table table = new Table("BUFFER", "GENERATION", "WHAT", "OBJECT", "REGION", "ALLOCATOR", "EXTENTS", "SIZE", "USES", "HELD BY", "FENCES", "PINS");
        for (Snapshot.Buffer buffer : snapshot.buffers()) {
            String what = buffer.spec().format().map(f -> f + " " + buffer.spec().width() + "x" + buffer.spec().height())
                    .orElse(buffer.spec().bytes() + " bytes");
            for (int i = 0; i < buffer.objects().size(); i++) {
                Snapshot.Memory memory = buffer.objects().get(i);
                table.row(buffer.id(), buffer.generation(), what, i, memory.region(), memory.allocator(), extents(memory.extents()),
                        size(memory.extents().stream().mapToLong(Extent::size).sum()), list(buffer.uses()), list(buffer.holders()),
                        list(buffer.fences()), list(buffer.pins().stream().map(p -> lower(p.kind()) + " " + p.who()).toList()));
            }
        }
        return table.text("no buffer is live");
    }

    static String sets(Snapshot snapshot) {
        Table table = new Table("SET", "WHAT", "STATE", "USES", "BUFFERS", "SESSION", "BUNDLE");
        for (Snapshot.LiveSet set : snapshot.sets()) {
            table.row(set.number(), set.spec(), lower(set.state()), list(set.uses()), list(set.buffers()), set.session(), set.bundle());
        }
        return table.text("no set is open");
    }

    /** Everything that is held for at least so long, and whose memory waits for others: what nobody remembers among it is a leak. */
    static String leaks(Snapshot snapshot, long leastMillis) {
        Table table = new Table("SECONDS AGO", "WHAT", "SESSION", "BUNDLE", "TAKEN AT");
        snapshot.sessions().stream().filter(s -> s.ageMillis() >= leastMillis).sorted(Comparator.comparingLong(Snapshot.Owner::ageMillis).reversed())
                .forEach(s -> table.row(s.ageMillis() / 1000, "the session, with " + s.buffers() + (s.buffers() == 1 ? " buffer" : " buffers"), s.name(), s.bundle(), s.openedAt()));
        snapshot.holdings().stream().filter(h -> h.ageMillis() >= leastMillis)
                .forEach(h -> table.row(h.ageMillis() / 1000, h.what(), h.session(), h.bundle(), h.at()));
        for (Snapshot.Buffer buffer : snapshot.buffers()) {
            buffer.pins().stream().filter(p -> p.kind() == Snapshot.PinKind.LEFT && p.ageMillis() >= leastMillis)
                    .forEach(p -> table.row(p.ageMillis() / 1000, buffer.id() + ", which nobody holds, still open at '" + p.who() + "'", p.session(), "-", p.at()));
        }
        return table.text(leastMillis == 0 ? "nothing is held" : "nothing is held for that long");
    }

    static String mappings(Snapshot snapshot) {
        Table table = new Table("DEVICE", "USE", "ACCESS", "OBJECT", "SEGMENTS", "FIRST BUS ADDRESS", "SIZE", "BOUNCED A FRAME");
        for (Mapped mapped : snapshot.mappings()) {
            table.row(mapped.device(), mapped.use(), mapped.access(), mapped.object(), mapped.segments().size(),
                    mapped.segments().isEmpty() ? "-" : hex(mapped.segments().getFirst().dma()),
                    size(mapped.segments().stream().mapToLong(s -> s.size()).sum()), mapped.bounced() == 0 ? "-" : size(mapped.bounced()));
        }
        return table.text("no mapping is live");
    }

    /** Nothing when nobody broke one. */
    static String violations(List<Violation> violations) {
        if (violations.isEmpty()) {
            return "";
        }
        Table table = new Table("VIOLATION", "DEVICE", "COUNT", "WHAT", "AT", "MADE AT");
        violations.forEach(v -> table.row(v.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), v.device(), v.count(), v.message(), v.at(), v.madeAt().isEmpty() ? "-" : v.madeAt()));
        return "\n\n" + table.text("");
    }

    static String explanation(Explanation explanation) {
        StringBuilder out = new StringBuilder(explanation.request()).append(" for ").append(String.join(", ", explanation.uses())).append("\n\n");
        Table constraints = new Table("CONSTRAINT", "VALUE", "ASKED BY");
        explanation.constraints().forEach(line -> constraints.row(line.constraint(), line.value(), list(line.by())));
        out.append(constraints.text("no constraint")).append("\n\n");
        Table allocators = new Table("ALLOCATOR", "REGION", "OBJECT", "REQUIREMENT", "MET", "WHY");
        for (Explanation.Row row : explanation.allocators()) {
            row.cells().forEach(cell -> allocators.row(row.allocator(), row.region(), row.object(), cell.requirement(), cell.pass() ? "yes" : "no",
                    cell.reason()));
        }
        out.append(allocators.text("no allocator was asked")).append("\n");
        explanation.choices().forEach(choice -> out.append("\nobject ").append(choice.object()).append(": ").append(choice.allocator())
                .append(" from ").append(choice.region()).append(": ").append(choice.reason()));
        explanation.refusal().ifPresent(refusal -> out.append("\n").append(refusal(refusal)));
        return out.toString();
    }

    static String refusal(Refusal refusal) {
        String who = refusal.use().isEmpty() || refusal.use().equals(refusal.device()) ? refusal.device() : refusal.device() + ":" + refusal.use();
        return "refused: " + refusal.errno() + (who.isEmpty() ? "" : ", " + who) + ": " + refusal.constraint() + ": found " + refusal.found()
                + ", needed " + refusal.needed() + (refusal.fix().isEmpty() ? "" : "\nfix: " + refusal.fix());
    }

    private static String reach(DmaConstraints dma) {
        if (dma.iommu()) {
            return "IOMMU";
        }
        if (dma.ranges().isEmpty()) {
            return dma.mask() == -1 ? "everything" : "up to " + hex(dma.mask());
        }
        return String.join(" ", dma.ranges().stream().map(r -> range(r.cpu(), r.size()) + " at " + hex(r.bus())).toList());
    }

    private static String occupant(Snapshot.Seat seat) {
        return seat.state() == Snapshot.SeatState.SEATED ? seat.plugin() : lower(seat.state()) + ": " + seat.reason();
    }

    private static String extents(List<Extent> extents) {
        return extents.size() == 1 ? "at " + hex(extents.getFirst().offset()) : extents.size() + " extents";
    }

    private static String list(List<?> items) {
        return items.isEmpty() ? "-" : String.join(",", items.stream().map(Object::toString).toList());
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String range(long base, long size) {
        return hex(base) + "-" + hex(base + (size - 1));
    }

    private static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    private static String size(long bytes) {
        return Quantity.text(bytes);
    }
}
