package sharebuf.deploy.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * What a jar says about itself, read without the framework.
 *
 * <p>Immutable.
 *
 * @param bundle symbolic name
 * @param version as text
 * @param imports the clauses of {@code Import-Package}
 */
public record JarFacts(String bundle, String version, List<ManifestHeader.Clause> imports) {
    /** What came of reading a jar. */
    public sealed interface Reading {
        /**
         * It is a bundle.
         *
         * @param facts what it says
         */
        record Bundle(JarFacts facts) implements Reading {
        }

        /**
         * It is not all there: it may still be under way.
         *
         * @param why for people
         */
        record Incomplete(String why) implements Reading {
        }

        /**
         * It is all there, and no bundle that could be started.
         *
         * @param why for people
         */
        record Wrong(String why) implements Reading {
        }
    }

    /** Copies the list. */
    public JarFacts {
        imports = List.copyOf(imports);
    }

    /**
     * Reads a jar that nobody writes to. Every byte is read: a copy that has its directory, which stands at the end, and holes before it
     * is told here and not by a class that is missing hours later.
     *
     * @param jar its file
     * @return what came of it
     */
    public static Reading read(Path jar) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Manifest manifest = null;
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                    if (entry.getName().equals("META-INF/MANIFEST.MF")) {
                        manifest = new Manifest(in);
                    }
                    in.transferTo(java.io.OutputStream.nullOutputStream());
                    if (entry.getCrc() != -1 && in.getChecksum().getValue() != entry.getCrc()) {
                        return new Reading.Incomplete("its entry " + entry.getName() + " has another checksum than its directory says");
                    }
                }
            }
            return manifest == null ? new Reading.Wrong("it has no META-INF/MANIFEST.MF") : read(manifest.getMainAttributes());
        } catch (IOException e) {
            return new Reading.Incomplete("it cannot be read as a jar: " + e.getMessage());
        }
    }

    /**
     * Reads a jar that is to be installed at once.
     *
     * @param jar its file
     * @return its bytes
     * @throws IOException with what is wrong when it is no complete bundle
     */
    public static byte[] bytes(Path jar) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(jar);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
        return switch (read(jar)) {
            case Reading.Bundle bundle -> bytes;
            case Reading.Incomplete(String why) -> throw new IOException(why);
            case Reading.Wrong(String why) -> throw new IOException(why);
        };
    }

    /**
     * A jar's digest.
     *
     * @param jar its bytes
     * @return SHA-256 in lower-case hex
     */
    public static String digest(byte[] jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Reading read(Attributes main) {
        String name = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null || ManifestHeader.parse(name).size() != 1 || ManifestHeader.parse(name).getFirst().paths().size() != 1) {
            return new Reading.Wrong("its manifest has " + (name == null ? "no " + Constants.BUNDLE_SYMBOLICNAME
                    : Constants.BUNDLE_SYMBOLICNAME + " '" + name + "'") + "; a bundle has one, which bnd or the bnd-maven-plugin writes");
        }
        if (main.getValue(Constants.FRAGMENT_HOST) != null) {
            return new Reading.Wrong("it is a fragment of " + main.getValue(Constants.FRAGMENT_HOST) + ", which cannot be started; put its content into a bundle");
        }
        String version = main.getValue(Constants.BUNDLE_VERSION);
        try {
            return new Reading.Bundle(new JarFacts(ManifestHeader.parse(name).getFirst().paths().getFirst(), Version.parseVersion(version).toString(),
                    main.getValue(Constants.IMPORT_PACKAGE) == null ? List.of() : ManifestHeader.parse(main.getValue(Constants.IMPORT_PACKAGE))));
        } catch (IllegalArgumentException e) {
            return new Reading.Wrong("its " + Constants.BUNDLE_VERSION + " is '" + version + "'; needed: numbers such as 1.2.0");
        }
    }
}
