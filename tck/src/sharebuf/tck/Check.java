package sharebuf.tck;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The cases against one plug-in, in order. Confined to one thread. */
final class Check {
    private static final long CASE_SECONDS = 60;

    private final PluginUnderTest plugin;
    private final Report report;
    private final long seed;

    Check(PluginUnderTest plugin, Report report, long seed) {
        this.plugin = plugin;
        this.report = report;
        this.seed = seed;
    }

    void run() throws NotChecked {
        if (plugin.seesMemoryForNothing()) {
            report.about(plugin.name(), "no allocator, dma_map_ops or exporter", "");
            report.failed("memory-is-for-allocators", "imports sharebuf.memory, where physical addresses are, and serves no allocator, dma_map_ops or exporter");
            return;
        }
        PluginUnderTest.Served served = plugin.allocator();
        report.about(plugin.name(), served.kind(), served.pid());
        boolean resolved = one(new AllocatorCases.Case("starts", "the bundle resolves and starts", s -> plugin.start()));
        if (resolved) {
            one(new AllocatorCases.Case("imports-api-only", "the bundle imports packages of allocator.api and of OSGi only", s -> plugin.requireImports()));
            one(new AllocatorCases.Case("exports-nothing", "the bundle exports no package", s -> plugin.requireNoExports()));
            if (one(new AllocatorCases.Case("serves", "with one configuration there is one Allocator service, of the seat's region", s -> plugin.requireService(served)))) {
                for (AllocatorCases.Case each : AllocatorCases.all(seed)) {
                    if (!one(each) && plugin.isHanging()) {
                        break;
                    }
                }
            }
        }
        one(new AllocatorCases.Case("unloads", "after uninstall nothing holds the bundle's class loader", s -> plugin.requireUnloaded()));
    }

    /** Runs a case on a thread of its own, because a plug-in may hang; keeps only text of what it threw. */
    private boolean one(AllocatorCases.Case each) {
        List<Subject> subject = plugin.subject();
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("sharebuf-check-", 0).factory());
        Future<?> running = thread.submit(() -> each.run(subject.isEmpty() ? Check::none : subject.getFirst()));
        try {
            running.get(CASE_SECONDS, TimeUnit.SECONDS);
            report.passed(each.name(), each.what());
            return true;
        } catch (ExecutionException e) {
            report.failed(each.name(), e.getCause() instanceof CaseFailed ? e.getCause().getMessage() : e.getCause().toString());
        } catch (TimeoutException e) {
            plugin.hangs();
            report.failed(each.name(), "did not return within " + CASE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            report.failed(each.name(), "interrupted");
        } finally {
            thread.shutdownNow();
        }
        return false;
    }

    private static sharebuf.allocator.Allocator none(sharebuf.memory.MemoryRegion region) {
        throw new CaseFailed("no plug-in for " + region.id());
    }
}
