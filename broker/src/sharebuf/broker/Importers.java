package sharebuf.broker;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.broker.seat.Seat;
import sharebuf.broker.seat.SeatKind;
import sharebuf.buffer.BufferId;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Device;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.importer.Attached;
import sharebuf.importer.Importer;
import sharebuf.platform.KernelLog;
import sharebuf.platform.Platform;
import sharebuf.plugin.Live;

/**
 * Importers hear of buffers that come, move and go, and what they have is remembered for whoever takes their seat.
 *
 * <p>Thread-safe.
 */
final class Importers {
    private final Broker broker;
    private final ImporterNotes notes;
    private final Map<Long, Attached> attached = new ConcurrentHashMap<>();

    Importers(Broker broker, ImporterNotes notes) {
        this.broker = broker;
        this.notes = notes;
    }

    /** A plug-in's uses are asked for while it takes its seat: one that cannot say them does not get it. */
    Seat<Importer> seat(String device, String space) {
        return broker.seats().open(SeatKind.IMPORTER, device, Importer.class, () -> new Live(List.of(), List.of(), attachedTo(device)), importer -> {
            List<Use> uses = List.copyOf(importer.uses());
            if (uses.isEmpty() || uses.stream().anyMatch(u -> !u.id().device().equals(device))) {
                throw new IllegalStateException("uses " + uses.stream().map(Use::id).toList() + ": at least one, all of device " + device);
            }
            broker.directory().put(broker.node(device).map(Node::device).orElseGet(() -> new Device(device, List.of(), space, uses.getFirst().dma())), uses);
        });
    }

    private List<Attached> attachedTo(String device) {
        return attached.values().stream().filter(a -> a.use().device().equals(device)).sorted(Comparator.comparing(Attached::id)).toList();
    }

    /**
     * What came of telling an importer.
     *
     * @param why why it does not take the buffers; empty when it does
     * @param ofImporter whether that is the importer's own word, and not the seat's because nobody is there or the call failed
     */
    record Told(Optional<Refusal> why, boolean ofImporter) {
    }

    /** An importer gets buffers. */
    Told tell(Attached a) {
        Seat<Importer> seat = seat(a);
        try (KernelLog log = broker.platform().map(Platform::listen).orElse(KernelLog.SILENT)) {
            // Remembered within the call: a successor in the seat adopts it, or is told of it.
            Outcome<Outcome<Outcome.Done>> call = seat.call("attached", i -> {
                Outcome<Outcome.Done> said = Seat.typed(i.attached(a), Outcome.Done.class);
                if (said instanceof Outcome.Ok<?>) {
                    attached.put(a.id(), a);
                }
                return said;
            });
            Optional<Refusal> why = call.then(o -> o).why().map(w -> Quote.of(w, log.lines(), broker.node(a.use().device()))
                    .about(a.use().device(), a.use().use()));
            return new Told(why, call.isOk());
        }
    }

    private Seat<Importer> seat(Attached a) {
        return seat(a.use().device(), a.use().device());
    }

    /** An importer lets buffers go. False when nobody says that it has. */
    boolean untell(Attached a) {
        Outcome<Outcome.Done> said = seat(a).callIfThere("detached", i -> {
            try {
                i.detached(a);
            } finally {
                attached.remove(a.id());
            }
            return Outcome.Done.DONE;
        });
        said.why().filter(why -> why.errno() == Errno.EPROTO || why.errno() == Errno.ETIMEDOUT).ifPresent(why -> broker.report(why.message()));
        attached.remove(a.id());
        notes.forget(a);
        return said.isOk();
    }

    /** Tells an importer of a move. */
    Outcome<Outcome.Done> notifyMove(Attached a, Importer.Phase phase) {
        return seat(a).callAlong("moveNotify " + phase, i -> {
            i.moveNotify(a, phase);
            return Outcome.Done.DONE;
        });
    }

    /** The uses whose importers have a buffer. */
    List<UseId> usesOf(BufferId buffer) {
        return attached.values().stream().filter(a -> a.buffers().contains(buffer)).map(Attached::use).sorted().toList();
    }
}
