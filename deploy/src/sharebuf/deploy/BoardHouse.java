package sharebuf.deploy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;
import sharebuf.deploy.BoardFile.BundleRef;
import sharebuf.deploy.BoardFile.Config;
import sharebuf.deployment.Board;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Variable;
import sharebuf.inventory.Snapshot;
import sharebuf.plugin.Serves;
import sharebuf.plugin.Quantity;

/**
 * The board that is up: its bundles, configurations and Conditions. Externally synchronised, except {@link #board} and
 * {@link #variable}.
 */
final class BoardHouse {
    private static final Duration DOWN = Duration.ofSeconds(5);
    private static final Duration LOOK_FOR_FAILURES = Duration.ofMillis(250);

    private final BundleContext system;
    private final BundleContext own;
    private final BundleFiles files;
    private final Configurer configurer;
    private final SeatWatch watch;
    private final Reasons reasons;
    private final Keys keys = new Keys();
    private final Map<String, Bundle> installed = Collections.synchronizedMap(new LinkedHashMap<>());
    private volatile Optional<Board> board = Optional.empty();
    private Map<String, Set<String>> compatible = Map.of();
    private volatile Map<String, Variable> variables = Map.of();
    private final List<ServiceRegistration<Condition>> conditions = new ArrayList<>();

    BoardHouse(BundleContext system, BundleContext own, BundleFiles files, Configurer configurer, SeatWatch watch, Reasons reasons) {
        this.system = system;
        this.own = own;
        this.files = files;
        this.configurer = configurer;
        this.watch = watch;
        this.reasons = reasons;
    }

    Optional<Board> board() {
        return board;
    }

    Optional<Variable> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    /** Bundles that this class installed, by symbolic name; all others are the core. A look-up is thread-safe. */
    Map<String, Bundle> installed() {
        return installed;
    }

    /** What the device in a seat is compatible with; empty for other seats. */
    Set<String> compatible(SeatName seat) {
        return compatible.getOrDefault(seat.name(), Set.of());
    }

    Board bringUp(Path path, Map<String, String> options, Duration limit) throws BoardException {
        if (board.isPresent()) {
            throw new IllegalStateException("board " + board.get().name() + " is up; take it down first");
        }
        Plan plan = Planner.plan(keys, BoardReader.read(path.toString(), text(path), options));
        Map<String, Bundle> servers;
        try {
            install(path, plan);
            servers = servers(plan);
            start(plan);
            requireTargets(plan, servers);
        } catch (BoardException e) {
            takeDown();
            throw e;
        }
        announceVariables(plan);
        plan.places().forEach(configurer::place);
        plan.plugins().forEach(config -> configurer.plugin(config, servers.get(config.pid()).getLocation()));
        compatible = plan.compatible();
        boolean complete = complete(plan, limit);
        Board up = new Board(plan.name(), plan.description(), plan.variables(), plan.bundles().stream().map(BundleRef::name).toList(),
                complete ? List.of() : missing(plan));
        board = Optional.of(up);
        if (up.missing().isEmpty()) {
            announce(new Hashtable<>(Map.of(Condition.CONDITION_ID, Deployer.BOARD_CONDITION, "board", plan.name())));
        }
        return up;
    }

    private void announce(Hashtable<String, Object> properties) {
        conditions.add(own.registerService(Condition.class, Condition.INSTANCE, properties));
    }

    /** Before anything is configured: a refusal may name a variable as soon as there is a plug-in. */
    private void announceVariables(Plan plan) {
        Map<String, Variable> all = new TreeMap<>();
        Hashtable<String, Object> properties = new Hashtable<>();
        plan.variables().forEach((name, value) -> {
            Optional<Variable.Range> range = Optional.ofNullable(plan.ranges().get(name));
            all.put(name, new Variable(name, value, range));
            properties.put(name, value);
            range.ifPresent(r -> {
                properties.put(name + ".min", Quantity.text(r.min()));
                properties.put(name + ".max", Quantity.text(r.max()));
                properties.put(name + ".multiple", Quantity.text(r.multiple()));
            });
        });
        properties.put(Condition.CONDITION_ID, Deployer.VARIABLES_CONDITION);
        variables = Map.copyOf(all);
        announce(properties);
    }

    /** Waits for every seat; ends early when one can never be taken, because its plug-in is not configured or failed. */
    private boolean complete(Plan plan, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        do {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (watch.awaitSeated(plan.seats().keySet(), left.compareTo(LOOK_FOR_FAILURES) < 0 ? left : LOOK_FOR_FAILURES)) {
                return true;
            }
        } while (System.nanoTime() < end && !watch.isOver() && !Thread.currentThread().isInterrupted() && !hopeless(plan));
        return false;
    }

    private boolean hopeless(Plan plan) {
        Map<SeatName, Snapshot.Seat> seats = watch.seats();
        return plan.seats().entrySet().stream().filter(e -> !SeatWatch.isSeated(seats.get(e.getKey())))
                .anyMatch(e -> reasons.failed(e.getValue()) || plan.plugin(e.getKey()).map(reasons::failed).orElse(true));
    }

    void takeDown() {
        if (board.isEmpty() && installed.isEmpty()) {
            return;
        }
        conditions.reversed().forEach(ServiceRegistration::unregister);
        conditions.clear();
        board = Optional.empty();
        variables = Map.of();
        compatible = Map.of();
        List<Bundle> newestFirst = new ArrayList<>(installed.values()).reversed();
        installed.clear();
        // Stopped before their configurations go: those go on a thread of the configuration admin, and a service that it unregisters
        // while its bundle is being uninstalled is not told to everybody.
        newestFirst.forEach(Lifecycle::stop);
        configurer.removeFrom(0);
        newestFirst.forEach(Lifecycle::uninstall);
        watch.await(this::seatsAreClosed, DOWN);
    }

    /** An exporter's seat is no region's and no device's: it closes by itself when its grace time is over, and is nobody's until then. */
    private boolean seatsAreClosed() {
        return watch.seats().entrySet().stream().allMatch(e -> e.getKey().kind().equals(Serves.EXPORTER) && !SeatWatch.isSeated(e.getValue()));
    }

    private static String text(Path path) throws BoardException {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new BoardException(path.toString(), "the file", e.getClass().getSimpleName(), "a readable file in UTF-8");
        }
    }

    private void install(Path path, Plan plan) throws BoardException {
        for (int i = 0; i < plan.bundles().size(); i++) {
            BundleRef ref = plan.bundles().get(i);
            String key = "bundles[" + i + "]";
            byte[] jar = files.read(path, key, ref);
            if (find(ref.name()).isPresent()) {
                continue; // part of the core: it is there already
            }
            try {
                Bundle bundle = system.installBundle("sharebuf:board:" + ref.name(), new ByteArrayInputStream(jar));
                installed.put(ref.name(), bundle);
                if (!ref.name().equals(bundle.getSymbolicName())) {
                    throw new BoardException(plan.file(), key + "/id", ref.name(), "the jar's symbolic name, " + bundle.getSymbolicName());
                }
            } catch (BundleException e) {
                throw new BoardException(plan.file(), key, ref.name() + ": " + e.getMessage(), "a bundle that can be installed");
            }
        }
    }

    private Optional<Bundle> find(String name) {
        for (Bundle bundle : system.getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return Optional.of(bundle);
            }
        }
        return Optional.empty();
    }

    /** The bundle that serves each PID; every plug-in's configuration must have one among those of this board. */
    private Map<String, Bundle> servers(Plan plan) throws BoardException {
        Map<String, Bundle> servers = new TreeMap<>();
        for (Bundle bundle : installed.values()) {
            PluginFacts.of(bundle).serves().forEach(s -> servers.putIfAbsent(s.pid(), bundle));
        }
        for (Config config : plan.plugins()) {
            if (!servers.containsKey(config.pid())) {
                throw new BoardException(plan.file(), config.fullPid(), "a PID that no bundle of this board serves",
                        "one of " + String.join(", ", servers.keySet()));
            }
        }
        return servers;
    }

    private void start(Plan plan) throws BoardException {
        for (Map.Entry<String, Bundle> each : installed.entrySet()) {
            try {
                Lifecycle.start(each.getValue());
            } catch (BundleException e) {
                throw new BoardException(plan.file(), "bundles/" + each.getKey(), e.getMessage(), "a bundle that resolves and starts");
            }
        }
    }

    /** Every plug-in that is configured gets the region or device it is configured for, and no other. */
    private void requireTargets(Plan plan, Map<String, Bundle> servers) throws BoardException {
        for (Config config : plan.plugins()) {
            Bundle bundle = servers.get(config.pid());
            for (PluginFacts.Served served : PluginFacts.of(bundle).serves()) {
                Optional<String> misbound = served.pid().equals(config.pid()) ? reasons.misbound(bundle, served) : Optional.empty();
                if (misbound.isPresent()) {
                    throw new BoardException(plan.file(), config.fullPid(), "bundle " + bundle.getSymbolicName() + ": " + misbound.get(),
                            "a plug-in that gets the thing it is configured for");
                }
            }
        }
    }

    private List<Board.Missing> missing(Plan plan) {
        Map<SeatName, Snapshot.Seat> seats = watch.seats();
        List<Board.Missing> missing = new ArrayList<>();
        plan.seats().forEach((name, place) -> {
            Snapshot.Seat seat = seats.get(name);
            if (!SeatWatch.isSeated(seat)) {
                missing.add(new Board.Missing(name.kind(), name.name(), reason(plan, name, place, seat)));
            }
        });
        return missing;
    }

    private String reason(Plan plan, SeatName name, Config place, Snapshot.Seat seat) {
        Optional<String> noPlace = reasons.of(place.pid(), place.name());
        if (noPlace.isPresent()) {
            return noPlace.get();
        }
        Optional<Config> plugin = plan.plugin(name);
        if (plugin.isEmpty()) {
            return "no configuration of the board gives it a plug-in (" + SeatName.key(name.kind()) + "=" + name.name() + ")";
        }
        return reasons.of(plugin.get().pid(), plugin.get().name())
                .orElseGet(() -> seat == null ? "the broker has no such seat yet" : seat.reason());
    }
}
