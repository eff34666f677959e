package sharebuf.tck;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import sharebuf.plugin.Serves;

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
        List<PluginUnderTest.Served> served = plugin.checked();
        report.about(plugin.name(), served.getFirst().kind(), served.getFirst().pid());
        boolean resolved = one("starts", "the bundle resolves and starts", plugin::start);
        if (resolved) {
            one("imports-api-only", "the bundle imports packages of allocator.api and of OSGi only; an importer also what applications call", plugin::requireImports);
            one("exports-nothing", "the bundle exports no package", plugin::requireNoExports);
            for (PluginUnderTest.Served each : served) {
                if (plugin.isHanging()) {
                    break;
                }
                switch (each.kind()) {
                    case Serves.ALLOCATOR -> allocator(each);
                    case Serves.MAPOPS -> mapOps(each);
                    case Serves.EXPORTER -> exporter(each);
                    case Serves.IMPORTER -> importer(each);
                    default -> throw new IllegalStateException("cases for kind " + each.kind());
                }
            }
        }
        one("unloads", "after uninstall nothing holds the bundle's class loader", plugin::requireUnloaded);
    }

    private void allocator(PluginUnderTest.Served served) {
        AtomicReference<Ground> found = new AtomicReference<>();
        if (!one("serves", "with one configuration there is one Allocator service, of the seat's region", () -> found.set(plugin.ground(served)))) {
            return;
        }
        switch (found.get()) {
            case Ground.Placed(Subject subject) -> {
                for (AllocatorCases.Case each : AllocatorCases.all(seed)) {
                    if (!one(each.name(), each.what(), () -> each.run(subject)) && plugin.isHanging()) {
                        return;
                    }
                }
            }
            case Ground.Granted(GrantedSubject subject) -> all(GrantedCases.all(seed), subject);
        }
    }

    private void mapOps(PluginUnderTest.Served served) {
        if (!one("serves-mapops", "with one configuration there is one DmaMapOps service, of the seat's address space", () -> plugin.requireMapOps(served))) {
            return;
        }
        for (MapOpsCases.Case each : MapOpsCases.all(seed)) {
            if (!one(each.name(), each.what(), () -> each.run(plugin.mapOps(served))) && plugin.isHanging()) {
                return;
            }
        }
    }

    private void exporter(PluginUnderTest.Served served) {
        if (one("serves-exporter", "with one configuration there is one Exporter service, of the seat's name", () -> plugin.requireExporter(served))) {
            all(ExporterCases.all(seed), plugin.exporters(served));
        }
    }

    private void importer(PluginUnderTest.Served served) {
        AtomicReference<ImporterSubject> found = new AtomicReference<>();
        if (one("serves-importer", "with one configuration there is one Importer service, of the seat's device", () -> found.set(plugin.importers(served)))) {
            all(ImporterCases.all(seed), found.get());
        }
    }

    private <S> void all(List<ConformanceCase<S>> cases, S subject) {
        for (ConformanceCase<S> each : cases) {
            if (!one(each.name(), each.what(), () -> each.run(subject)) && plugin.isHanging()) {
                return;
            }
        }
    }

    /** What a case does; throws {@link CaseFailed}, or anything. */
    private interface Body {
        void run() throws Exception;
    }

    /** Runs a case on a thread of its own, because a plug-in may hang; keeps only text of what it threw. */
    private boolean one(String name, String what, Body body) {
        ExecutorService thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("sharebuf-check-", 0).factory());
        Future<?> running = thread.submit(() -> {
            body.run();
            return null;
        });
        try {
            running.get(CASE_SECONDS, TimeUnit.SECONDS);
            report.passed(name, what);
            return true;
        } catch (ExecutionException e) {
            report.failed(name, e.getCause() instanceof CaseFailed ? e.getCause().getMessage() : "threw " + e.getCause());
        } catch (TimeoutException e) {
            plugin.hangs();
            report.failed(name, "did not return within " + CASE_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            report.failed(name, "interrupted");
        } finally {
            thread.shutdownNow();
        }
        return false;
    }
}
