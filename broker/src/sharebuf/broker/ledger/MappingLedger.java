package sharebuf.broker.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.buffer.ObjectId;
import sharebuf.device.UseId;
import sharebuf.mapping.Mapped;
import sharebuf.memory.SegmentRule;

/**
 * The live mappings, by device and by DMA address.
 *
 * <p>Thread-safe, one lock a device.
 */
public final class MappingLedger {
    private record Key(UseId use, ObjectId object) {
    }

    private static final class OfDevice {
        private final Map<Key, Mapped> byObject = new ConcurrentHashMap<>();
        private final TreeMap<Long, List<Mapped>> byAddress = new TreeMap<>(Long::compareUnsigned);
    }

    private final Map<String, OfDevice> devices = new ConcurrentHashMap<>();

    /**
     * A mapping was made.
     *
     * @param mapped the mapping
     */
    public void add(Mapped mapped) {
        OfDevice d = devices.computeIfAbsent(mapped.device().name(), n -> new OfDevice());
        synchronized (d) {
            d.byObject.put(new Key(mapped.use(), mapped.object()), mapped);
            for (SegmentRule.Segment s : mapped.segments()) {
                d.byAddress.computeIfAbsent(s.dma(), a -> new ArrayList<>(1)).add(mapped);
            }
        }
    }

    /**
     * A mapping is no more.
     *
     * @param mapped the mapping
     */
    public void remove(Mapped mapped) {
        OfDevice d = devices.get(mapped.device().name());
        if (d == null) {
            return;
        }
        synchronized (d) {
            d.byObject.remove(new Key(mapped.use(), mapped.object()));
            for (SegmentRule.Segment s : mapped.segments()) {
                d.byAddress.computeIfPresent(s.dma(), (a, list) -> {
                    list.removeIf(m -> m == mapped);
                    return list.isEmpty() ? null : list;
                });
            }
        }
    }

    /**
     * Mappings of one device get other names, at once: a use that had a mapping of an object has one all the time.
     *
     * @param gone as they were added
     * @param renamed the same under the new names
     */
    public void rename(List<Mapped> gone, List<Mapped> renamed) {
        OfDevice d = devices.computeIfAbsent(renamed.getFirst().device().name(), n -> new OfDevice());
        synchronized (d) {
            renamed.forEach(this::add);
            List<Key> now = renamed.stream().map(m -> new Key(m.use(), m.object())).toList();
            for (Mapped m : gone) {
                for (SegmentRule.Segment s : m.segments()) {
                    d.byAddress.computeIfPresent(s.dma(), (a, list) -> {
                        list.removeIf(x -> x == m);
                        return list.isEmpty() ? null : list;
                    });
                }
                Key key = new Key(m.use(), m.object());
                if (!now.contains(key)) {
                    d.byObject.remove(key);
                }
            }
        }
    }

    /**
     * The live mappings of an object.
     *
     * @param object the object
     * @return one a use
     */
    public List<Mapped> of(ObjectId object) {
        return devices.values().stream().flatMap(d -> d.byObject.values().stream()).filter(m -> m.object().equals(object)).toList();
    }

    /**
     * A use's mapping of an object.
     *
     * @param device the device
     * @param use the use
     * @param object the object
     * @return empty when there is none
     */
    public Optional<Mapped> find(String device, UseId use, ObjectId object) {
        OfDevice d = devices.get(device);
        return d == null ? Optional.empty() : Optional.ofNullable(d.byObject.get(new Key(use, object)));
    }

    /**
     * The object that a device reaches at an address.
     *
     * @param device the device
     * @param dma unsigned
     * @return empty when there is none
     */
    public Optional<ObjectId> lookup(String device, long dma) {
        OfDevice d = devices.get(device);
        if (d == null) {
            return Optional.empty();
        }
        synchronized (d) {
            Map.Entry<Long, List<Mapped>> entry = d.byAddress.floorEntry(dma);
            if (entry == null) {
                return Optional.empty();
            }
            return entry.getValue().stream().filter(m -> m.segments().stream().anyMatch(s -> Long.compareUnsigned(dma - s.dma(), s.size()) < 0))
                    .map(Mapped::object).findFirst();
        }
    }

    /**
     * Devices that reach something at an address.
     *
     * @param dma unsigned
     * @return names
     */
    public List<String> devicesAt(long dma) {
        return devices.keySet().stream().sorted().filter(d -> lookup(d, dma).isPresent()).toList();
    }

    /**
     * The live mappings of an address space.
     *
     * @param space its name
     * @return by device and object
     */
    public List<Mapped> ofSpace(String space) {
        return all().stream().filter(m -> m.device().addressSpace().equals(space)).toList();
    }

    /**
     * All live mappings.
     *
     * @return by device, use and object
     */
    public List<Mapped> all() {
        return devices.values().stream().map(d -> d.byObject.values()).flatMap(Collection::stream)
                .sorted(Comparator.comparing((Mapped m) -> m.use().toString()).thenComparing(m -> m.object().buffer()).thenComparing(m -> m.object().index())).toList();
    }

    /**
     * How many mappings are live.
     *
     * @return the number
     */
    public int count() {
        return devices.values().stream().mapToInt(d -> d.byObject.size()).sum();
    }
}
