package sharebuf.bench;

import java.util.Arrays;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The command {@code bench} inside the framework: for benchmarks that need the product's services, and on machines with nothing else. Thread-safe. */
@Component(service = ToIntFunction.class, property = {"sharebuf.command=bench", "sharebuf.help=benchmarks"})
public final class BenchCommand implements ToIntFunction<String[]> {
    private final BundleContext context;

    /** For the component runtime. */
    @Activate
    public BenchCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public int applyAsInt(String[] args) {
        return args.length > 0 && args[0].equals("recycle") ? RecycleBench.run(context, Arrays.copyOfRange(args, 1, args.length), System.out, System.err)
            : Main.run(args, System.out, System.err);
    }
}
