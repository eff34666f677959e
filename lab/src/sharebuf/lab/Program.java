package sharebuf.lab;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs other programs to their end, or to that of this one. Stateless. */
final class Program {
    private Program() {
    }

    /** What the program wrote to standard output; that it fails is trouble which quotes its standard error. */
    static String run(List<String> words) throws IOException, InterruptedException, Trouble {
        return run(Path.of("."), words);
    }

    /** The same, with a working folder. */
    static String run(Path folder, List<String> words) throws IOException, InterruptedException, Trouble {
        return new String(bytes(folder, words), StandardCharsets.UTF_8);
    }

    /** The same, for a program that writes no text. */
    static byte[] bytes(Path folder, List<String> words) throws IOException, InterruptedException, Trouble {
        Path errors = Files.createTempFile("sharebuf-lab", ".err");
        try {
            Process process = new ProcessBuilder(Host.tied(words)).directory(folder.toFile()).redirectInput(new File("/dev/null"))
                    .redirectError(errors.toFile()).start();
            byte[] said = process.getInputStream().readAllBytes();
            int exit = process.waitFor();
            if (exit != 0) {
                throw Trouble.wrong(String.join(" ", words) + " exits with " + exit + ": " + Files.readString(errors).strip());
            }
            return said;
        } finally {
            Files.deleteIfExists(errors);
        }
    }
}
