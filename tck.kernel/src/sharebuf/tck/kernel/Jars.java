package sharebuf.tck.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The jars that are played with and their digests, from the index; whoever installed them checked the digests. */
final class Jars {
    private static final List<String> CORE = List.of("allocator.api", "broker");

    /**
     * A jar.
     *
     * @param name symbolic name
     * @param version of the bundle
     * @param sha256 in hexadecimal digits
     */
    record Jar(String name, String version, String sha256) {
    }

    private Jars() {
    }

    static List<Jar> of(String index) throws NotPlayed {
        try {
            List<Jar> jars = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(index))) {
                String[] fields = line.split("\t");
                if (CORE.contains(fields[0]) || Framework.BUNDLES.contains(fields[0])) {
                    jars.add(new Jar(fields[0], fields[1], fields[2]));
                }
            }
            return jars;
        } catch (IOException e) {
            throw new NotPlayed("the index of bundles cannot be read: " + e);
        }
    }
}
