package sharebuf.build;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The tests that exist, read from class files and not from JUnit, so that a test which JUnit did not find is noticed: every
 * concrete class with every test method it has or inherits, on the class path where its ancestors may lie.
 */
final class Inventory {
    private static final Set<String> TEST = Set.of("Lorg/junit/jupiter/api/Test;", "Lorg/junit/jupiter/api/RepeatedTest;",
        "Lorg/junit/jupiter/api/TestFactory;", "Lorg/junit/jupiter/api/TestTemplate;",
        "Lorg/junit/jupiter/params/ParameterizedTest;");
    private static final String DISABLED = "Lorg/junit/jupiter/api/Disabled";

    private final List<Path> classPath;

    private Inventory(List<Path> classPath) {
        this.classPath = classPath;
    }

    /** The tests of the classes in a folder, as {@code class#method}; those of classes that are switched off left out. */
    static Set<String> of(Path folder, List<Path> classPath) throws IOException {
        Inventory inventory = new Inventory(classPath);
        Set<String> tests = new TreeSet<>();
        for (Path file : Files2.below(folder, ".class")) {
            ClassModel type = ClassFile.of().parse(file);
            if (!type.flags().has(AccessFlag.ABSTRACT) && !isOff(type)) {
                String name = type.thisClass().asInternalName().replace('/', '.');
                inventory.collect(type, name, tests, new HashSet<>());
            }
        }
        return tests;
    }

    /** Whether a test is meant by one of the words: part of {@code class#method}. */
    static boolean matches(String type, String method, List<String> words) {
        String name = type + "#" + method;
        return words.isEmpty() || words.stream().anyMatch(name::contains);
    }

    private void collect(ClassModel type, String name, Set<String> tests, Set<String> seen) throws IOException {
        for (MethodModel method : type.methods()) {
            String signature = method.methodName().stringValue() + method.methodType().stringValue();
            // What a subclass overrides is a test only if the subclass says so.
            if (!method.flags().has(AccessFlag.ABSTRACT) && seen.add(signature) && isTest(method)) {
                tests.add(name + "#" + method.methodName().stringValue());
            }
        }
        if (type.superclass().isPresent()) {
            ancestor(type.superclass().get(), name, tests, seen);
        }
        for (ClassEntry each : type.interfaces()) {
            ancestor(each, name, tests, seen);
        }
    }

    private void ancestor(ClassEntry ancestor, String name, Set<String> tests, Set<String> seen) throws IOException {
        String file = ancestor.asInternalName() + ".class";
        if (!file.startsWith("java/")) {
            Optional<byte[]> bytes = find(file);
            if (bytes.isPresent()) {
                collect(ClassFile.of().parse(bytes.get()), name, tests, seen);
            }
        }
    }

    private Optional<byte[]> find(String name) throws IOException {
        for (Path each : classPath) {
            if (Files.isDirectory(each)) {
                Path file = each.resolve(name.replace('/', File.separatorChar));
                if (Files.exists(file)) {
                    return Optional.of(Files.readAllBytes(file));
                }
            } else if (Files.exists(each)) {
                try (JarFile jar = new JarFile(each.toFile())) {
                    JarEntry entry = jar.getJarEntry(name);
                    if (entry != null) {
                        return Optional.of(jar.getInputStream(entry).readAllBytes());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isTest(MethodModel method) {
        return annotations(method).stream().anyMatch(TEST::contains);
    }

    private static boolean isOff(ClassModel type) {
        return annotations(type).stream().anyMatch(name -> name.startsWith(DISABLED));
    }

    private static List<String> annotations(AttributedElement element) {
        return element.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
            .flatMap(attribute -> attribute.annotations().stream())
            .map(annotation -> annotation.className().stringValue())
            .toList();
    }
}
