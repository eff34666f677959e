package sharebuf.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Puts modules into an order in which each comes after those it depends on. Stateless. */
final class LoadOrder {
    private LoadOrder() {
    }

    /** Tells what a module depends on. */
    @FunctionalInterface
    interface Needs {
        List<String> of(String name) throws IOException, InterruptedException, Trouble;
    }

    /**
     * The modules and all that they need, in the order of the list as far as that is possible.
     *
     * @param wanted names
     * @param needs  of a name
     */
    static List<String> of(List<String> wanted, Needs needs) throws IOException, InterruptedException, Trouble {
        Set<String> done = new LinkedHashSet<>();
        for (String name : wanted) {
            visit(normal(name), needs, done, new ArrayList<>());
        }
        return List.copyOf(done);
    }

    /** The kernel takes a dash in a module's name for an underscore. */
    static String normal(String name) {
        return name.replace('-', '_');
    }

    private static void visit(String name, Needs needs, Set<String> done, List<String> way)
            throws IOException, InterruptedException, Trouble {
        if (done.contains(name)) {
            return;
        }
        if (way.contains(name)) {
            throw Trouble.wrong("modules depend on each other: " + String.join(" -> ", way) + " -> " + name);
        }
        way.add(name);
        for (String each : needs.of(name)) {
            visit(normal(each), needs, done, way);
        }
        way.removeLast();
        done.add(name);
    }
}
