package sharebuf.broker.seat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import sharebuf.plugin.Plugin;

/**
 * All seats. A seat is opened by the platform (a region, a device and its address space) and stays open as long as that is there, or by the first plug-in that names
 * it (an exporter), and stays open until that is gone for good.
 *
 * <p>Thread-safe.
 */
public final class Seats {
    private record Key(SeatKind kind, String name) {
    }

    private final Map<Key, Seat<?>> seats = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Calls calls;
    private final Seat.Limits limits;
    private final Consumer<String> report;

    /**
     * No seat is open.
     *
     * @param watchdog watches the calls
     * @param limits of every seat
     * @param report hears of plug-ins that lose their seat for what they did
     */
    public Seats(Watchdog watchdog, Seat.Limits limits, Consumer<String> report) {
        calls = watchdog.calls();
        this.limits = limits;
        this.report = report;
    }

    /**
     * Opens a seat, or gives the one that is open.
     *
     * @param <P> the plug-in's interface
     * @param kind its kind
     * @param name its name
     * @param type the plug-in's interface
     * @param holdings what the ledger has for it
     * @param greet called with a plug-in after it adopted and before it counts as seated; what it throws keeps the plug-in out
     * @return the seat
     */
    public <P extends Plugin> Seat<P> open(SeatKind kind, String name, Class<P> type, Holdings holdings, Consumer<P> greet) {
        return cast(seats.computeIfAbsent(new Key(kind, name), k -> new Seat<>(kind, name, type, calls, limits, holdings, greet, report)), type);
    }

    /**
     * A seat.
     *
     * @param <P> the plug-in's interface
     * @param kind its kind
     * @param name its name
     * @param type the plug-in's interface
     * @return empty when it is not open
     */
    public <P extends Plugin> Optional<Seat<P>> find(SeatKind kind, String name, Class<P> type) {
        return Optional.ofNullable(seats.get(new Key(kind, name))).map(s -> cast(s, type));
    }

    /**
     * Closes a seat that nobody sits in and nothing lives in.
     *
     * @param kind its kind
     * @param name its name
     */
    public void close(SeatKind kind, String name) {
        seats.computeIfPresent(new Key(kind, name), (k, s) -> s.occupant().isPresent() || !s.line().isEmpty() ? s : null);
    }

    /**
     * The seats of a kind.
     *
     * @param <P> the plug-in's interface
     * @param kind the kind
     * @param type the plug-in's interface
     * @return by name
     */
    public <P extends Plugin> List<Seat<P>> of(SeatKind kind, Class<P> type) {
        List<Seat<P>> all = new ArrayList<>();
        for (Seat<?> seat : seats.values()) {
            if (seat.kind() == kind) {
                all.add(cast(seat, type));
            }
        }
        all.sort(Comparator.comparing(Seat::name));
        return List.copyOf(all);
    }

    /**
     * All seats.
     *
     * @return by kind and name
     */
    public List<Seat<?>> all() {
        Collection<Seat<?>> values = seats.values();
        return values.stream().sorted(Comparator.<Seat<?>, SeatKind>comparing(Seat::kind).thenComparing(Seat::name)).toList();
    }

    /**
     * A plug-in came.
     *
     * @param <P> its interface
     * @param seat the seat that it names
     * @param service the plug-in
     * @param identity its identity
     */
    public <P extends Plugin> void sit(Seat<P> seat, P service, Occupant.Identity identity) {
        Occupant<P> comer = new Occupant<>(seat, numbers, service, identity);
        calls.add(comer);
        seat.sit(comer);
        seats.putIfAbsent(new Key(seat.kind(), seat.name()), seat); // closed while it came
    }

    /**
     * A plug-in went.
     *
     * @param seat its seat
     * @param serviceId its {@code service.id}
     */
    public void leave(Seat<?> seat, long serviceId) {
        seat.leave(serviceId);
    }

    /**
     * The seats that plug-ins of a bundle have.
     *
     * @param bundleId of the bundle
     * @return by kind and name
     */
    public List<Seat<?>> of(long bundleId) {
        return all().stream().filter(s -> s.isOf(bundleId)).toList();
    }

    /**
     * Whether the calling thread is within a call into a plug-in of a bundle.
     *
     * @param bundleId of the bundle
     * @return true when it is
     */
    public boolean isInside(long bundleId) {
        return calls.isInside(number -> calls.bundle(number) == bundleId);
    }

    /**
     * Another bundle is to take over the seats of a bundle.
     *
     * @param from id of the bundle that sits there
     * @param to id of the successor
     * @return how to
     */
    public Takeover takeover(long from, long to) {
        return new Takeover(this, calls, limits, from, to);
    }

    /** Lets those in line sit where the grace time is over. Seats that belong to nothing of the platform are closed then, when nobody is in line. */
    public void tick() {
        seats.values().forEach(s -> {
            s.nextInLine();
            if (s.kind() == SeatKind.EXPORTER && s.isLeft()) {
                close(s.kind(), s.name());
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static <P extends Plugin> Seat<P> cast(Seat<?> seat, Class<P> type) {
        if (seat.type() != type) {
            throw new IllegalStateException("seat " + seat.kind().word() + " " + seat.name() + " is for " + seat.type().getName() + ", not " + type.getName());
        }
        return (Seat<P>) seat;
    }
}
