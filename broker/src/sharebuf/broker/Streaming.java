package sharebuf.broker;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import sharebuf.broker.ledger.MappingLedger;
import sharebuf.broker.ledger.Streams;
import sharebuf.buffer.DmaAddress;
import sharebuf.buffer.ObjectId;
import sharebuf.device.Access;
import sharebuf.device.UseId;
import sharebuf.importer.StreamingDma;
import sharebuf.inventory.Violation;
import sharebuf.inventory.Violation.Kind;
import sharebuf.mapping.Mapped;
import sharebuf.memory.SegmentRule;
import sharebuf.platform.Platform;

/**
 * Streaming mappings: parts of what an attachment has mapped, handed over one by one. They have no entries of their own; what they are is
 * a promise about who touches which bytes, and this checks it.
 *
 * <p>Thread-safe.
 */
final class Streaming implements StreamingDma {
    private interface Sync {
        void sync(Platform p, String device, ObjectId object, long offset, long size, Access access, String by);
    }

    private final MappingLedger mappings;
    private final Supplier<Platform> platform;
    private final Violations violations;
    private final Streams streams = new Streams();

    Streaming(MappingLedger mappings, Supplier<Platform> platform, Violations violations) {
        this.mappings = mappings;
        this.platform = platform;
        this.violations = violations;
    }

    @Override
    public DmaAddress map(UseId use, ObjectId object, long offset, long size, Access direction, Set<Attribute> attributes) {
        Mapped mapped = mappings.find(use.device(), use, object).orElseThrow(() -> new IllegalStateException(object + " is not mapped for " + use));
        String what = size + " bytes from " + offset + " of " + object + " for " + use;
        if (mapped.opaqueBy().isPresent()) {
            throw new IllegalStateException(what + ": " + mapped.opaqueBy().get() + " mapped it and syncs it; there is no address to stream to");
        }
        if (!permits(mapped.access(), direction)) {
            throw new IllegalArgumentException(what + ": direction " + direction + ", the use is for " + mapped.access());
        }
        long dma = dma(mapped, offset, size).orElseThrow(() -> new IllegalArgumentException(what + ": inside one of its segments " + mapped.segments() + ", at least 1 byte"));
        Streams.Stream made = new Streams.Stream(use, object, offset, new DmaAddress(use.device(), dma), size, direction, CallSite.now());
        if (!attributes.contains(Attribute.SKIP_CPU_SYNC)) {
            platform.get().syncForDevice(use.device(), object, offset, size, direction, made.at());
        }
        streams.add(made);
        return made.address();
    }

    private static boolean permits(Access use, Access direction) {
        return (use.reads() || !direction.reads()) && (use.writes() || !direction.writes());
    }

    private static Optional<Long> dma(Mapped mapped, long offset, long size) {
        long start = 0;
        for (SegmentRule.Segment s : mapped.segments()) {
            if (offset >= start && offset - start < s.size()) {
                return size >= 1 && size <= s.size() - (offset - start) ? Optional.of(s.dma() + (offset - start)) : Optional.empty();
            }
            start += s.size();
        }
        return Optional.empty();
    }

    @Override
    public void unmap(DmaAddress address, long size, Access direction, Set<Attribute> attributes) {
        Objects.requireNonNull(direction, "direction");
        String at = CallSite.now();
        Streams.Stream ended = orThrow(streams.remove(address, size, direction, at), address.device(), at);
        if (!attributes.contains(Attribute.SKIP_CPU_SYNC)) {
            hand(ended, address, size, direction, at, Platform::syncForCpu);
        }
    }

    @Override
    public void syncForCpu(DmaAddress address, long size, Access direction) {
        sync(address, size, direction, "sync for cpu", Platform::syncForCpu);
    }

    @Override
    public void syncForDevice(DmaAddress address, long size, Access direction) {
        sync(address, size, direction, "sync for device", Platform::syncForDevice);
    }

    private void sync(DmaAddress address, long size, Access direction, String verb, Sync sync) {
        Objects.requireNonNull(direction, "direction");
        if (size < 1) {
            throw new IllegalArgumentException(verb + " of " + size + " bytes: at least 1");
        }
        String at = CallSite.now();
        hand(orThrow(streams.find(address, size, direction, verb), address.device(), at), address, size, direction, at, sync);
    }

    private void hand(Streams.Stream stream, DmaAddress address, long size, Access direction, String at, Sync sync) {
        // By address: a move gives the memory behind it another name.
        ObjectId now = mappings.lookup(address.device(), address.address()).orElse(stream.object());
        sync.sync(platform.get(), address.device(), now, stream.offset() + (address.address() - stream.address().address()), size, direction, at);
    }

    private Streams.Stream orThrow(Streams.Found found, String device, String at) {
        found.wrong().ifPresent(w -> {
            violations.add(new Violation(w.kind(), device, w.message(), at, w.madeAt(), 1));
            throw new IllegalArgumentException(w.message() + (w.madeAt().isEmpty() ? "" : ", made at " + w.madeAt()));
        });
        return found.stream().orElseThrow();
    }

    /** A device's mapping of an object goes, and with it what was streamed through it. */
    void unmapping(Mapped mapped) {
        List<Streams.Stream> left = streams.forget(s -> s.use().equals(mapped.use()) && mapped.segments().stream().anyMatch(m -> Long.compareUnsigned(s.address().address() - m.dma(), m.size()) < 0));
        left.forEach(s -> violations.add(new Violation(Kind.FREE_WHILE_MAPPED, s.use().device(), left(s) + ", while the attachment's mapping goes", "unmap of " + mapped.object() + " for " + s.use(), s.at(), 1)));
    }

    /** A device, or whoever drives it, is gone. */
    void gone(String device, String why) {
        List<Streams.Stream> left = streams.forget(s -> s.use().device().equals(device));
        if (!left.isEmpty()) {
            violations.add(new Violation(Kind.LEAK, device, left.size() + " mappings were left, the first: " + left(left.getFirst()), why, left.getFirst().at(), 1));
        }
    }

    private static String left(Streams.Stream s) {
        return s.size() + " bytes of " + s.object() + " at " + s.address() + " are mapped";
    }

    /** Devices with mappings. */
    List<String> devices() {
        List<Streams.Stream> all = streams.all();
        return all.isEmpty() ? List.of() : all.stream().map(s -> s.use().device()).distinct().toList();
    }
}
