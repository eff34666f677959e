package sharebuf.app.soak;

import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import sharebuf.app.board.LiveBoard;
import sharebuf.app.cli.Arguments;
import sharebuf.app.cli.Command;
import sharebuf.app.cli.Output;
import sharebuf.app.cli.Syntax;
import sharebuf.app.cli.WrongCall;
import sharebuf.app.run.Loaders;
import sharebuf.deployment.Deployer;

/** The command {@code soak}. Ended in the middle (Ctrl-C), it makes no more steps and reports what it has. */
@Component(service = ToIntFunction.class, property = {Command.NAME + "soak", Command.ABOUT + "random changes and faults over running pipelines"})
public final class SoakCommand extends Command implements SynchronousBundleListener {
    private static final long STOP_SECONDS = 8;

    private final BundleContext context;
    private final Deployer deployer;
    private final AtomicReference<Optional<Soak>> running = new AtomicReference<>(Optional.empty());
    private final AtomicReference<CountDownLatch> ended = new AtomicReference<>(new CountDownLatch(0));

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
    public void bundleChanged(BundleEvent event) {
        Optional<Soak> soak = running.get();
        if (event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID && event.getType() == BundleEvent.STOPPING && soak.isPresent()) {
            soak.get().stop();
            try {
                ended.get().await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
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
        ended.set(new CountDownLatch(1));
        context.addBundleListener(this);
        try {
            Loaders loaders = new Loaders(context);
            try (LiveBoard board = LiveBoard.up(context, deployer, options.board(), options.boardOptions())) {
                output.say(board.firstLine());
                output.say("seed " + options.seed());
                Soak soak = new Soak(context, board, options, seams, output, result);
                running.set(Optional.of(soak));
                soak.run();
            }
            result.classLoaders = loaders.left();
            result.loaders = loaders.held();
            result.text().forEach(output::say);
            result.troubles().forEach(line -> output.error(line));
            output.result(result.json());
            return result.exit();
        } finally {
            running.set(Optional.empty());
            context.removeBundleListener(this);
            service.unregister();
            ended.get().countDown();
        }
    }
}
