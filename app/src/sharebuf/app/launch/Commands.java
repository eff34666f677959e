package sharebuf.app.launch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The command services. Confined to the main thread. */
final class Commands {
    /** Service property: the command's name. */
    static final String COMMAND = "sharebuf.command";
    /** Service property: one line of help. */
    static final String HELP = "sharebuf.help";
    /** Service property of a {@code Supplier<List<String>>} that says which components are not there, and why. */
    static final String DIAGNOSIS = "sharebuf.diagnosis";

    private final BundleContext context;

    Commands(BundleContext context) {
        this.context = context;
    }

    /** A command, as soon as its service is there. */
    Optional<ToIntFunction<String[]>> await(String name, long millis) throws InterruptedException {
        ServiceTracker<ToIntFunction<String[]>, ToIntFunction<String[]>> tracker = new ServiceTracker<>(context, filter(name), null);
        tracker.open();
        return Optional.ofNullable(tracker.waitForService(Math.max(1, millis)));
    }

    private Filter filter(String name) {
        String escaped = name.replaceAll("([\\\\*()])", "\\\\$1");
        try {
            return context.createFilter("(&(objectClass=" + ToIntFunction.class.getName() + ")(" + COMMAND + "=" + escaped + "))");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The commands that are there, each with its line of help. */
    SortedMap<String, String> known() {
        SortedMap<String, String> known = new TreeMap<>();
        for (ServiceReference<?> each : references(ToIntFunction.class, "(" + COMMAND + "=*)")) {
            Object help = each.getProperty(HELP);
            known.put(String.valueOf(each.getProperty(COMMAND)), help == null ? "" : help.toString());
        }
        return known;
    }

    /** What the component runtime says about components that are not there. */
    List<String> diagnosis() {
        List<String> lines = new ArrayList<>();
        for (ServiceReference<?> each : references(Supplier.class, "(" + DIAGNOSIS + "=*)")) {
            if (context.getService(each) instanceof Supplier<?> supplier && supplier.get() instanceof List<?> said) {
                said.forEach(line -> lines.add(String.valueOf(line)));
            }
        }
        return lines;
    }

    private <T> Collection<ServiceReference<T>> references(Class<T> type, String filter) {
        try {
            return context.getServiceReferences(type, filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How long a command may take to appear once every bundle was started. */
    static long patience() {
        return TimeUnit.SECONDS.toMillis(10);
    }
}
