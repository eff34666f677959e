package sharebuf.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the guest's initramfs: busybox, the scripts in {@code lab/guest}, kernel modules, Java and the product. Uncompressed, since
 * the emulated machine would spend seconds on it. Stateless.
 */
final class Image {
    private Image() {
    }

    static void write(Path file, Path scripts, Packages.Unpacked packages, Modules modules, Jre jre, Product product, Optional<Path> yardstick)
            throws IOException {
        try (Cpio cpio = new Cpio(Files.newOutputStream(file))) {
            for (String folder : List.of("proc", "sys", "dev", "tmp", "root", "share")) {
                cpio.folder(folder);
            }
            // The kernel opens it for /init before anybody could mount a devtmpfs.
            cpio.device("dev/console", 5, 1);
            cpio.file("bin/busybox", 0755, packages.busybox());
            cpio.link("bin/sh", "busybox");
            for (Path script : Tree.files(scripts.resolve("bin"))) {
                cpio.file("bin/" + script.getFileName(), 0755, script);
            }
            cpio.file("init", 0755, scripts.resolve("init"));
            for (Map.Entry<String, byte[]> each : modules.contents().entrySet()) {
                cpio.file("modules/" + each.getKey() + ".ko", 0644, each.getValue());
            }
            cpio.file("modules/order", 0644, bytes(modules.order()));
            addJava(cpio, jre);
            addProduct(cpio, product);
            if (yardstick.isPresent()) {
                cpio.file("sharebuf/bench/yardstick.so", 0755, yardstick.get());
            }
        }
    }

    private static void addJava(Cpio cpio, Jre jre) throws IOException {
        for (Path file : Tree.files(jre.folder())) {
            boolean legal = jre.folder().relativize(file).startsWith("legal");
            if (!legal) {
                cpio.file("jre/" + jre.folder().relativize(file), Files.isExecutable(file) ? 0755 : 0644, file);
            }
        }
        for (Path library : jre.libraries()) {
            cpio.file(library.toString().substring(1), 0755, library.toRealPath());
        }
    }

    private static void addProduct(Cpio cpio, Product product) throws IOException {
        StringBuilder classPath = new StringBuilder();
        for (Product.Bundle each : product.bundles()) {
            cpio.file(Product.guestPath(each), 0644, each.path());
            if (each.name().equals(Product.FRAMEWORK) || each.name().equals(Product.LAUNCHER)) {
                classPath.append(classPath.isEmpty() ? "/" : ":/").append(Product.guestPath(each));
            }
        }
        cpio.file("sharebuf/bundles.index", 0644, bytes(product.index()));
        for (Path board : product.boards()) {
            cpio.file("sharebuf/boards/" + board.getFileName(), 0644, board);
        }
        // Options and class path of the guest's JVM, read by the JVM itself ("@file").
        cpio.file("sharebuf/java.options", 0644, bytes(String.join("\n", Jre.OPTIONS) + "\n-cp\n" + classPath + "\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
