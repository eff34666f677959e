package sharebuf.itest.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.junit5.context.BundleContextExtension;

/** The benchmark of swaps, cut short: of what it sees only what is right or wrong is looked at, and no time. */
@ExtendWith(BundleContextExtension.class)
class SwapUnderLoadTest {
    @InjectBundleContext
    BundleContext context;
    @TempDir
    Path folder;

    @Test
    @DisplayName("swaps of every kind while frames flow and applications allocate: nothing is lost, torn or kept")
    @SuppressWarnings("unchecked") // the command is known by its name
    void nothingIsLost() throws Exception {
        Bundle app = context.installBundle(Path.of(System.getProperty("sharebuf.home"), "app/generated/app.jar").toUri().toString());
        try {
            app.start();
            ServiceReference<?> found = context.getServiceReferences(ToIntFunction.class, "(sharebuf.command=bench-swap)").iterator().next();
            Path report = folder.resolve("report.json");
            int exit = ((ToIntFunction<String[]>) context.getService(found)).applyAsInt(new String[] {"--swaps", "20", "--others", "10", "--updates", "3", "--extents", "2000",
                "--control", "1", "--json", report.toString()});
            String json = Files.readString(report).replaceAll("\\s", "");
            assertThat(exit).as(json).isZero();
            assertThat(json).contains("\"lost\":0", "\"torn\":0", "\"oneHole\":true", "\"classLoaders\":0", "\"failure\":\"\"").containsPattern("\"bundle\":\"allocator.cma\",\"count\":20")
                    .containsPattern("\"bundle\":\"importer.v4l2\",\"count\":10").doesNotContainPattern("\"lost\":[1-9]");
        } finally {
            app.uninstall();
        }
    }
}
