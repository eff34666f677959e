package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The compiler, in this process, with the options of cnf/ext/java.bnd. */
final class Javac {
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /**
     * Compiles a source folder from nothing into an emptied output folder, so that classes of deleted sources go, and
     * copies what is not Java beside the classes. Returns what the compiler said: empty when all is well.
     */
    String compile(Project project, Path source, Path output, List<Path> classPath, List<Path> processors)
        throws Exception {
        Files2.empty(output);
        for (Path resource : Files2.below(source, path -> !path.toString().endsWith(".java"))) {
            Path target = output.resolve(source.relativize(resource).toString());
            Files.createDirectories(target.getParent());
            Files.copy(resource, target);
        }
        List<Path> sources = Files2.below(source, ".java");
        if (sources.isEmpty()) {
            return "";
        }
        List<String> options = new ArrayList<>(List.of(
            "--release", project.getProperty("javac.release"),
            "-encoding", project.getProperty("javac.encoding"),
            "-parameters", "-g", project.getProperty("javac.lint"), project.getProperty("javac.werror"),
            "-d", output.toString(),
            "-classpath", Files2.join(classPath)));
        if (processors.isEmpty()) {
            options.add("-proc:none");
        } else {
            // Sources that a processor writes are to be looked at, but do not belong into the jar.
            Path written = Files.createDirectories(House.folder(project).resolve("generated/sources"));
            options.addAll(List.of("-proc:full", "-processorpath", Files2.join(processors), "-s", written.toString()));
        }
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean ok = compiler
                .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
                .call();
            return ok ? "" : said.getBuffer().isEmpty() ? "javac failed and said nothing" : said.toString().stripTrailing();
        }
    }
}
