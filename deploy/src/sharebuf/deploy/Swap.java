package sharebuf.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deploy.Configurer.Written;
import sharebuf.deploy.PluginFacts.Served;
import sharebuf.deploy.jar.ApiFit;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deploy.jar.NextJar;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer.Change;
import sharebuf.deployment.Deployer.Swapped;
import sharebuf.plugin.Serves;
import sharebuf.seating.Seating;
import sharebuf.seating.Seating.Given;
import sharebuf.seating.Seating.Place;

/**
 * Replaces one bundle by a successor that is started beside it.
 *
 * <pre>
 *   read and check the jar, install it          nothing runs yet
 *   share the configurations, start it          its plug-ins come to the lines of the seats
 *   wait for each seat; rehearse                the old one serves
 *   give over                                   requests are held
 *   stop the old one, uninstall it              the successor serves
 * </pre>
 *
 * What goes wrong before giving over has succeeded undoes all of it. A bundle that has no seat, because it is stopped or never came
 * that far, has nothing to give over: its successor only has to take the seats that it would have.
 *
 * <p>Made for one swap, by one thread.
 */
final class Swap {
    private static final Duration IN_LINE = Duration.ofSeconds(10);

    private final BundleContext system;
    private final Configurer configurer;
    private final SeatWatch watch;
    private final Reasons reasons;
    private final BoardHouse house;
    private final Seating seating;
    private final Bundle old;
    private final long start = System.nanoTime();
    private final List<Written> shared = new ArrayList<>();

    Swap(BundleContext system, Configurer configurer, SeatWatch watch, Reasons reasons, BoardHouse house, Seating seating, Bundle old) {
        this.system = system;
        this.configurer = configurer;
        this.watch = watch;
        this.reasons = reasons;
        this.house = house;
        this.seating = seating;
        this.old = old;
    }

    /** Why it cannot be done. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }

    /** The successor is a jar; a copy of the old bundle under the next version when there is none. */
    Change with(Optional<Path> jar) {
        int mark = configurer.mark();
        Bundle successor = null;
        try {
            byte[] bytes = bytes(jar);
            successor = install(bytes);
            PluginFacts facts = PluginFacts.of(successor);
            List<Place> places = seating.places(old.getBundleId());
            check(successor, facts, places);
            configure(successor, facts, places);
            Lifecycle.start(successor);
            for (Served served : facts.serves()) {
                Optional<String> misbound = reasons.misbound(successor, served);
                if (misbound.isPresent()) {
                    throw new Refused(misbound.get());
                }
            }
            Change change = places.isEmpty() ? replaceIdle(successor) : giveOver(successor);
            clear(successor);
            return change;
        } catch (Refused | BundleException | BoardException e) {
            undo(successor, mark);
            return done(false, old.getSymbolicName() + " " + old.getVersion() + " serves on: " + (successor == null ? "" : name(successor) + ": ") + e.getMessage(),
                    Optional.empty());
        }
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    private byte[] bytes(Optional<Path> jar) throws Refused {
        try {
            return jar.isPresent() ? JarFacts.bytes(jar.get()) : NextJar.of(old);
        } catch (IOException e) {
            throw new Refused(jar.map(file -> file + " is no complete bundle: ").orElse("no copy can be made: ") + e.getMessage());
        }
    }

    /** The digest makes the location: whoever asks the framework sees what was installed. */
    private Bundle install(byte[] jar) throws BundleException, Refused {
        String location = "sharebuf:swap:" + old.getSymbolicName() + ":" + JarFacts.digest(jar);
        Bundle there = system.getBundle(location);
        if (there != null) {
            throw new Refused(there == old ? "that jar serves already" : "that jar is installed already, as " + name(there));
        }
        return system.installBundle(location, new ByteArrayInputStream(jar));
    }

    /** What can be known before its code runs. */
    private void check(Bundle successor, PluginFacts facts, List<Place> places) throws Refused {
        Optional<String> missing = ApiFit.unmet(successor, system);
        if (missing.isPresent()) {
            throw new Refused(missing.get());
        }
        for (Place place : places) {
            if (server(facts, place).isEmpty()) {
                throw new Refused("it has no plug-in for " + place + ", which " + old.getSymbolicName() + " serves; it serves " + (facts.serves().isEmpty() ? "nothing"
                        : String.join(", ", facts.serves().stream().map(s -> s.kind() + (s.compatible().isEmpty() ? "" : " of " + s.compatible())).toList())));
            }
        }
    }

    private Optional<Served> server(PluginFacts facts, Place place) {
        return facts.serves().stream().filter(s -> s.kind().equals(place.kind()) && s.suits(house.compatible(new SeatName(place.kind(), place.name())))).findFirst();
    }

    /** The same configurations where it serves the same PIDs; else one for each seat of the old one and for no other. */
    private void configure(Bundle successor, PluginFacts facts, List<Place> places) {
        List<Place> left = new ArrayList<>(places);
        for (Written written : configurer.of(old.getLocation())) {
            for (Served served : facts.serves()) {
                if (served.pid().equals(written.config().pid())) {
                    shared.add(written);
                    written.config().text(SeatName.key(served.kind())).ifPresent(seat -> left.remove(new Place(served.kind(), seat)));
                }
            }
        }
        for (Place place : left) {
            Served served = server(facts, place).orElseThrow();
            String key = SeatName.key(place.kind());
            Config own = facts.own().stream().filter(c -> c.pid().equals(served.pid()) && c.text(key).equals(Optional.of(place.name()))).findFirst()
                    .orElseGet(() -> new Config(served.pid(), place.name(), Map.of(key, place.name())));
            configurer.plugin(own, successor.getLocation());
        }
        shared.forEach(Written::share);
    }

    private Change giveOver(Bundle successor) throws Refused {
        long from = old.getBundleId();
        long to = successor.getBundleId();
        watch.await(() -> seating.uncovered(from, to).isEmpty() || reasons.failed(successor).isPresent(), IN_LINE);
        List<Place> open = seating.uncovered(from, to);
        if (!open.isEmpty()) {
            throw new Refused("it does not come to " + open.getFirst() + ": " + reasons.failed(successor).or(() -> reasons.waits(successor))
                    .orElse("no plug-in of it names that seat after " + IN_LINE.toSeconds() + " s"));
        }
        if (seating.rehearse(from, to) instanceof Outcome.No<Outcome.Done>(Refusal why)) {
            throw new Refused("it cannot adopt what is live: " + why.message());
        }
        return switch (seating.giveOver(from, to)) {
            case Outcome.No<Given>(Refusal why) -> throw new Refused(why.message());
            case Outcome.Ok<Given>(Given given) -> done(true, told(successor, given), Optional.of(new Swapped(successor.getSymbolicName(), old.getVersion().toString(),
                    successor.getVersion().toString(), given.places().size(), micros(given.held()), micros(given.adopted()), given.inFlight(), given.requests(), given.closedAt())));
        };
    }

    private String told(Bundle successor, Given given) {
        return name(old) + " -> " + (successor.getSymbolicName().equals(old.getSymbolicName()) ? successor.getVersion().toString() : name(successor)) + "; took "
                + String.join(", ", given.places().stream().map(Place::toString).toList()) + "; " + given.requests() + (given.requests() == 1 ? " request" : " requests")
                + " held for " + millis(given.held()) + " at most, of which adopting took " + millis(given.adopted()) + "; " + given.inFlight()
                + (given.inFlight() == 1 ? " call was" : " calls were") + " in flight";
    }

    /** Nothing is given over; the seats are free, and the successor has to take those that it is configured for. */
    private Change replaceIdle(Bundle successor) throws Refused {
        Lifecycle.stop(old);
        List<SeatName> wanted = shared.stream().flatMap(w -> wanted(w).stream()).toList();
        watch.await(() -> wanted.stream().allMatch(name -> SeatWatch.isSeated(watch.seats().get(name))) || reasons.failed(successor).isPresent(), IN_LINE);
        Optional<String> failed = reasons.failed(successor);
        if (failed.isPresent()) {
            throw new Refused(failed.get());
        }
        return done(true, name(old) + ", which had no seat, replaced by " + name(successor), Optional.of(new Swapped(successor.getSymbolicName(),
                old.getVersion().toString(), successor.getVersion().toString(), 0, 0, 0, 0, 0, 0)));
    }

    private static List<SeatName> wanted(Written written) {
        return Stream.of(Serves.ALLOCATOR, Serves.MAPOPS, Serves.IMPORTER, Serves.EXPORTER)
                .flatMap(kind -> written.config().text(SeatName.key(kind)).map(name -> new SeatName(kind, name)).stream()).toList();
    }

    /** The successor serves: the old one goes, and what was its is the successor's. */
    private void clear(Bundle successor) {
        Lifecycle.stop(old);
        shared.forEach(w -> w.moveTo(successor.getLocation()));
        configurer.removeOf(old.getLocation());
        Lifecycle.uninstall(old);
        house.installed().remove(old.getSymbolicName());
        house.installed().put(successor.getSymbolicName(), successor);
    }

    private void undo(Bundle successor, int mark) {
        if (successor != null) {
            Lifecycle.stop(successor);
        }
        shared.forEach(Written::unshare);
        configurer.removeFrom(mark);
        if (successor != null) {
            Lifecycle.uninstall(successor);
        }
    }

    private Change done(boolean done, String message, Optional<Swapped> swapped) {
        return new Change(done, message, TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start), swapped);
    }

    private static long micros(Duration time) {
        return TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    }

    private static String millis(Duration time) {
        return String.format(java.util.Locale.ROOT, "%.2f ms", time.toNanos() / 1e6);
    }
}
