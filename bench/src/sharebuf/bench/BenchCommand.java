package sharebuf.bench;

import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Component;

/** The command {@code bench} inside the framework: for benchmarks that need the product's services, and on machines with nothing else. Thread-safe. */
@Component(service = ToIntFunction.class, property = {"sharebuf.command=bench", "sharebuf.help=benchmarks"})
public final class BenchCommand implements ToIntFunction<String[]> {
    /** For the component runtime. */
    public BenchCommand() {
    }

    @Override
    public int applyAsInt(String[] args) {
        return Main.run(args, System.out, System.err);
    }
}
