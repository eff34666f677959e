package sharebuf.lab;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A processor that the guest can have. */
enum Arch {
    X86_64("x86-64", "amd64", "x86_64-linux-gnu", "qemu-system-x86_64", "qemu-system-x86"),
    ARM64("arm64", "arm64", "aarch64-linux-gnu", "qemu-system-aarch64", "qemu-system-arm");

    /** What people call it here: the value of {@code --arch}. */
    final String word;
    /** Debian's name of it. */
    final String debian;
    /** The folder of its libraries in Debian. */
    final String triplet;
    /** The program that emulates it. */
    final String qemu;
    /** Debian's package with that program. */
    final String qemuPackage;

    Arch(String word, String debian, String triplet, String qemu, String qemuPackage) {
        this.word = word;
        this.debian = debian;
        this.triplet = triplet;
        this.qemu = qemu;
        this.qemuPackage = qemuPackage;
    }

    /** The one with a word; IllegalArgumentException that tells the words there are. */
    static Arch of(String word) {
        return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no '" + word + "'; there are " + words()));
    }

    /** Whether the machine that this runs on has it. */
    boolean ours() {
        return System.getProperty("os.arch").equals(this == X86_64 ? "amd64" : "aarch64");
    }

    private static String words() {
        return Arrays.stream(values()).map(each -> each.word).collect(Collectors.joining(", "));
    }
}
