package sharebuf.app.run;

import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.OrderlyEnd;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Refusals;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;
import sharebuf.deployment.PluginFolders;

/**
 * The command {@code run}. Ended in the middle (Ctrl-C), it ends in order and reports what it has.
 */
@Component(service = ToIntFunction.class, property = {Command.NAME + "run", Command.ABOUT + "bring a board up, play a pipeline on it, report"})
public final class RunCommand extends Command {
    private final BundleContext context;
    private final Deployer deployer;
    private final PluginFolders folders;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     * @param folders for {@code --plugins}
     */
    @Activate
    public RunCommand(BundleContext context, @Reference Deployer deployer, @Reference PluginFolders folders) {
        this.context = context;
        this.deployer = deployer;
        this.folders = folders;
    }

    @Override
    protected Syntax syntax() {
        return RunOptions.syntax();
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        RunOptions options = RunOptions.of(arguments);
        Result result = new Result();
        options.pipeline().ifPresent(p -> result.pipeline = p.toString());
        result.requested = options.frames();
        try (OrderlyEnd end = new OrderlyEnd(context)) {
            int exit;
            Loaders loaders = new Loaders(context);
            try (LiveBoard board = LiveBoard.up(context, deployer, options.board())) {
                output.say(board.firstLine());
                result.board = board.board().name();
                result.platform = board.platform().name();
                result.simulated = board.platform().simulated();
                result.real = board.platform().real();
                result.bundles = deployer.bundles();
                try (Plugins plugins = Plugins.open(folders, options.plugins(), output)) {
                    Run run = new Run(context, board, options, output, result, plugins);
                    end.stopping(run::stop);
                    exit = run.run();
                    result.plugins = plugins.json();
                }
            }
            result.classLoaders = loaders.left();
            report(result, output);
            return exit == Exit.DONE && result.classLoaders > 0 ? Exit.FAILED : exit;
        }
    }

    private static void report(Result result, Output output) throws WrongCall {
        Text.end(result).forEach(output::say);
        result.refusal.ifPresent(r -> output.error(Refusals.text(r)));
        result.failure.ifPresent(f -> output.error("sharebuf: run: " + f));
        result.verdict.notes().forEach(output::error);
        output.result(result.json());
    }
}
