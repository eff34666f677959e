package sharebuf.platform.sim;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import sharebuf.buffer.Errno;
import sharebuf.buffer.ObjectId;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.DmaConstraints;
import sharebuf.memory.Span;

/**
 * The bounce buffers in use: which device works on a copy of which object, and the copying. Copies are the CPU's, so they go through its caches.
 *
 * <p>Thread-safe.
 */
final class Bounces {
    private record Slot(BouncePool pool, String device, ObjectId object, long cpu, long dma, long size) {
    }

    private final Dram dram;
    private final Coherency coherency;
    private final List<BouncePool> pools = new CopyOnWriteArrayList<>();
    private final List<Slot> slots = new CopyOnWriteArrayList<>();

    Bounces(Dram dram, Coherency coherency) {
        this.dram = dram;
        this.coherency = coherency;
    }

    List<BouncePool> pools() {
        return pools;
    }

    /**
     * Takes a slot for an object, and copies its bytes there.
     *
     * @param spans the object's memory
     * @param own what the use demands
     * @return its DMA address
     */
    Outcome<Long> take(SimNode node, ObjectId object, List<Span> spans, long size, DmaConstraints own, Access access) {
        String device = node.device().name();
        Wiring wiring = node.engine().wiring();
        for (BouncePool pool : pools) {
            OptionalLong cpu = pool.take(size, own.align(), at -> wiring.bus(at, size).stream().anyMatch(dma -> Long.compareUnsigned(dma + (size - 1), own.mask()) <= 0));
            if (cpu.isPresent()) {
                Slot slot = new Slot(pool, device, object, cpu.getAsLong(), wiring.bus(cpu.getAsLong(), size).orElseThrow(), size);
                slots.add(slot);
                copy(slot, spans, 0, size, true);
                node.engine().table().enter(new DmaTable.Entry(slot.dma, size, object, 0, access));
                return Outcome.ok(slot.dma);
            }
        }
        String has = pools.isEmpty() ? "this board has no bounce buffers" : "bounce buffers of " + String.join(", ", pools.stream().map(p -> p + ", " + p.free() + " bytes free").toList());
        Refusal why = Refusal.of(Errno.ENOMEM, "bounce", has, size + " bytes in one piece that " + device + " reaches").about(device, device);
        return Outcome.no(pools.stream().filter(p -> wiring.bus(p.span().base(), BouncePool.SLOT).isPresent()).flatMap(p -> p.larger(size).stream()).findFirst().map(why::fixedBy).orElse(why));
    }

    /** The device works on it no more. */
    void give(String device, ObjectId object, long dma) {
        find(device, object).filter(s -> s.dma == dma).ifPresent(s -> {
            slots.remove(s);
            s.pool.give(s.cpu);
        });
    }

    private Optional<Slot> find(String device, ObjectId object) {
        for (Slot s : slots) {
            if (s.object.equals(object) && s.device.equals(device)) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }

    /** Two objects exchange their memory: each slot goes with the memory that it is a copy of. */
    void exchange(ObjectId a, ObjectId b) {
        slots.replaceAll(s -> s.object.equals(a) ? named(s, b) : s.object.equals(b) ? named(s, a) : s);
    }

    private static Slot named(Slot s, ObjectId name) {
        return new Slot(s.pool, s.device, name, s.cpu, s.dma, s.size);
    }

    /** Copies a range to where the device reaches, or back; nothing when the device works on the object's own memory. */
    void sync(String device, ObjectId object, List<Span> spans, long offset, long size, boolean toDevice) {
        if (!slots.isEmpty()) {
            find(device, object).ifPresent(s -> copy(s, spans, offset, Math.min(size, s.size - offset), toDevice));
        }
    }

    private void copy(Slot slot, List<Span> spans, long offset, long size, boolean toDevice) {
        if (toDevice) {
            coherency.clean(spans);
        }
        long at = 0;
        for (Span s : spans) {
            long from = Math.max(offset, at);
            long end = Math.min(offset + size, at + s.size());
            if (from < end) {
                long own = s.base() + (from - at);
                long bounced = slot.cpu + from;
                dram.copy(toDevice ? own : bounced, toDevice ? bounced : own, end - from);
                if (!toDevice) {
                    coherency.stored(own, end - from);
                }
            }
            at += s.size();
        }
    }
}
