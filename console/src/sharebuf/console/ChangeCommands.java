package sharebuf.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.buffer.BufferBroker;
import sharebuf.buffer.MovePlan;
import sharebuf.buffer.MovePolicy;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.Deployer.Change;
import sharebuf.device.UseId;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Operations;
import sharebuf.inventory.Snapshot;
import sharebuf.plugin.Quantity;

/** The shell commands {@code dma:*} that change something while buffers live. What is refused is an error of the command. Thread-safe. */
@Component(service = ChangeCommands.class, property = {"osgi.command.scope=dma", "osgi.command.function=swap", "osgi.command.function=attach",
        "osgi.command.function=detach", "osgi.command.function=plan"})
public final class ChangeCommands {
    private final Deployer deployer;
    private final BufferBroker broker;
    private final Inventory inventory;
    private final Operations operations;

    /** What was refused, in words: the shell shows them and counts the command as failed. */
    private static final class NotDone extends RuntimeException {
        private static final long serialVersionUID = 1;

        private NotDone(String why) {
            super(why);
        }

        private static NotDone of(Refusal refusal) {
            return new NotDone(Views.refusal(refusal));
        }
    }

    /**
     * Wires it.
     *
     * @param deployer for bundles
     * @param broker for the names of uses
     * @param inventory for the sets there are
     * @param operations for sets
     */
    @Activate
    public ChangeCommands(@Reference Deployer deployer, @Reference BufferBroker broker, @Reference Inventory inventory, @Reference Operations operations) {
        this.deployer = deployer;
        this.broker = broker;
        this.inventory = inventory;
        this.operations = operations;
    }

    /**
     * Replaces a plug-in's bundle while its buffers live.
     *
     * @param args symbolic name, and the jar of the successor
     * @return what came of it
     */
    @Descriptor("replace a plug-in's bundle while its buffers live: dma:swap BUNDLE [FILE.jar]")
    public String swap(@Descriptor("BUNDLE its symbolic name, see dma:seats; FILE.jar the successor, left out: a copy under the next version") String... args) {
        Words.check(args);
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException("usage: dma:swap BUNDLE [FILE.jar]; dma:seats names the bundles");
        }
        Optional<Path> jar = args.length < 2 ? Optional.empty() : Optional.of(Path.of(args[1]));
        if (jar.filter(f -> !Files.isRegularFile(f)).isPresent()) {
            throw new IllegalArgumentException("there is no file " + jar.get().toAbsolutePath());
        }
        Change change = deployer.swap(args[0], jar);
        if (!change.done()) {
            throw new NotDone(change.message());
        }
        return change.message();
    }

    /**
     * Adds a use to a set that somebody owns.
     *
     * @param words number of the set, use, policy, with or without {@code --move} before it
     * @return what came of it
     */
    @Descriptor("add a use to somebody's set: dma:attach SET USE [[--move] never|ask|allow|allow:BYTES]")
    public String attach(@Descriptor("SET its number, see dma:sets; USE a device or device:use, see dma:uses; whether buffers may be moved: never, ask"
            + " (the default: the plan is told), allow, or allow:BYTES such as allow:64MiB") String... words) {
        Words.check(words);
        String[] args = Arrays.stream(words).filter(word -> !word.equals("--move")).toArray(String[]::new); // as refusals and other commands say it
        if (args.length < 2 || args.length > 3) {
            throw new IllegalArgumentException("usage: dma:attach SET USE [[--move] never|ask|allow|allow:BYTES]; dma:sets lists the sets, dma:uses the uses");
        }
        Snapshot.LiveSet set = set(args[0]);
        return switch (operations.attach(set.number(), use(set, args[1]), policy(args.length < 3 ? "ask" : args[2]))) {
            case Outcome.Ok<UseId>(UseId use) -> use + " is attached to set " + set.number();
            case Outcome.No<UseId>(Refusal why) -> throw NotDone.of(why);
        };
    }

    /**
     * What adding a use to a set would move.
     *
     * @param args number of the set, use
     * @return the plan
     */
    @Descriptor("what adding a use to somebody's set would move, and who would let go of it: dma:plan SET USE")
    public String plan(@Descriptor("SET its number, see dma:sets; USE a device or device:use, see dma:uses") String... args) {
        Words.check(args);
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: dma:plan SET USE; dma:sets lists the sets, dma:uses the uses");
        }
        Snapshot.LiveSet set = set(args[0]);
        return switch (operations.plan(set.number(), use(set, args[1]))) {
            case Outcome.Ok<MovePlan>(MovePlan plan) -> plan.message();
            case Outcome.No<MovePlan>(Refusal why) -> throw NotDone.of(why);
        };
    }

    /**
     * Takes a use from a set.
     *
     * @param args number of the set, use
     * @return what came of it
     */
    @Descriptor("take a use from somebody's set: dma:detach SET USE")
    public String detach(@Descriptor("SET its number, see dma:sets; USE one that reads it") String... args) {
        Words.check(args);
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: dma:detach SET USE; dma:sets lists the sets with their uses");
        }
        Snapshot.LiveSet set = set(args[0]);
        UseId use = set.uses().stream().filter(u -> u.toString().equals(args[1]) || u.device().equals(args[1])).findFirst().orElseGet(() -> use(set, args[1]));
        return switch (operations.detach(set.number(), use)) {
            case Outcome.Ok<Outcome.Done> done -> use + " is detached from set " + set.number();
            case Outcome.No<Outcome.Done>(Refusal why) -> throw NotDone.of(why);
        };
    }

    private Snapshot.LiveSet set(String number) {
        List<Snapshot.LiveSet> sets = inventory.snapshot().sets();
        return sets.stream().filter(s -> Long.toString(s.number()).equals(number)).findFirst().orElseThrow(() -> new IllegalArgumentException("there is no set '" + number
                + "'; " + (sets.isEmpty() ? "no set is open" : "there are " + String.join(", ", sets.stream().map(s -> Long.toString(s.number())).toList()))));
    }

    /** A device with one use that reads may be named alone; which one is meant depends on who writes the set. */
    private UseId use(Snapshot.LiveSet set, String name) {
        List<String> names = set.uses().isEmpty() ? List.of(name) : List.of(set.uses().getFirst().toString(), name);
        return switch (broker.resolve(names)) {
            case Outcome.Ok<List<UseId>>(List<UseId> uses) -> uses.getLast();
            case Outcome.No<List<UseId>>(Refusal why) -> throw NotDone.of(why);
        };
    }

    private static MovePolicy policy(String text) {
        try {
            return switch (text) {
                case "never" -> MovePolicy.NEVER;
                case "ask" -> MovePolicy.ASK;
                case "allow" -> new MovePolicy.Allow(Long.MAX_VALUE);
                default -> {
                    if (!text.startsWith("allow:")) {
                        throw new IllegalArgumentException("none of these");
                    }
                    yield new MovePolicy.Allow(Quantity.parse(text.substring("allow:".length())));
                }
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "': never, ask, allow or allow:BYTES (" + e.getMessage() + ")", e);
        }
    }
}
