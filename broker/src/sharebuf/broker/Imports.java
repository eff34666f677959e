package sharebuf.broker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sharebuf.allocator.Request;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.Pins;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.broker.solve.Alternatives;
import sharebuf.broker.solve.Demand;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Placer;
import sharebuf.broker.solve.Regions;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Foreign;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.format.Layout;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot.PinKind;
import sharebuf.memory.Extent;
import sharebuf.platform.Platform;
import sharebuf.platform.Platform.DmaBufFacts;

/**
 * Buffers of somebody else: looks at what was given before anything is taken, then has the region of foreign memory take it.
 *
 * <p>Thread-safe: it keeps nothing.
 */
final class Imports {
    private final Broker broker;

    Imports(Broker broker) {
        this.broker = broker;
    }

    /** What was found out about the buffers. */
    record Checked(Demand demand, Regions.Place place, List<List<DmaBufFacts>> facts) {
    }

    /** Looks, and takes nothing. */
    Outcome<Checked> check(String owner, Foreign foreign, List<UseId> uses) {
        return facts(broker.platformOrThrow(), foreign).then(facts -> place().then(place -> geometry(foreign).<Outcome<Checked>>map(Outcome::no)
                .orElseGet(() -> broker.planner().alternatives(foreign.spec(), uses, plan -> unsuited(owner, foreign(plan, foreign), place, uses).<Outcome<String>>map(Outcome::no)
                        .orElseGet(() -> Outcome.ok(place.allocator()))).then(Alternatives::first).then(plan -> {
                    Demand demand = foreign(plan, foreign);
                    return unsuited(owner, demand, place, uses).<Outcome<Checked>>map(Outcome::no).orElseGet(() -> Outcome.ok(new Checked(demand, place, facts)));
                }))));
    }

    private static Demand foreign(Demand plan, Foreign foreign) {
        return new Demand(plan.spec(), plan.parties(), foreign.layout(), plan.modifiers(), plan.memory(), plan.picture());
    }

    private Outcome<Regions.Place> place() {
        return broker.all().stream().filter(p -> p.ledger().region().foreign()).findFirst().map(Outcome::ok)
                .orElseGet(() -> Outcome.no(Refusal.of(Errno.EOPNOTSUPP, "region", "none for foreign memory", "a platform that takes dma-bufs").fixedBy("--platform linux")));
    }

    private static Outcome<List<List<DmaBufFacts>>> facts(Platform platform, Foreign foreign) {
        List<List<DmaBufFacts>> all = new ArrayList<>();
        Set<String> files = new HashSet<>();
        for (int b = 0; b < foreign.descriptors().size(); b++) {
            List<DmaBufFacts> buffer = new ArrayList<>();
            for (int o = 0; o < foreign.layout().objects().size(); o++) {
                int descriptor = foreign.descriptors().get(b).get(o);
                String which = "descriptor " + descriptor + " of " + foreign.giver();
                Outcome<DmaBufFacts> facts = platform.inspect(descriptor);
                if (facts instanceof Outcome.No<DmaBufFacts>(Refusal why)) {
                    return Outcome.no(why);
                }
                DmaBufFacts f = facts.orThrow();
                Optional<Refusal> wrong = wrong(f, which, foreign.layout().objects().get(o), files.add(f.file()));
                if (wrong.isPresent()) {
                    return Outcome.no(wrong.get());
                }
                buffer.add(f);
            }
            all.add(buffer);
        }
        return Outcome.ok(all);
    }

    private static Optional<Refusal> wrong(DmaBufFacts f, String which, long size, boolean first) {
        if (f.object().isPresent()) {
            BufferId known = f.object().get().buffer();
            return Optional.of(Refusal.of(Errno.EEXIST, "dma-buf", which + " is " + f.object().get() + " already", "a dma-buf that is no live buffer")
                    .fixedBy("hold " + known + " instead of importing it"));
        }
        if (!first) {
            return Optional.of(Refusal.of(Errno.EINVAL, "dma-buf", which + " (" + f.exporter() + ", inode " + f.file() + ") was given before", "each dma-buf once")
                    .fixedBy("describe planes of one dma-buf as one object with offsets"));
        }
        return f.size() >= size ? Optional.empty() : Optional.of(Refusal.of(Errno.EINVAL, "size", which + " (" + f.exporter() + ") has " + f.size() + " bytes", size + " bytes")
                .fixedBy("a layout with objects of at most " + f.size() + " bytes"));
    }

    /** Whether the picture has room in the layout that it is said to have. */
    private static Optional<Refusal> geometry(Foreign foreign) {
        Layout said = foreign.layout();
        if (foreign.spec().format().isEmpty()) {
            boolean fits = said.planes().isEmpty() && said.objects().size() == 1 && said.objects().getFirst() >= foreign.spec().bytes();
            return fits ? Optional.empty() : Optional.of(Refusal.of(Errno.EINVAL, "layout", said.toString(), "one object of at least " + foreign.spec().bytes() + " bytes, no plane"));
        }
        PixelFormat format = foreign.spec().format().get();
        Layout least = Layout.linear(format, foreign.spec().width(), foreign.spec().height(), 1, 1);
        return said.holds(least) ? Optional.empty()
                : Optional.of(Refusal.of(Errno.EINVAL, "layout", said.toString(), foreign.spec() + " needs at least " + least).fixedBy("--format or --size as the giver made it"));
    }

    /** Nothing is known of where the pages are: what needs to know is refused here, before a device sees them. */
    private Optional<Refusal> unsuited(String owner, Demand demand, Regions.Place place, List<UseId> uses) {
        for (Party p : demand.parties()) {
            Optional<Refusal> misfit = p.isCpu() ? Optional.empty() : broker.pictureMisfit(demand, p, uses);
            if (misfit.isPresent()) {
                return misfit;
            }
        }
        for (int i = 0; i < demand.layout().objects().size(); i++) {
            Optional<Refusal> why = Placer.unsuited(new Request(owner, demand.spec(), i, demand.layout().objects().get(i), demand.memory(), demand.spec().attributes(), Optional.of(demand.layout())), place, demand);
            if (why.isPresent()) {
                return why;
            }
        }
        return Optional.empty();
    }

    /** Takes one of the buffers: its memory is live in the ledger, nobody knows it yet. */
    Outcome<BufferRecord> take(SessionImpl session, Foreign foreign, Checked checked, int index, String at) {
        BufferId id = broker.nextBuffer();
        RegionLedger ledger = checked.place.ledger();
        List<ObjectMemory> objects = new ArrayList<>();
        boolean done = false;
        try {
            for (int i = 0; i < foreign.layout().objects().size(); i++) {
                long size = foreign.layout().objects().get(i);
                long granule = ledger.region().granule();
                Outcome<Extent> extent = ledger.take(foreign.descriptors().get(index).get(i), (size + granule - 1) & -granule, new ObjectId(id, i));
                if (extent instanceof Outcome.No<Extent>(Refusal why)) {
                    return Outcome.no(why);
                }
                objects.add(new ObjectMemory("exporter " + checked.facts.get(index).get(i).exporter(), ledger, List.of(extent.orThrow()), size));
            }
            BufferRecord record = new BufferRecord(id, foreign.spec(), foreign.layout(), objects);
            record.pins().add(new Pins.Pin(PinKind.IMPORTED, foreign.giver(), session.name(), at, System.nanoTime()));
            done = true;
            return Outcome.ok(record);
        } finally {
            if (!done) {
                objects.forEach(m -> broker.placer().release(m, RegionLedger.NOBODY));
            }
        }
    }
}
