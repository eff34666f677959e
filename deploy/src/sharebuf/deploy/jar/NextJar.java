package sharebuf.deploy.jar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/** The jar of a bundle that is installed, again and under the next version: what takes over when no other jar is given. Stateless. */
public final class NextJar {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private NextJar() {
    }

    /**
     * Makes it.
     *
     * @param bundle the bundle
     * @return the jar
     * @throws IOException when the bundle does not give its entries
     */
    public static byte[] of(Bundle bundle) throws IOException {
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
