package sharebuf.build;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the tests of one folder of classes, in a JVM of its own: the class path is the project's. Arguments: the file for the
 * results, the folder, then the words a test's name must contain one of. The last line of the file is {@code end}: without
 * it the JVM died on the way.
 */
final class UnitRunner implements TestExecutionListener {
    private final List<String> lines = new ArrayList<>();
    private final Map<TestIdentifier, Long> started = new ConcurrentHashMap<>();
    private TestPlan plan;

    private UnitRunner() {
    }

    public static void main(String[] args) throws Exception {
        Path results = Path.of(args[0]);
        List<String> words = List.of(args).subList(2, args.length);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClasspathRoots(Set.of(Path.of(args[1]))))
            .filters((PostDiscoveryFilter) test -> FilterResult.includedIf(matches(test, words)))
            .build();
        UnitRunner runner = new UnitRunner();
        LauncherFactory.create().execute(request, runner);
        synchronized (runner.lines) {
            runner.lines.add("end");
            Files.write(results, runner.lines);
        }
        // A test may have left threads behind; they are no reason to wait.
        System.exit(0);
    }

    private static boolean matches(TestDescriptor test, List<String> words) {
        return words.isEmpty() || test.getSource()
            .filter(MethodSource.class::isInstance)
            .map(MethodSource.class::cast)
            .map(source -> Inventory.matches(source.getClassName(), source.getMethodName(), words))
            .orElse(false);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        started.put(test, System.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        if (test.isTest()) {
            record(Result.Status.SKIPPED, test, reason);
        } else if (plan.getChildren(test).isEmpty()) {
            record(Result.Status.SKIPPED, test, reason);
        } else {
            plan.getChildren(test).forEach(child -> executionSkipped(child, reason));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String detail = result.getThrowable().map(UnitRunner::trace).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    record(Result.Status.PASSED, test, "");
                }
            }
            case ABORTED -> record(Result.Status.SKIPPED, test, detail);
            case FAILED -> record(Result.Status.FAILED, test, detail);
        }
    }

    private void record(Result.Status status, TestIdentifier test, String detail) {
        TestSource source = test.getSource().orElse(null);
        String type = "";
        String method = "";
        if (source instanceof MethodSource of) {
            type = of.getClassName();
            method = of.getMethodName();
        } else if (source instanceof ClassSource of) {
            type = of.getClassName();
        }
        long millis = (System.nanoTime() - started.getOrDefault(test, System.nanoTime())) / 1_000_000;
        String line = new Result(status, type, method, test.getDisplayName(), millis, detail).line();
        synchronized (lines) {
            lines.add(line);
        }
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return Result.top(text.toString());
    }
}
