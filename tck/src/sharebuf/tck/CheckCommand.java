package sharebuf.tck;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * The command {@code check FILE.jar}: installs a plug-in into the running framework and runs the cases of its kind.
 *
 * <p>Called from one thread.
 */
@Component(service = ToIntFunction.class, property = {"sharebuf.command=check", "sharebuf.help=the conformance cases against a plug-in, or against this kernel: check FILE.jar | check --kernel"})
public final class CheckCommand implements ToIntFunction<String[]> {
    /** The call is wrong, or the file is no plug-in. */
    private static final int WRONG = 2;

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final ServiceComponentRuntime components;
    /** Plays {@code check --kernel}; empty when no bundle does. */
    private volatile Optional<ToIntFunction<String[]>> kernel = Optional.empty();

    /**
     * Wires the command.
     *
     * @param context of this bundle
     * @param configurations where plug-ins are configured
     * @param components says why a component is not there
     */
    @Activate
    public CheckCommand(BundleContext context, @Reference ConfigurationAdmin configurations, @Reference ServiceComponentRuntime components) {
        this.context = context;
        this.configurations = configurations;
        this.components = components;
    }

    @Reference(service = ToIntFunction.class, target = "(sharebuf.check=kernel)", cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void bindKernel(ToIntFunction<String[]> cases) {
        kernel = Optional.of(cases);
    }

    void unbindKernel(ToIntFunction<String[]> cases) {
        if (kernel.filter(k -> k == cases).isPresent()) {
            kernel = Optional.empty();
        }
    }

    @Override
    public int applyAsInt(String[] args) {
        try {
            if (List.of(args).contains("--kernel")) {
                return kernel.orElseThrow(() -> new NotChecked("--kernel: there is no bundle tck.kernel")).applyAsInt(args);
            }
            Call call = Call.of(args);
            if (call.help()) {
                System.out.println(Call.USAGE);
                return 0;
            }
            PrintStream lines = call.jsonToStandardOutput() || call.quiet() ? new PrintStream(PrintStream.nullOutputStream()) : System.out;
            Report report = new Report(call.file().getFileName().toString(), lines);
            try (PluginUnderTest plugin = new PluginUnderTest(context, configurations, components, call.file())) {
                new Check(plugin, report, call.seed()).run();
            }
            if (!call.quiet()) {
                report.finish();
            }
            call.writeJson(report.json());
            return report.failed() == 0 ? 0 : 1;
        } catch (NotChecked e) {
            System.err.println("sharebuf: check: " + e.getMessage());
            return WRONG;
        }
    }
}
