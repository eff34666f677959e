package sharebuf.app.explain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.BoardChoice;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.board.Memory;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Formats;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Refusals;
import sharebuf.app.cli.Size;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.buffer.BufferSpec;
import sharebuf.buffer.Outcome;
import sharebuf.buffer.Refusal;
import sharebuf.deployment.Deployer;
import sharebuf.device.Use;
import sharebuf.device.UseId;
import sharebuf.format.PixelFormat;
import sharebuf.inventory.Snapshot;
import sharebuf.memory.MemoryRegion;
import sharebuf.plugin.Quantity;

/** The command {@code explain}. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "explain", Command.ABOUT + "which memory suits a set of devices, who asked for what, and why"})
public final class ExplainCommand extends Command {
    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public ExplainCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Override
    protected Syntax syntax() {
        return BoardChoice.options(Syntax.of("explain", "[BOARD]", 1, """
                Says which memory suits a set of devices: the merged constraints, each with who asked for it, every allocator against
                every requirement, and the choice, or the refusal with what to change. Memory is taken to say where it lies, and given
                back.
                BOARD is a name under boards/, or a file; without one raspberrypi-4. With --constraints the same on data, without a board.""")
                .option("--uses", "A,B,C", "devices, or DEVICE:USE; the writer first")
                .option("--format", "NAME", "pixels: NV12, NV12M, YUYV, XRGB8888, ...; with --size")
                .option("--size", "WxH", "in pixels")
                .option("--bytes", "N", "a buffer without a format, such as 1MiB; instead of --format")
                .option("--count", "N", "how many buffers, 1 to 64, default 1")
                .option("--memory", "WHERE", "regions in which the buffers must lie: REGION, or by object such as 0=system,1=pool")
                .option("--save", "FILE.json", "what was asked: regions, uses and request as data, to be read with --constraints")
                .option("--constraints", "FILE.json", "regions, uses and the request as data, see docs/constraints-json.md;\ninstead of BOARD; --uses, --format, --size, --bytes and --count overrule the file"));
    }

    @Override
    protected int run(Arguments a, Output output) throws WrongCall {
        if (a.has("--constraints")) {
            return data(a, output);
        }
        if (!a.has("--uses")) {
            throw new WrongCall("--uses: needed, such as --uses camera,display; or --constraints FILE.json");
        }
        List<String> names = names(a);
        BufferSpec wanted = spec(a);
        Memory memory = a.has("--memory") ? Memory.parse(a.value("--memory").orElseThrow()) : Memory.ANY;
        try (LiveBoard board = LiveBoard.up(context, deployer, BoardChoice.of(a))) {
            output.say(board.firstLine());
            BufferSpec spec = memory.in(wanted, board.inventory().snapshot().regions().stream().map(Snapshot.Region::name).toList());
            return tell(switch (board.broker().resolve(names)) {
                case Outcome.Ok<List<UseId>>(List<UseId> uses) -> {
                    if (a.has("--save")) {
                        save(Path.of(a.value("--save").orElseThrow()), board, spec, uses);
                    }
                    yield Explained.of(board, spec, uses);
                }
                case Outcome.No<List<UseId>>(Refusal why) -> Explained.refused(spec, names, why);
            }, output);
        }
    }

    private int data(Arguments a, Output output) throws WrongCall {
        for (String other : List.of("--board-option", "--memory", "--platform", "--devices", "--bounce")) {
            if (a.has(other)) {
                throw new WrongCall(other + ": not together with --constraints, the file says it");
            }
        }
        if (!a.plain().isEmpty()) {
            throw new WrongCall("BOARD " + a.plain().getFirst() + ": not together with --constraints");
        }
        ConstraintsFile data = ConstraintsFile.read(Path.of(a.value("--constraints").orElseThrow()));
        BufferSpec spec = overruled(a, data.request());
        try (DataBoard board = DataBoard.up(context, deployer, data)) {
            output.say("regions and devices given as data, no hardware touched");
            List<String> names = a.has("--uses") ? names(a) : data.uses().stream().map(u -> u.id().toString()).toList();
            return tell(switch (board.live().broker().resolve(names)) {
                case Outcome.Ok<List<UseId>>(List<UseId> uses) -> {
                    if (a.has("--save")) {
                        List<Use> chosen = data.uses().stream().filter(u -> uses.contains(u.id())).toList();
                        SavedConstraints.write(Path.of(a.value("--save").orElseThrow()), new ConstraintsFile(data.regions(), chosen, spec));
                    }
                    yield Explained.of(board.live(), spec, uses).mended(why -> new DataFix(board.live(), uses).of(why, spec));
                }
                case Outcome.No<List<UseId>>(Refusal why) -> Explained.refused(spec, names, why);
            }, output);
        }
    }

    /** The request of a file, where the call does not say another. */
    private static BufferSpec overruled(Arguments a, BufferSpec file) throws WrongCall {
        if (a.has("--bytes") && (a.has("--format") || a.has("--size"))) {
            throw new WrongCall("--bytes: not together with --format and --size");
        }
        BufferSpec spec = file;
        if (a.has("--bytes")) {
            spec = bytes(a);
        } else if (a.has("--format") || a.has("--size")) {
            if (file.format().isEmpty() && !(a.has("--format") && a.has("--size"))) {
                throw new WrongCall("--format with --size: both are needed, the file asks for bytes");
            }
            PixelFormat format = a.has("--format") ? Formats.parse("--format", a.value("--format").orElseThrow()) : file.format().orElseThrow();
            Size size = a.has("--size") ? Size.parse("--size", a.value("--size").orElseThrow()) : new Size(file.width(), file.height());
            spec = BufferSpec.picture(format, size.width(), size.height());
        }
        for (Map.Entry<Integer, ? extends Collection<String>> each : file.regions().entrySet()) {
            spec = spec.in(each.getKey(), each.getValue());
        }
        return spec.attributes(file.attributes()).count((int) a.number("--count", file.count(), 1, BufferSpec.MAX_COUNT));
    }

    private static List<String> names(Arguments a) throws WrongCall {
        List<String> names = Arrays.stream(a.value("--uses").orElseThrow().split(",", -1)).map(String::strip).toList();
        if (names.stream().anyMatch(String::isEmpty)) {
            throw WrongCall.option("--uses", a.value("--uses").orElseThrow(), "names separated by commas");
        }
        return names;
    }

    private void save(Path file, LiveBoard board, BufferSpec spec, List<UseId> uses) throws WrongCall {
        List<MemoryRegion> regions = new ArrayList<>();
        try {
            for (ServiceReference<MemoryRegion> each : context.getServiceReferences(MemoryRegion.class, null)) {
                MemoryRegion region = context.getService(each);
                if (region != null) {
                    regions.add(region);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
        List<Use> named = uses.stream().flatMap(id -> board.broker().uses().stream().filter(u -> u.id().equals(id))).toList();
        SavedConstraints.write(file, SavedConstraints.of(regions, board.inventory().snapshot(), named, spec));
    }

    private static int tell(Explained explained, Output output) throws WrongCall {
        output.say(ExplainText.of(explained));
        explained.explanation().refusal().map(Refusals::text).ifPresent(output::error);
        output.result(explained.json());
        return explained.explanation().refusal().<Integer>map((Refusal r) -> Exit.REFUSED).orElse(Exit.DONE);
    }

    private static BufferSpec spec(Arguments a) throws WrongCall {
        if (a.has("--bytes") == a.has("--format")) {
            throw new WrongCall("--format with --size, or --bytes: one of them is needed");
        }
        int count = (int) a.number("--count", 1, 1, BufferSpec.MAX_COUNT);
        if (a.has("--bytes")) {
            return bytes(a).count(count);
        }
        PixelFormat format = Formats.parse("--format", a.value("--format").orElseThrow());
        Size size = Size.parse("--size", a.value("--size").orElseThrow(() -> new WrongCall("--size: needed with --format")));
        return BufferSpec.picture(format, size.width(), size.height()).count(count);
    }

    private static BufferSpec bytes(Arguments a) throws WrongCall {
        String text = a.value("--bytes").orElseThrow();
        try {
            return BufferSpec.bytes(Quantity.parse(text));
        } catch (IllegalArgumentException e) {
            throw WrongCall.option("--bytes", text, "1 to 2^46, such as 4096 or 1MiB");
        }
    }
}
