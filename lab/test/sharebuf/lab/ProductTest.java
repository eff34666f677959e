package sharebuf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProductTest {
    @TempDir
    private Path home;
    private FakeProduct fake;

    @BeforeEach
    void build() throws IOException {
        fake = new FakeProduct(home);
    }

    @Test
    void takesTheCoreAndWhatABoardMayName() throws Exception {
        Product product = Product.read(home, fake.index());
        assertEquals(List.of("app", "core", "org.apache.felix.framework", "plugin"), product.bundles().stream().map(Product.Bundle::name).toList());
        assertTrue(product.index().contains("plugin\t1.0\t" + FakeProduct.sha256(home.resolve("plugin.jar")) + "\t/sharebuf/bundles/plugin-1.0.jar\n"));
    }

    @Test
    void aJarThatChangedAfterTheBuildIsRefused() throws Exception {
        Files.write(home.resolve("plugin.jar"), new byte[1], java.nio.file.StandardOpenOption.APPEND);
        assertTrue(assertThrows(Trouble.class, () -> Product.read(home, fake.index())).getMessage().contains("plugin.jar: sha256 is"));
    }

    @Test
    void whatTheGuestFoundIsCompared() throws Exception {
        Product product = Product.read(home, fake.index());
        List<String> sums = fake.sums(product);
        assertEquals(List.of(), product.differences(sums));
        assertEquals(List.of("app has the sha256 of no file in the guest, " + product.bundles().getFirst().sha256() + " here"),
                product.differences(sums.subList(1, sums.size())));
        List<String> other = new java.util.ArrayList<>(sums);
        other.set(1, other.get(1).replaceFirst("^.", "x"));
        other.add("00  /sharebuf/bundles/alien-1.jar");
        List<String> wrong = product.differences(other);
        assertEquals(2, wrong.size(), wrong.toString());
        assertTrue(wrong.getFirst().startsWith("core has the sha256 x"), wrong.toString());
        assertEquals("/sharebuf/bundles/alien-1.jar is in the guest and not here", wrong.getLast());
    }
}
