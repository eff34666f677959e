package sharebuf.deploy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** A bundle's jar as bytes: read whole and checked, or made of a bundle that is installed. Stateless. */
final class JarFile {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private JarFile() {
    }

    /**
     * Reads a jar to its end: one that is still being copied, or was cut off, is told here and not by a class that is missing.
     *
     * @return what was checked
     * @throws IOException with what is wrong
     */
    static byte[] complete(Path jar) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(jar);
            try (ZipFile zip = new ZipFile(jar.toFile()); JarInputStream in = new JarInputStream(new ByteArrayInputStream(bytes))) {
                if (in.getManifest() == null || in.getManifest().getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
                    throw new IOException("its manifest has no Bundle-SymbolicName");
                }
                int entries = 0;
                while (in.getNextEntry() != null) {
                    in.transferTo(OutputStream.nullOutputStream());
                    entries++;
                }
                if (entries > zip.size()) {
                    throw new IOException("its directory lists " + zip.size() + " of " + entries + " entries");
                }
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        }
    }

    /** SHA-256 in hex. */
    static String digest(byte[] jar) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The jar of a bundle again, under the next version.
     *
     * @throws IOException when the bundle does not give its entries
     */
    static byte[] next(Bundle bundle) throws IOException {
        Version v = bundle.getVersion();
        Manifest manifest;
        try (InputStream in = bundle.getEntry(MANIFEST).openStream()) {
            manifest = new Manifest(in);
        }
        Attributes main = manifest.getMainAttributes();
        main.putValue(Constants.BUNDLE_VERSION, new Version(v.getMajor(), v.getMinor(), v.getMicro() + 1).toString());
        Map<String, byte[]> entries = new TreeMap<>();
        collect(bundle, "/", entries);
        entries.remove(MANIFEST);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            manifest.write(text);
            put(out, MANIFEST, text.toByteArray());
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(out, entry.getKey(), entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** Stored, not deflated: it is read once and soon. */
    private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }

    private static void collect(Bundle bundle, String folder, Map<String, byte[]> into) throws IOException {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        for (String path : paths == null ? Collections.<String>emptyList() : Collections.list(paths)) {
            if (path.endsWith("/")) {
                collect(bundle, path, into);
            } else if (!isSignature(path)) {
                URL entry = bundle.getEntry(path);
                try (InputStream in = entry.openStream()) {
                    into.put(path, in.readAllBytes());
                }
            }
        }
    }

    /** A signature would be that of another manifest. */
    private static boolean isSignature(String path) {
        return path.startsWith("META-INF/") && path.matches(".*\\.(SF|RSA|DSA|EC)");
    }
}
