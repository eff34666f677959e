package sharebuf.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

/** The laws that can be read off the jars: who exports, who names vendors, who imports whom. */
class ArchitectureTest {
    /** What the core is made of: it must not name anybody's hardware. */
    private static final List<String> CORE = List.of("broker", "deploy", "board", "platform.sim", "platform.linux");
    private static final Set<String> VENDOR_WORDS = Set.of("samsung", "exynos", "mfc", "fimc", "omap", "tiler", "dmm", "texas", "raspberry", "raspberrypi", "rpi",
            "broadcom", "brcm", "bcm", "bcm2711", "bcm2835", "vc4", "v3d", "unicam", "hvs", "rockchip", "rkvdec", "hantro", "mediatek", "mtk", "qcom", "qualcomm",
            "venus", "adreno", "allwinner", "sunxi", "cedrus", "nvidia", "tegra", "amlogic", "meson", "nxp", "imx", "freescale", "renesas", "marvell", "xilinx",
            "intel", "amd", "mali", "etnaviv", "odroid", "hardkernel", "pandaboard", "ipu", "s5p");

    private static Map<String, Path> ours() throws IOException {
        Map<String, Path> jars = new TreeMap<>();
        Path home = Path.of(System.getProperty("sharebuf.home"));
        for (String line : Files.readAllLines(Path.of(System.getProperty("sharebuf.index")))) {
            String[] fields = line.split("\t");
            if (Path.of(fields[3]).startsWith(home)) {
                jars.put(fields[0], Path.of(fields[3]));
            }
        }
        assertThat(jars).containsKeys("allocator.api", "broker", "platform.sim", "deploy", "importer.v4l2");
        return jars;
    }

    private static Stream<String> core(Map<String, Path> jars) {
        return jars.keySet().stream().filter(n -> CORE.contains(n) || n.endsWith(".api"));
    }

    @Test
    @DisplayName("only *.api bundles export packages")
    void onlyApiBundlesExport() throws IOException {
        List<String> exporting = new ArrayList<>();
        for (var jar : ours().entrySet()) {
            try (JarFile file = new JarFile(jar.getValue().toFile())) {
                if (file.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE) != null) {
                    exporting.add(jar.getKey());
                }
            }
        }
        assertThat(exporting).isNotEmpty().allMatch(n -> n.endsWith(".api"));
    }

    @Test
    @DisplayName("no vendor word in the class constants of the core")
    void noVendorWordInTheCore() throws IOException {
        Map<String, Path> jars = ours();
        List<String> found = new ArrayList<>();
        int constants = 0;
        for (String name : core(jars).toList()) {
            try (JarFile file = new JarFile(jars.get(name).toFile())) {
                for (JarEntry entry : file.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
                    for (PoolEntry constant : ClassFile.of().parse(file.getInputStream(entry).readAllBytes()).constantPool()) {
                        if (constant instanceof Utf8Entry text) {
                            constants++;
                            words(text.stringValue()).filter(VENDOR_WORDS::contains).forEach(w -> found.add(name + " " + entry.getName() + ": " + text.stringValue()));
                        }
                    }
                }
            }
        }
        assertThat(constants).isGreaterThan(1_000);
        assertThat(found).isEmpty();
    }

    @Test
    @DisplayName("the search for vendor words knows words from their parts")
    void wordsAreFoundAtTheirBorders() {
        assertThat(words("noMap")).containsExactly("no", "map");
        assertThat(words("sharebuf/OmapTiler")).contains("omap", "tiler");
        assertThat(words("brcm,bcm2711-vc5")).contains("brcm", "bcm2711");
    }

    /** Words of a constant: at humps and at whatever is neither letter nor digit. */
    private static Stream<String> words(String constant) {
        return Arrays.stream(constant.split("[^A-Za-z0-9]+")).flatMap(w -> Arrays.stream(w.split("(?<=[a-z0-9])(?=[A-Z])"))).filter(w -> !w.isEmpty())
                .map(w -> w.toLowerCase(Locale.ROOT));
    }

    @Test
    @DisplayName("a plug-in imports packages of *.api bundles and of the platform, and no other of ours")
    void pluginsImportContractsOnly() throws IOException {
        Map<String, Path> jars = ours();
        List<String> exported = new ArrayList<>();
        for (String api : jars.keySet().stream().filter(n -> n.endsWith(".api")).toList()) {
            exported.addAll(packages(jars.get(api), Constants.EXPORT_PACKAGE));
        }
        for (var jar : jars.entrySet().stream().filter(j -> j.getKey().matches("(allocator|mapops|exporter|importer)\\.(?!api).*")).toList()) {
            List<String> imports = packages(jar.getValue(), Constants.IMPORT_PACKAGE).stream().filter(p -> p.startsWith("sharebuf.")).toList();
            assertThat(exported).as(jar.getKey()).containsAll(imports);
        }
    }

    @Test
    @DisplayName("importers and displays do not see physical memory")
    void importersDoNotImportMemory() throws IOException {
        Map<String, Path> jars = ours();
        for (String importer : jars.keySet().stream().filter(n -> n.startsWith("importer.")).toList()) {
            assertThat(packages(jars.get(importer), Constants.IMPORT_PACKAGE)).as(importer)
                    .doesNotContain("sharebuf.memory", "sharebuf.allocator", "sharebuf.mapping", "sharebuf.platform", "sharebuf.inventory");
        }
    }

    private static List<String> packages(Path jar, String header) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String value = file.getManifest().getMainAttributes().getValue(header);
            // Quoted parts hold commas of version ranges; they are no names.
            return value == null ? List.of() : Arrays.stream(value.replaceAll("\"[^\"]*\"", "").split(",")).map(p -> p.split(";")[0].strip()).toList();
        }
    }
}
