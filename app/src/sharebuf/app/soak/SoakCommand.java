package sharebuf.app.soak;

import java.util.Hashtable;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.OrderlyEnd;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.run.Loaders;
import sharebuf.deployment.Deployer;

/** The command {@code soak}. Ended in the middle (Ctrl-C), it makes no more steps and reports what it has. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "soak", Command.ABOUT + "random changes and faults over running pipelines"})
public final class SoakCommand extends Command {
    private final BundleContext context;
    private final Deployer deployer;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer who brings boards up
     */
    @Activate
    public SoakCommand(BundleContext context, @Reference Deployer deployer) {
        this.context = context;
        this.deployer = deployer;
    }

    @Override
    protected Syntax syntax() {
        return SoakOptions.syntax();
    }

    @Override
    protected int run(Arguments arguments, Output output) throws WrongCall, InterruptedException {
        SoakOptions options = SoakOptions.of(arguments);
        SoakResult result = new SoakResult(options);
        Seams seams = new Seams();
        ServiceRegistration<?> service = context.registerService(UnaryOperator.class, seams, new Hashtable<>(Map.of("sharebuf.soak", "seams")));
        try (OrderlyEnd end = new OrderlyEnd(context)) {
            Loaders loaders = new Loaders(context);
            try (LiveBoard board = LiveBoard.up(context, deployer, options.board(), options.boardOptions())) {
                output.say(board.firstLine());
                output.say("seed " + options.seed());
                Soak soak = new Soak(context, board, options, seams, output, result);
                end.stopping(soak::stop);
                soak.run();
            }
            result.classLoaders = loaders.left();
            result.loaders = loaders.held();
            result.text().forEach(output::say);
            result.troubles().forEach(line -> output.error(line));
            output.result(result.json());
            return result.exit();
        } finally {
            service.unregister();
        }
    }
}
