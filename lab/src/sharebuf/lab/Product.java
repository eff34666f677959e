package sharebuf.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The built product, as the index of bundles has it: the very files that run on this machine run in the guest. Immutable. */
final class Product {
    static final String FRAMEWORK = "org.apache.felix.framework";
    static final String LAUNCHER = "app";

    /**
     * A jar of the product.
     *
     * @param name    symbolic name
     * @param version of the bundle
     * @param sha256  of the file, in hexadecimal digits
     * @param path    of the file
     */
    record Bundle(String name, String version, String sha256, Path path) {
    }

    private final Path home;
    private final List<Bundle> bundles;

    private Product(Path home, List<Bundle> bundles) {
        this.home = home;
        this.bundles = bundles;
    }

    /**
     * What the launcher starts with, and every bundle of the project, since a board may name it. Libraries, which others copy in,
     * and tests are none: they have neither services nor exported packages.
     *
     * @param home  the project's root
     * @param index a line a bundle: name, version, SHA-256 and path, separated by tabs
     */
    static Product read(Path home, Path index) throws IOException, Trouble {
        List<Bundle> all = new ArrayList<>();
        for (String line : Files.readAllLines(index)) {
            String[] fields = line.split("\t");
            all.add(new Bundle(fields[0], fields[1], fields[2], Path.of(fields[3])));
        }
        Set<String> needed = new LinkedHashSet<>(List.of(FRAMEWORK, LAUNCHER));
        needed.addAll(core(all));
        List<Bundle> bundles = new ArrayList<>();
        for (Bundle each : all) {
            if (needed.contains(each.name) || each.path.startsWith(home) && isOfUse(each.path)) {
                check(each);
                bundles.add(each);
            }
        }
        return new Product(home, List.copyOf(bundles));
    }

    /** The bundles of the guest. */
    List<Bundle> bundles() {
        return bundles;
    }

    /** Where a bundle is in the guest. */
    static String guestPath(Bundle bundle) {
        return "sharebuf/bundles/" + bundle.name + "-" + bundle.version + ".jar";
    }

    /** The index for the guest. */
    String index() {
        StringBuilder index = new StringBuilder();
        bundles.forEach(each -> index.append(String.join("\t", each.name, each.version, each.sha256, "/" + guestPath(each))).append('\n'));
        return index.toString();
    }

    /** The boards, which the product finds below its root. */
    List<Path> boards() throws IOException {
        return Tree.files(home.resolve("boards"));
    }

    /**
     * Compares the bundles of the guest with those of this machine.
     *
     * @param sums what sha256sum said in the guest: a digest and a path a line
     * @return what is wrong; empty when every bundle is there with the digest that it has here, and nothing else
     */
    List<String> differences(List<String> sums) {
        Map<String, String> found = new TreeMap<>();
        for (String line : sums) {
            String[] words = line.strip().split("\\s+", 2);
            found.put(words[words.length - 1], words[0]);
        }
        List<String> wrong = new ArrayList<>();
        for (Bundle each : bundles) {
            String sum = found.remove("/" + guestPath(each));
            if (!each.sha256.equals(sum)) {
                wrong.add(each.name + " has the sha256 " + (sum == null ? "of no file" : sum) + " in the guest, " + each.sha256 + " here");
            }
        }
        found.keySet().forEach(path -> wrong.add(path + " is in the guest and not here"));
        return wrong;
    }

    private static List<String> core(List<Bundle> all) throws IOException, Trouble {
        Path app = all.stream().filter(each -> each.name.equals(LAUNCHER)).findFirst()
                .orElseThrow(() -> Trouble.wrong("the index of bundles has no " + LAUNCHER)).path;
        try (ZipFile jar = new ZipFile(app.toFile())) {
            ZipEntry list = jar.getEntry("sharebuf/app/launch/bundles.txt");
            if (list == null) {
                throw Trouble.wrong(app + " has no list of bundles");
            }
            try (InputStream in = jar.getInputStream(list)) {
                // "COMMAND: NAME" belongs to one command; all of them may be wanted here.
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip()).toList();
            }
        }
    }

    private static boolean isOfUse(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            Attributes headers = jar.getManifest().getMainAttributes();
            return headers.getValue("Service-Component") != null || headers.getValue("Export-Package") != null;
        }
    }

    private static void check(Bundle bundle) throws IOException, Trouble {
        try {
            String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(bundle.path)));
            if (!found.equals(bundle.sha256)) {
                throw Trouble.wrong(bundle.path + ": sha256 is " + found + ", the index says " + bundle.sha256);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
