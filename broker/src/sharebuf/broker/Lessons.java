package sharebuf.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import sharebuf.broker.learn.Hypotheses;
import sharebuf.broker.learn.Verdict;
import sharebuf.broker.solve.Doubts;
import sharebuf.broker.solve.Party;
import sharebuf.broker.solve.Regions.Place;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Hypothesis;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.KnownDriver;

/**
 * What is held against memory: what importing taught, and what bundles say of kernel drivers.
 *
 * <p>Thread-safe.
 */
final class Lessons {
    private final Broker broker;
    private final Hypotheses hypotheses;
    private final Drivers drivers = new Drivers();

    Lessons(Broker broker) {
        this.broker = broker;
        hypotheses = new Hypotheses(new SeatedNow(broker.seats()), System::nanoTime);
    }

    /** What bundles say of kernel drivers, each with the bundle that says it. */
    void drivers(Map<KnownDriver, String> said) {
        drivers.set(said);
    }

    /** What is held against memory for these uses. */
    Doubts doubts(List<Party> parties) {
        return new Doubts() {
            @Override
            public Doubt of(Place place, long size) {
                Doubt all = Doubt.NONE;
                for (Party p : parties) {
                    if (!p.isCpu()) {
                        all = all.or(doubt(p, place, size));
                    }
                }
                return all;
            }

            @Override
            public boolean tried(List<String> regionNames) {
                return false;
            }

            @Override
            public Optional<Refusal> barred(Place place) {
                for (Party p : parties) {
                    Optional<Refusal> why = Lessons.this.barred(p, place.ledger().region());
                    if (why.isPresent()) {
                        return why;
                    }
                }
                return Optional.empty();
            }
        };
    }

    /** Why a use must not get memory of a region. */
    Optional<Refusal> barred(Party party, MemoryRegion region) {
        return party.isCpu() ? Optional.empty() : drivers.barred(party.device().name(), region, this::node)
                .map(why -> Refusal.of(Errno.EINVAL, "import", why, "memory that " + party.use().id() + " may import").about(party.device().name(), party.use().id().use()));
    }

    private Doubts.Doubt doubt(Party party, Place place, long size) {
        Doubts.Doubt learnt = hypotheses.of(party.use().id(), place.name(), size)
                .map(h -> new Doubts.Doubt(h.alone() ? Doubts.Doubt.REFUSED : Doubts.Doubt.BESIDE, h.message())).orElse(Doubts.Doubt.NONE);
        return learnt.or(drivers.doubt(node(party.device().name()), place.ledger().region(), this::node));
    }

    /** What came of showing memory to all uses. */
    void learn(Trial.Round round) {
        for (Trial.No no : round.refused()) {
            if (Verdict.of(no.why().errno()) == Verdict.LEARN) {
                refused(no.use(), no.where(), no.why());
            }
        }
        for (UseId use : round.took()) {
            round.where().forEach(w -> taken(use, w));
        }
    }

    /** A use took none of some memory. */
    void refused(UseId use, Trial.Where where, Refusal why) {
        for (int i = 0; i < where.regions().size(); i++) {
            // Each dma-buf from outside is memory of its own kind: one says nothing of the next.
            if (broker.place(where.regions().get(i)).filter(p -> p.ledger().region().foreign()).isPresent()) {
                continue;
            }
            hypotheses.refused(use, where.allocators().get(i), where.regions().get(i), where.sizes().get(i), where.alone(), why.errno(),
                    why.constraint() + ": found " + why.found());
        }
    }

    /** A use took some memory. */
    void taken(UseId use, Trial.Where where) {
        for (int i = 0; i < where.regions().size(); i++) {
            hypotheses.taken(use, where.regions().get(i), where.sizes().get(i));
        }
    }

    /** Drops what was learnt of a region's memory. */
    void forget(String region) {
        hypotheses.regionGone(region);
    }

    /** All of it. */
    List<Hypothesis> learnt() {
        return hypotheses.all();
    }

    /** A device's lessons go with it. */
    void deviceGone(String device) {
        hypotheses.deviceGone(device);
    }

    private Node node(String device) {
        return broker.node(device).orElse(null);
    }
}
