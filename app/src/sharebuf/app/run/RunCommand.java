package sharebuf.app.run;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Exit;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Refusals;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.deployment.Deployer;

/** The command {@code run}. When the framework stops in the middle (Ctrl-C), the run is ended in order first. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "run", Command.ABOUT + "bring a board up, play a pipeline on it, report"})
public final class RunCommand extends Command {
    private static final long STOP_SECONDS = 8;

    private final BundleContext context;
    private final Deployer deployer;
    private final AtomicReference<Optional<Run>> running = new AtomicReference<>(Optional.empty());
    private final AtomicReference<CountDownLatch> ended = new AtomicReference<>(new CountDownLatch(0));

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public RunCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Deactivate
    void stop() throws InterruptedException {
        Optional<Run> run = running.get();
        if (run.isPresent()) {
            run.get().stop();
            ended.get().await(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    protected Syntax syntax() {
        return RunOptions.syntax();
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall {
        RunOptions options = RunOptions.of(arguments);
        Result result = new Result();
        result.pipeline = options.pipeline().toString();
        result.requested = options.frames();
        ended.set(new CountDownLatch(1));
        try {
            int exit;
            Loaders loaders = new Loaders(context);
            try (LiveBoard board = LiveBoard.up(context, deployer, options.board(), options.boardOptions())) {
                loaders.watch();
                output.say(board.firstLine());
                result.board = board.board().name();
                result.platform = board.platform().name();
                result.simulated = board.platform().simulated();
                result.real = board.platform().real();
                Run run = new Run(context, board, options, output, result);
                running.set(Optional.of(run));
                exit = run.run();
            }
            result.classLoaders = loaders.left();
            report(result, output);
            return exit == Exit.DONE && result.classLoaders > 0 ? Exit.FAILED : exit;
        } finally {
            running.set(Optional.empty());
            ended.get().countDown();
        }
    }

    private static void report(Result result, Output output) throws WrongCall {
        Text.end(result).forEach(output::say);
        result.refusal.ifPresent(r -> output.error(Refusals.text(r)));
        result.failure.ifPresent(f -> output.error("sharebuf run: " + f));
        result.verdict.notes().forEach(output::error);
        output.result(result.json());
    }
}
