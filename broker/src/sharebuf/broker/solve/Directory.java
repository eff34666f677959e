package sharebuf.broker.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sharebuf.buffer.Errno;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.device.Access;
import sharebuf.device.Device;
import sharebuf.device.DmaConstraints;
import sharebuf.device.LettingGo;
import sharebuf.device.Use;
import sharebuf.device.UseId;

/**
 * Which devices there are and what they do with buffers. The CPU is always there.
 *
 * <p>Thread-safe.
 */
public final class Directory {
    /** The CPU's use. */
    public static final UseId CPU = new UseId("cpu", "cpu");

    private record Entry(Device device, List<Use> uses) {
    }

    private final Map<String, Entry> devices = new ConcurrentHashMap<>();

    /** Only the CPU is there. */
    public Directory() {
        DmaConstraints any = DmaConstraints.builder().coherent(true).build();
        devices.put("cpu", new Entry(new Device("cpu", List.of(), "cpu", any),
                List.of(new Use(CPU, Access.READ_WRITE, any, List.of(), true, LettingGo.BETWEEN_JOBS, 0))));
    }

    /**
     * A device's importer took its seat.
     *
     * @param device the device
     * @param uses what it offers; those of other devices are left out
     */
    public void put(Device device, List<Use> uses) {
        devices.put(device.name(), new Entry(device, uses.stream().filter(u -> u.id().device().equals(device.name())).toList()));
    }

    /**
     * The platform says more about a device whose uses are known already.
     *
     * @param device the device
     */
    public void describe(Device device) {
        devices.computeIfPresent(device.name(), (n, e) -> new Entry(device, e.uses));
    }

    /**
     * A device went.
     *
     * @param device its name
     */
    public void remove(String device) {
        devices.remove(device);
    }

    /**
     * All uses.
     *
     * @return by name, without the CPU
     */
    public List<Use> uses() {
        return devices.values().stream().flatMap(e -> e.uses.stream()).filter(u -> !u.id().equals(CPU)).sorted(Comparator.comparing(Use::id)).toList();
    }

    /**
     * A use with its device.
     *
     * @param id its name
     * @return empty when it is unknown
     */
    public Optional<Party> find(UseId id) {
        Entry e = devices.get(id.device());
        return e == null ? Optional.empty() : e.uses.stream().filter(u -> u.id().equals(id)).findFirst().map(u -> new Party(u, e.device));
    }

    /**
     * A device.
     *
     * @param name its name
     * @return empty when it is unknown
     */
    public Optional<Device> device(String name) {
        return Optional.ofNullable(devices.get(name)).map(Entry::device);
    }

    /**
     * A use with its device, or who there is.
     *
     * @param id its name
     * @return refused with ENODEV
     */
    public Outcome<Party> get(UseId id) {
        return find(id).map(Outcome::ok).orElseGet(() -> Outcome.no(unknown(id.toString(), List.of(id.toString()))));
    }

    /**
     * Turns names as people type them into uses: see {@code BufferBroker.resolve}.
     *
     * @param names {@code device} or {@code device:use}
     * @return the uses in the same order
     */
    public Outcome<List<UseId>> resolve(List<String> names) {
        List<Optional<UseId>> found = new ArrayList<>();
        boolean writer = false;
        for (String name : names) {
            UseId id;
            try {
                id = UseId.parse(name);
            } catch (IllegalArgumentException e) {
                return Outcome.no(Refusal.of(Errno.EINVAL, "use", "'" + name + "'", "a device or device:use"));
            }
            Entry e = devices.get(id.device());
            if (e == null) {
                return Outcome.no(unknown(name, names));
            }
            Optional<UseId> exact = name.indexOf(':') < 0 && e.uses.size() == 1 ? Optional.of(e.uses.getFirst().id())
                    : e.uses.stream().map(Use::id).filter(id::equals).findFirst();
            if (exact.isEmpty() && name.indexOf(':') >= 0) {
                return Outcome.no(unknown(name, names));
            }
            found.add(exact);
            writer |= exact.flatMap(this::find).map(p -> p.use().access().writes() && !p.isCpu()).orElse(false);
        }
        List<UseId> ids = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Access wanted = writer ? Access.READ : Access.WRITE;
            Entry e = devices.get(UseId.parse(names.get(i)).device());
            List<UseId> fitting = found.get(i).map(List::of)
                    .orElseGet(() -> e.uses.stream().filter(u -> u.access() == wanted).map(Use::id).toList());
            if (fitting.size() != 1) {
                return Outcome.no(Refusal.of(Errno.EINVAL, "use", "'" + names.get(i) + "' has several uses",
                        "one of " + e.uses.stream().map(u -> u.id().toString()).toList()).about(e.device.name(), "")
                        .fixedBy(Fixes.replaced(names.get(i), names, e.uses.stream().map(u -> u.id().toString()).toList())));
            }
            ids.add(fitting.getFirst());
            writer |= wanted.writes();
        }
        return Outcome.ok(List.copyOf(ids));
    }

    private Refusal unknown(String name, List<String> names) {
        List<String> there = uses().stream().map(u -> u.id().toString()).toList();
        return Refusal.of(Errno.ENODEV, "use", "no '" + name + "' on this board", "one of " + there + " or cpu").about(name.split(":")[0], "")
                .fixedBy(Fixes.replaced(name, names, there));
    }
}
