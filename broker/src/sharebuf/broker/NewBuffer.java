package sharebuf.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import sharebuf.broker.ledger.BufferRecord;
import sharebuf.broker.ledger.ObjectMemory;
import sharebuf.broker.ledger.RegionLedger;
import sharebuf.buffer.DmaAttribute;
import sharebuf.memory.Extent;
import sharebuf.platform.Platform;

/** Makes a buffer of memory that was placed, or taken from outside. */
final class NewBuffer {
    private NewBuffer() {
    }

    /**
     * Zeroes what is dirty, then exports all objects. When that fails the memory is given back and nothing is left of it.
     *
     * @param dirty what must be zeroed before
     * @param name of an object in the kernel's lists; empty for one that somebody else has named
     */
    static void make(Broker broker, BufferRecord record, List<Extent> dirty, IntFunction<Optional<String>> name) {
        int exported = 0;
        boolean done = false;
        try {
            Platform platform = broker.platformOrThrow();
            if (!dirty.isEmpty()) {
                platform.zero(dirty);
            }
            for (; exported < record.objects().size(); exported++) {
                ObjectMemory m = record.objects().get(exported);
                platform.export(record.object(exported), m.extents(), m.size());
                int object = exported;
                name.apply(object).ifPresent(n -> platform.name(record.object(object), n));
            }
            done = true;
        } finally {
            if (!done) {
                for (int i = 0; i < exported; i++) {
                    int object = i;
                    broker.platform().ifPresent(p -> p.withdraw(record.object(object)));
                }
                record.objects().forEach(m -> broker.placer().release(m, RegionLedger.NOBODY));
            }
        }
    }

    /** What must be zeroed before this session sees it: all of it, unless it asked for what it left itself. */
    static List<Extent> dirty(BufferRecord record, SessionImpl session) {
        boolean recycled = record.spec().attributes().contains(DmaAttribute.RECYCLED);
        List<Extent> dirty = new ArrayList<>();
        for (ObjectMemory m : record.objects()) {
            for (Extent e : m.extents()) {
                if (!m.region().leftBy(session.number(), e) || !recycled) { // asked in any case, so that it is forgotten
                    dirty.add(e);
                }
            }
        }
        return dirty;
    }
}
