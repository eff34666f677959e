package sharebuf.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the guest's initramfs is made of. Immutable.
 *
 * @param scripts  the folder lab/guest
 * @param busybox  the program, statically linked
 * @param modules  of the kernel
 * @param programs files of Debian packages, Java and the libraries of all of them, by path in the guest
 * @param product  built
 */
record Image(Path scripts, Path busybox, Modules modules, Map<String, Path> programs, Product product) {

    /** Writes the initramfs, not compressed, since the emulated machine would spend seconds on it. */
    void write(Path file) throws IOException {
        try (Cpio cpio = new Cpio(Files.newOutputStream(file))) {
            for (String folder : List.of("proc", "sys", "dev", "tmp", "root", "share")) {
                cpio.folder(folder);
            }
            // The kernel opens it for /init before anybody could mount a devtmpfs.
            cpio.device("dev/console", 5, 1);
            cpio.file("bin/busybox", 0755, busybox);
            cpio.link("bin/sh", "busybox");
            for (Path script : Tree.files(scripts.resolve("bin"))) {
                cpio.file("bin/" + script.getFileName(), 0755, script);
            }
            cpio.file("init", 0755, scripts.resolve("init"));
            for (Map.Entry<String, byte[]> each : modules.contents().entrySet()) {
                cpio.file("modules/" + each.getKey() + ".ko", 0644, each.getValue());
            }
            cpio.file("modules/order", 0644, bytes(modules.order()));
            for (Map.Entry<String, Path> each : programs.entrySet()) {
                cpio.file(each.getKey(), Files.isExecutable(each.getValue()) ? 0755 : 0644, each.getValue());
            }
            addProduct(cpio);
        }
    }

    private void addProduct(Cpio cpio) throws IOException {
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
