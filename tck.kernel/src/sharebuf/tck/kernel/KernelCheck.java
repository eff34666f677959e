package sharebuf.tck.kernel;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import sharebuf.buffer.BufferBroker;
import sharebuf.deployment.Deployer;
import sharebuf.inventory.Inventory;
import sharebuf.linux.Libc;
import sharebuf.linux.Machine;

/**
 * What {@code check --kernel} does; the command {@code check} finds it by {@code sharebuf.check=kernel}.
 *
 * <p>Called from one thread.
 */
@Component(service = ToIntFunction.class, property = "sharebuf.check=kernel")
public final class KernelCheck implements ToIntFunction<String[]> {
    private static final int WRONG = 2;

    private final BundleContext context;
    private final Deployer deployer;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    private final Inventory inventory;
    private final BufferBroker broker;

    /**
     * Wires it.
     *
     * @param context of this bundle
     * @param deployer installs what is played with
     * @param configurations where it is configured
     * @param components says why a component is not there
     * @param inventory says who sits where
     * @param broker what the cases talk to
     */
    @Activate
    public KernelCheck(BundleContext context, @Reference Deployer deployer, @Reference ConfigurationAdmin configurations,
            @Reference ServiceComponentRuntime components, @Reference Inventory inventory, @Reference BufferBroker broker) {
        this.context = context;
        this.deployer = deployer;
        this.configurations = configurations;
        this.components = components;
        this.inventory = inventory;
        this.broker = broker;
    }

    @Override
    public int applyAsInt(String[] args) {
        try {
            KernelCall call = KernelCall.of(args, Cases.ALL);
            if (call.help()) {
                System.out.println(KernelCall.usage(Cases.ALL));
                return 0;
            }
            PrintStream lines = call.jsonToStandardOutput() ? new PrintStream(PrintStream.nullOutputStream()) : System.out;
            Machine machine = new Machine(Path.of("/"));
            Optional<Libc> libc = Libc.find();
            Finds finds = Finds.look(libc, machine, call.unplug());
            Report report = new Report(lines, machine.text("/proc/sys/kernel/osrelease").orElse("unknown"), finds, Jars.of(context.getProperty("sharebuf.index")));
            report.begin();
            List<Case> missing = call.cases().stream().filter(c -> c.missing(finds).isPresent()).toList();
            if (missing.size() == call.cases().size()) {
                missing.forEach(c -> report.skipped(c, c.missing(finds).orElseThrow()));
            } else {
                try (Framework framework = new Framework(context, deployer, configurations, components, inventory, machine)) {
                    framework.start();
                    new Player(framework, broker, finds, libc.orElseThrow(), machine, report).play(call.cases());
                }
            }
            report.end();
            call.writeJson(Json.write(report.json()));
            return report.failed() == 0 ? 0 : 1;
        } catch (NotPlayed e) {
            System.err.println("sharebuf: check --kernel: " + e.getMessage());
            return WRONG;
        }
    }
}
