package sharebuf.app.soak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sharebuf.allocator.Allocator;
import sharebuf.exporter.Exporter;
import sharebuf.importer.Importer;
import sharebuf.mapping.DmaMapOps;

/**
 * A copy of a plug-in's jar whose components ask a {@link sharebuf.app.soak.trip.Tripwire} at the head of each method of their contract. Only the
 * methods that the core calls are wired: what applications call, a frame at a time, is not, because an application whose device throws has every right
 * to end. For the same reason {@code carryOn} is not: a plug-in that goes on making way after a swap that came to nothing refuses its applications.
 *
 * @param jar the copy
 * @param methods that were wired
 */
record WiredJar(byte[] jar, List<String> methods) {
    private static final List<Class<?>> CONTRACTS = List.of(Allocator.class, DmaMapOps.class, Importer.class, Exporter.class);
    private static final String TRIPWIRE = "sharebuf/app/soak/trip/Tripwire.class";
    private static final ClassDesc WIRE = ClassDesc.of("sharebuf.app.soak.trip.Tripwire");
    private static final MethodTypeDesc PASS = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    private static final Pattern IMPLEMENTATION = Pattern.compile("<implementation class=\"([^\"]+)\"");

    /** Copies the list. */
    WiredJar {
        methods = List.copyOf(methods);
    }

    /**
     * Wires a jar.
     *
     * @param file the plug-in
     * @throws IOException when it cannot be read, or is no bundle with components
     */
    static WiredJar of(Path file) throws IOException {
        try (JarFile in = new JarFile(file.toFile())) {
            Map<String, byte[]> entries = new TreeMap<>();
            for (JarEntry entry : Collections.list(in.entries())) {
                if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    entries.put(entry.getName(), in.getInputStream(entry).readAllBytes());
                }
            }
            Set<String> wired = new TreeSet<>();
            for (String component : components(in.getManifest(), entries)) {
                String name = component.replace('.', '/') + ".class";
                entries.put(name, wire(Objects.requireNonNull(entries.get(name), name), wired));
            }
            try (InputStream wire = WiredJar.class.getClassLoader().getResourceAsStream(TRIPWIRE)) {
                entries.put(TRIPWIRE, Objects.requireNonNull(wire, TRIPWIRE).readAllBytes());
            }
            return new WiredJar(write(manifest(in.getManifest()), entries), List.copyOf(wired));
        }
    }

    private static List<String> components(Manifest manifest, Map<String, byte[]> entries) throws IOException {
        String header = manifest == null ? null : manifest.getMainAttributes().getValue("Service-Component");
        List<String> classes = new ArrayList<>();
        for (String xml : header == null ? List.<String>of() : Arrays.stream(header.split(",")).map(String::strip).toList()) {
            Matcher m = IMPLEMENTATION.matcher(new String(entries.getOrDefault(xml, new byte[0]), StandardCharsets.UTF_8));
            if (m.find()) {
                classes.add(m.group(1));
            }
        }
        if (classes.isEmpty()) {
            throw new IOException("no component in it");
        }
        return classes;
    }

    private static byte[] wire(byte[] component, Set<String> wired) {
        ClassFile classes = ClassFile.of();
        ClassModel model = classes.parse(component);
        Set<String> implemented = model.interfaces().stream().map(i -> i.asInternalName().replace('/', '.')).collect(Collectors.toSet());
        Set<String> contract = CONTRACTS.stream().filter(c -> implemented.contains(c.getName())).flatMap(c -> Arrays.stream(c.getMethods()))
                .filter(m -> !Modifier.isStatic(m.getModifiers())).map(Method::getName).filter(m -> !m.equals("carryOn")).collect(Collectors.toSet());
        ClassTransform transform = (builder, element) -> {
            if (element instanceof MethodModel m && contract.contains(m.methodName().stringValue()) && m.flags().has(AccessFlag.PUBLIC)
                    && !m.flags().has(AccessFlag.STATIC) && !m.flags().has(AccessFlag.SYNTHETIC) && m.code().isPresent()) {
                wired.add(m.methodName().stringValue());
                builder.transformMethod(m, MethodTransform.transformingCode(head(m.methodName().stringValue())));
            } else {
                builder.with(element);
            }
        };
        return classes.transformClass(model, transform);
    }

    private static CodeTransform head(String method) {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                code.loadConstant(method).invokestatic(WIRE, "pass", PASS);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
    }

    private static Manifest manifest(Manifest original) {
        Manifest copy = new Manifest(original);
        Attributes main = copy.getMainAttributes();
        String imports = main.getValue("Import-Package");
        if (imports == null || Arrays.stream(imports.split(",")).noneMatch(c -> c.strip().matches("org\\.osgi\\.framework(;.*)?"))) {
            main.putValue("Import-Package", (imports == null ? "" : imports + ",") + "org.osgi.framework");
        }
        return copy;
    }

    private static byte[] write(Manifest manifest, Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                out.putNextEntry(new JarEntry(each.getKey()));
                out.write(each.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Writes the copy into a folder. */
    Path write(Path folder, String bundle) throws IOException {
        return Files.write(folder.resolve(bundle + ".jar"), jar);
    }
}
