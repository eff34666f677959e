package sharebuf.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deploy.PluginFacts.Served;
import sharebuf.deploy.jar.ApiFit;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer.BundleState;
import sharebuf.deployment.Deployer.Change;
import sharebuf.inventory.Snapshot;
import sharebuf.inventory.Snapshot.SeatState;
import sharebuf.seating.Seating;

/**
 * Stops, starts and installs bundles of the running board. The core (whatever neither a board nor {@link #install} brought) stays.
 * Externally synchronised, except {@link #bundles}.
 */
final class BundleChanges {
    private static final Duration SEATED = Duration.ofSeconds(10);

    private final BundleContext system;
    private final Configurer configurer;
    private final SeatWatch watch;
    private final Reasons reasons;
    private final BoardHouse house;
    private final Seating seating;
    private final Map<String, List<SeatName>> seatsOf = new HashMap<>();

    BundleChanges(BundleContext system, Configurer configurer, SeatWatch watch, Reasons reasons, BoardHouse house, Seating seating) {
        this.system = system;
        this.configurer = configurer;
        this.watch = watch;
        this.reasons = reasons;
        this.house = house;
        this.seating = seating;
    }

    /** The board goes: seats of its bundles are of no more interest. */
    void forget() {
        seatsOf.clear();
    }

    List<BundleState> bundles() {
        return Arrays.stream(system.getBundles()).filter(b -> b.getBundleId() != 0)
                .map(b -> new BundleState(name(b), b.getVersion().toString(), state(b.getState())))
                .sorted(java.util.Comparator.comparing(BundleState::name)).toList();
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    private static String state(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.ACTIVE -> "active";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    Change stop(String name) {
        long start = System.nanoTime();
        Bundle bundle = house.installed().get(name);
        if (bundle == null) {
            return done(start, false, core(name));
        }
        List<SeatName> seats = seated(bundle);
        Optional<String> late = Lifecycle.stop(bundle);
        if (late.isPresent()) {
            return done(start, false, name + " does not stop: " + late.get());
        }
        if (!seats.isEmpty()) {
            seatsOf.put(name, seats);
        }
        return done(start, true, name + " stopped" + (seats.isEmpty() ? "" : "; left " + names(seats)));
    }

    Change start(String name) {
        long start = System.nanoTime();
        Bundle bundle = house.installed().get(name);
        if (bundle == null) {
            return done(start, false, core(name));
        }
        try {
            Lifecycle.start(bundle);
        } catch (BundleException e) {
            return done(start, false, name + " does not start: " + e.getMessage());
        }
        List<SeatName> seats = seatsOf.getOrDefault(name, List.of());
        if (!watch.awaitSeated(seats, SEATED)) {
            return done(start, false, name + " started, but " + notSeated(seats));
        }
        seatsOf.remove(name);
        return done(start, true, name + " started" + (seats.isEmpty() ? "" : "; took " + names(seats)));
    }

    /** Why a bundle must not be changed by this thread. */
    Optional<String> inside(String name) {
        return Optional.ofNullable(house.installed().get(name)).filter(b -> seating.isInside(b.getBundleId()))
                .map(b -> name + " is not changed: this thread is within a call into one of its plug-ins, and the call would wait for itself; change it from another thread");
    }

    Change swap(String name, Optional<Path> jar) {
        long start = System.nanoTime();
        Bundle bundle = house.installed().get(name);
        if (bundle == null) {
            return done(start, false, core(name));
        }
        Change change = new Swap(system, configurer, watch, reasons, house, seating, bundle).with(jar);
        if (change.done()) {
            seatsOf.remove(name);
        }
        return change;
    }

    Change uninstall(String name) {
        long start = System.nanoTime();
        Bundle bundle = house.installed().get(name);
        if (bundle == null) {
            return done(start, false, core(name));
        }
        List<SeatName> seats = seatsOf.getOrDefault(name, seated(bundle));
        String location = bundle.getLocation();
        String version = bundle.getVersion().toString();
        // In the order of BoardHouse.takeDown, for the same reason.
        Lifecycle.stop(bundle);
        configurer.removeOf(location);
        Lifecycle.uninstall(bundle);
        house.installed().remove(name);
        seatsOf.remove(name);
        boolean free = watch.await(() -> watch.seats().entrySet().stream().noneMatch(s -> seats.contains(s.getKey()) && s.getValue().state() == SeatState.AWAY), SEATED);
        return done(start, true, name + " " + version + " uninstalled" + (seats.isEmpty() ? "" : "; left " + names(seats))
                + (free ? "" : ", which nobody else can have yet"));
    }

    Change install(Path jar) {
        long start = System.nanoTime();
        String file = jar.getFileName() == null ? jar.toString() : jar.getFileName().toString();
        byte[] bytes;
        try {
            bytes = JarFacts.bytes(jar);
        } catch (IOException e) {
            return done(start, false, file + " is no complete bundle: " + e.getMessage());
        }
        int mark = configurer.mark();
        Bundle bundle = null;
        try {
            bundle = system.installBundle("sharebuf:installed:" + jar.toAbsolutePath().normalize(), new ByteArrayInputStream(bytes));
            if (house.installed().containsValue(bundle)) {
                return done(start, false, file + " is installed already, as " + bundle.getSymbolicName());
            }
            Optional<String> wrong = isOfCore(bundle) ? Optional.of(core(name(bundle))) : ApiFit.unmet(bundle, system);
            if (wrong.isPresent()) {
                undo(bundle, mark);
                return done(start, false, file + " is not taken: " + wrong.get());
            }
            Lifecycle.start(bundle);
            return settle(start, bundle, mark);
        } catch (BundleException | BoardException e) {
            undo(bundle, mark);
            return done(start, false, file + ": " + e.getMessage());
        }
    }

    /** Whether it has the name of a bundle that is not the board's. */
    private boolean isOfCore(Bundle bundle) {
        return Arrays.stream(system.getBundles()).anyMatch(b -> b != bundle && name(b).equals(name(bundle)) && !house.installed().containsValue(b));
    }

    /** Configures it and waits for the seats that are free; a seat that somebody has is waited for in line, by the broker's rule. */
    private Change settle(long start, Bundle bundle, int mark) throws BoardException {
        Map<SeatName, Snapshot.Seat> before = watch.seats();
        PluginFacts facts = PluginFacts.of(bundle);
        Optional<String> misbound = facts.serves().stream().map(served -> reasons.misbound(bundle, served)).flatMap(Optional::stream).findFirst();
        if (misbound.isPresent()) {
            undo(bundle, mark);
            return done(start, false, name(bundle) + ": " + misbound.get());
        }
        Map<SeatName, Config> free = configure(facts, bundle);
        List<SeatName> taken = free.keySet().stream().filter(name -> SeatWatch.isSeated(before.get(name))).toList();
        free.keySet().removeAll(taken);
        if (!watch.awaitSeated(free.keySet(), SEATED)) {
            String why = notSeated(free);
            undo(bundle, mark);
            return done(start, false, name(bundle) + ": " + why);
        }
        house.installed().put(bundle.getSymbolicName(), bundle);
        // A bundle that registers its plug-ins itself says nothing of them beforehand; where they sit now is what counts.
        String identity = bundle.getSymbolicName() + " " + bundle.getVersion();
        Set<SeatName> sits = new TreeSet<>(Comparator.comparing(SeatName::toString));
        sits.addAll(free.keySet());
        watch.seats().forEach((name, seat) -> {
            if (SeatWatch.isSeated(seat) && seat.bundle().equals(identity)) {
                sits.add(name);
            }
        });
        String seats = !sits.isEmpty() ? "; took " + names(sits) : taken.isEmpty() ? "; there was no seat for it" : "";
        return done(start, true, name(bundle) + " " + bundle.getVersion() + " installed" + seats
                + (taken.isEmpty() ? "" : "; waits for " + names(taken) + ", which somebody has"));
    }

    private void undo(Bundle bundle, int mark) {
        if (bundle != null) {
            Lifecycle.stop(bundle);
        }
        configurer.removeFrom(mark);
        if (bundle != null) {
            Lifecycle.uninstall(bundle);
        }
    }

    /** Writes the configurations that it brings, or else one for every seat of its kind that nobody has. */
    private Map<SeatName, Config> configure(PluginFacts facts, Bundle bundle) {
        Map<SeatName, Config> seats = new LinkedHashMap<>();
        for (Config own : facts.own()) {
            configurer.plugin(own, bundle.getLocation());
            for (Served served : facts.serves()) {
                if (served.pid().equals(own.pid())) {
                    own.text(SeatName.key(served.kind())).ifPresent(name -> seats.put(new SeatName(served.kind(), name), own));
                }
            }
        }
        if (facts.own().isEmpty()) {
            for (Served served : facts.serves()) {
                for (Snapshot.Seat seat : watch.seats().values()) {
                    SeatName name = SeatName.of(seat);
                    if (seat.kind().equals(served.kind()) && seat.state() == SeatState.GONE && served.suits(house.compatible(name))) {
                        seats.put(name, new Config(served.pid(), seat.name(), Map.of(SeatName.key(seat.kind()), seat.name())));
                    }
                }
            }
            seats.values().forEach(config -> configurer.plugin(config, bundle.getLocation()));
        }
        return seats;
    }

    private List<SeatName> seated(Bundle bundle) {
        String prefix = bundle.getSymbolicName() + " ";
        return watch.seats().values().stream().filter(s -> s.state() == SeatState.SEATED && (s.bundle() + " ").startsWith(prefix))
                .map(SeatName::of).sorted(java.util.Comparator.comparing(SeatName::toString)).toList();
    }

    private String notSeated(java.util.Collection<SeatName> wanted) {
        Map<SeatName, Snapshot.Seat> seats = watch.seats();
        List<String> texts = new ArrayList<>();
        for (SeatName name : wanted) {
            Snapshot.Seat seat = seats.get(name);
            if (!SeatWatch.isSeated(seat)) {
                texts.add(name + " was not taken: " + (seat == null ? "there is no such seat" : seat.reason()));
            }
        }
        return String.join("; ", texts);
    }

    private String notSeated(Map<SeatName, Config> wanted) {
        Map<SeatName, Snapshot.Seat> seats = watch.seats();
        List<String> texts = new ArrayList<>();
        wanted.forEach((name, config) -> {
            Snapshot.Seat seat = seats.get(name);
            if (!SeatWatch.isSeated(seat)) {
                texts.add(name + " was not taken: " + reasons.of(config.pid(), config.name())
                        .orElse(seat == null ? "there is no such seat" : seat.reason()));
            }
        });
        return String.join("; ", texts);
    }

    private static String names(java.util.Collection<SeatName> seats) {
        return String.join(", ", seats.stream().map(SeatName::toString).toList());
    }

    /** Why a bundle that no board brought cannot be changed. */
    private String core(String name) {
        Optional<Bundle> found = Arrays.stream(system.getBundles()).filter(b -> name.equals(b.getSymbolicName())).findFirst();
        if (found.isEmpty()) {
            return "there is no bundle " + name + "; there are " + String.join(", ", house.installed().keySet());
        }
        TreeSet<String> holders = new TreeSet<>();
        BundleWiring wiring = found.get().adapt(BundleWiring.class);
        for (BundleWire wire : wiring == null ? List.<BundleWire>of() : wiring.getProvidedWires(null)) {
            holders.add(wire.getRequirer().getSymbolicName());
        }
        for (var service : Optional.ofNullable(found.get().getRegisteredServices()).orElse(new org.osgi.framework.ServiceReference<?>[0])) {
            for (Bundle user : Optional.ofNullable(service.getUsingBundles()).orElse(new Bundle[0])) {
                holders.add(user.getSymbolicName());
            }
        }
        holders.remove(name);
        return name + " belongs to the core and stays as long as the framework; it is held by "
                + (holders.isEmpty() ? "nobody" : String.join(", ", holders));
    }

    private static Change done(long start, boolean done, String message) {
        return new Change(done, message, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }
}
