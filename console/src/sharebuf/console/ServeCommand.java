package sharebuf.console;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import sharebuf.deployment.Board;
import sharebuf.deployment.BoardException;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.PluginFolder;
import sharebuf.deployment.PluginFolders;
import sharebuf.inventory.Inventory;
import sharebuf.inventory.Snapshot;
import sharebuf.platform.Platform;

/** The command {@code serve}: a board that stays up behind a shell. One call at a time. */
@Component(service = ToIntFunction.class, property = {"sharebuf.command=serve", "sharebuf.help=keep a board up behind a shell"})
public final class ServeCommand implements ToIntFunction<String[]> {
    private static final Duration SEATS = Duration.ofSeconds(20);
    private static final int DONE = 0;
    private static final int WRONG = 2;

    private final Path boards;
    private final Deployer deployer;
    private final Inventory inventory;
    private final PluginFolders folders;
    private final CommandProcessor processor;
    /** There while a board is: the board says which one. */
    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private volatile Platform platform;

    /**
     * Wires it.
     *
     * @param context of this bundle; the framework property {@code sharebuf.home} is the project's root
     * @param deployer who brings the board up
     * @param inventory says what is live at the end
     * @param folders for {@code --plugins}
     * @param processor the shell
     */
    @Activate
    public ServeCommand(BundleContext context, @Reference Deployer deployer, @Reference Inventory inventory,
            @Reference PluginFolders folders, @Reference CommandProcessor processor) {
        String home = context.getProperty("sharebuf.home");
        this.boards = Path.of(home == null ? "." : home).resolve("boards");
        this.deployer = deployer;
        this.inventory = inventory;
        this.folders = folders;
        this.processor = processor;
    }

    @Override
    public int applyAsInt(String[] args) {
        try {
            ServeArguments arguments = ServeArguments.parse(args);
            if (arguments.board().isEmpty()) {
                System.out.print(ServeArguments.USAGE);
                return DONE;
            }
            if (arguments.plugins().isPresent() && !Files.isDirectory(arguments.plugins().get())) {
                throw new IllegalArgumentException("--plugins " + arguments.plugins().get() + ": needed a folder; mkdir -p " + arguments.plugins().get() + " makes one");
            }
            return serve(deployer.bringUp(file(arguments.board()), arguments.options(), SEATS), arguments);
        } catch (IllegalArgumentException | BoardException e) {
            System.err.println("sharebuf: " + e.getMessage());
            return WRONG;
        } catch (IOException e) {
            System.err.println("sharebuf: standard input, the folder of --plugins, or the file of --json: " + e.getMessage());
            return WRONG;
        }
    }

    private int serve(Board board, ServeArguments arguments) throws IOException {
        PrintStream lines = arguments.json().equals("-") ? System.err : System.out;
        try {
            lines.println(real().isEmpty() ? "simulated board " + board.name() + ", no hardware touched"
                    : "board " + board.name() + "; real: " + String.join(", ", real()) + "; simulated: " + String.join(", ", simulated()));
            if (arguments.plugins().isEmpty()) {
                return shell(board, arguments.json(), lines, List::of);
            }
            try (PluginFolder folder = folders.watch(arguments.plugins().get(), event -> (event.trouble() ? System.err : lines).println(event.line()))) {
                return shell(board, arguments.json(), lines, folder::jars);
            }
        } finally {
            deployer.takeDown();
        }
    }

    private int shell(Board board, String json, PrintStream lines, Supplier<List<PluginFolder.Jar>> plugins) throws IOException {
        missing(board).forEach(m -> System.err.println("nobody took the seat " + m.kind() + " " + m.name() + ": " + m.reason()));
        Console console = System.console();
        boolean interactive = console != null && console.isTerminal();
        if (interactive) {
            lines.println("dma:devices, dma:uses, dma:allocators, dma:regions, dma:buffers, dma:mappings, dma:explain; help; exit");
        }
        Shell.End end = new Shell(processor, System.in, lines, System.err, interactive).run();
        write(json, board, plugins.get());
        return end.code().orElse(missing(board).isEmpty() && (interactive || end.failed() == 0) ? DONE : WRONG);
    }

    /** Seats that nobody took when the board came up, and nobody from the plug-in folder since. */
    private List<Board.Missing> missing(Board board) {
        List<Snapshot.Seat> seats = inventory.snapshot().seats();
        return board.missing().stream().filter(m -> seats.stream()
                .noneMatch(s -> s.kind().equals(m.kind()) && s.name().equals(m.name()) && s.state() == Snapshot.SeatState.SEATED)).toList();
    }

    private void write(String json, Board board, List<PluginFolder.Jar> plugins) throws IOException {
        if (json.isEmpty()) {
            return;
        }
        String state = new StateJson().write(board, simulated(), real(), deployer.bundles(), plugins, inventory.snapshot(), inventory.violations(), inventory.learnt());
        if (json.equals("-")) {
            System.out.write(state.getBytes(StandardCharsets.UTF_8));
            System.out.flush();
        } else {
            Files.writeString(Path.of(json), state);
        }
    }

    private List<String> real() {
        return Optional.ofNullable(platform).map(Platform::real).orElse(List.of());
    }

    private List<String> simulated() {
        return Optional.ofNullable(platform).map(Platform::simulated).orElse(List.of());
    }

    private Path file(String board) {
        Path file = board.contains("/") || board.endsWith(".json") ? Path.of(board) : boards.resolve(board + ".json");
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no board '" + board + "': a file, or one of " + names());
        }
        return file;
    }

    private String names() {
        try (Stream<Path> files = Files.list(boards)) {
            return String.join(", ", files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json"))
                    .map(f -> f.substring(0, f.length() - ".json".length())).sorted().toList());
        } catch (IOException e) {
            return "those in " + boards + ", which cannot be read";
        }
    }
}
