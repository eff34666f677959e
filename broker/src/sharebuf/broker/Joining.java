package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sharebuf.broker.learn.Verdict;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.mapping.Mapped;

/**
 * How a use gets the buffers of a set and lets them go: mappings first, then its importer hears of it; the other way round at the end.
 *
 * <p>Confined to the set's lock.
 */
final class Joining {
    private final Broker broker;
    private final List<LeaseImpl> buffers;

    /**
     * For one set.
     *
     * @param buffers of the set, as they are at each moment
     */
    Joining(Broker broker, List<LeaseImpl> buffers) {
        this.broker = broker;
        this.buffers = buffers;
    }

    /** A use did not join, and what follows from that. */
    record Unjoined(Refusal why, Verdict verdict) {
    }

    /** Maps every object of every buffer for a use and tells its importer; undone by {@link #part}. */
    private Optional<Unjoined> join(AttachmentImpl a) {
        if (a.party().isCpu()) {
            return Optional.empty();
        }
        for (LeaseImpl b : buffers) {
            for (int i = 0; i < b.record().objects().size(); i++) {
                Outcome<Mapped> mapped = broker.mapper().map(a.party(), b.record(), i);
                if (mapped instanceof Outcome.No<Mapped>(Refusal why)) {
                    int fit = buffers.indexOf(b);
                    return Optional.of(new Unjoined(why.constraint().equals("bounce") && fit > 0 ? why.fixedBy("--count " + fit) : why, Verdict.STOP));
                }
                a.mappings().put(b.record().object(i), mapped.orThrow());
            }
        }
        Attached attached = a.describe(a.id(), records());
        Importers.Told told = broker.importers().tell(attached);
        if (told.why().isEmpty()) {
            a.told(Optional.of(attached));
        }
        return told.why().map(why -> new Unjoined(why, told.ofImporter() ? Verdict.of(why.errno()) : Verdict.STOP));
    }

    /** The same, and what it taught is remembered. */
    Optional<Unjoined> joinAndLearn(AttachmentImpl a) {
        Optional<Unjoined> no = join(a);
        learn(a, no);
        return no;
    }

    /** Tells the importer of a use that is mapped already. */
    Optional<Refusal> tell(AttachmentImpl a) {
        if (a.party().isCpu()) {
            return Optional.empty();
        }
        Attached attached = a.describe(a.id(), records());
        Optional<Refusal> why = broker.importers().tell(attached).why();
        if (why.isEmpty()) {
            a.told(Optional.of(attached));
        }
        return why;
    }

    /** Ends a use: its DMA is awaited, then the importer lets go, then the mappings go. */
    void part(AttachmentImpl a) {
        UseId use = a.party().use().id();
        for (LeaseImpl b : buffers) {
            broker.jobs().await(b.record(), Optional.of(use));
        }
        boolean letGo = a.told().map(broker.importers()::untell).orElse(true);
        a.told(Optional.empty());
        boolean opaque = a.mappings().values().stream().anyMatch(m -> m.opaqueBy().isPresent());
        a.mappings().values().forEach(broker.mapper()::unmap);
        a.mappings().clear();
        a.past().forEach(broker.mapper()::unmap);
        a.past().clear();
        // Unmapped, the device cannot reach the memory: a fence that never came holds nothing back any more. What the kernel mapped for it, it
        // reaches until its importer has let go; where nobody says so, its fences stay, and the memory with them.
        if (!opaque || letGo) {
            buffers.forEach(b -> b.record().reservation().completeAll(use::equals));
        }
    }

    /** Shows the memory to every use, to all of them even if one takes none: so much more is known. Undone unless all took it. */
    Trial.Round show(List<AttachmentImpl> attachments) {
        List<Trial.Where> where = buffers.stream().map(b -> Trial.Where.of(b.record())).distinct().toList();
        List<UseId> took = new ArrayList<>();
        List<Trial.No> refused = new ArrayList<>();
        Optional<Refusal> stop = Optional.empty();
        List<AttachmentImpl> done = new ArrayList<>();
        boolean kept = false;
        try {
            for (AttachmentImpl a : attachments) {
                done.add(a);
                Optional<Unjoined> why = join(a);
                if (why.isEmpty()) {
                    took.add(a.party().use().id());
                } else if (why.get().verdict == Verdict.STOP) {
                    stop = Optional.of(why.get().why);
                    break;
                } else {
                    refused.addAll(blamed(a, where, why.get().why));
                }
            }
            kept = stop.isEmpty() && refused.isEmpty();
            return new Trial.Round(where, took, refused, stop);
        } finally {
            if (!kept) {
                done.forEach(this::part);
            }
        }
    }

    private void learn(AttachmentImpl a, Optional<Unjoined> no) {
        UseId use = a.party().use().id();
        List<Trial.Where> where = buffers.stream().map(b -> Trial.Where.of(b.record())).distinct().toList();
        if (no.isEmpty()) {
            broker.lessons().learn(new Trial.Round(where, List.of(use), List.of(), Optional.empty()));
        } else if (no.get().verdict == Verdict.LEARN) {
            broker.lessons().learn(new Trial.Round(where, List.of(), blamed(a, where, no.get().why), Optional.empty()));
        }
    }

    /** Which memory a use took none of: where buffers lie in different regions, each kind is shown to it by itself. */
    private List<Trial.No> blamed(AttachmentImpl a, List<Trial.Where> where, Refusal why) {
        UseId use = a.party().use().id();
        List<Trial.No> blamed = new ArrayList<>();
        if (where.size() > 1) {
            for (Trial.Where w : where) {
                Attached some = a.describe(broker.nextAttachment(), records().stream().filter(r -> Trial.Where.of(r).equals(w)).toList());
                Importers.Told told = broker.importers().tell(some);
                told.why().ifPresentOrElse(no -> {
                    if (Verdict.of(no.errno()) != Verdict.STOP && told.ofImporter()) {
                        blamed.add(new Trial.No(use, w, no));
                    }
                }, () -> broker.importers().untell(some));
            }
        }
        return blamed.isEmpty() ? where.stream().map(w -> new Trial.No(use, w, why)).toList() : blamed;
    }

    private List<BufferRecord> records() {
        return buffers.stream().map(LeaseImpl::record).toList();
    }
}
