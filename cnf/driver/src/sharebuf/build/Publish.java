package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;

/**
 * The command {@code publish [DIR]}: the API bundles as Maven artifacts with sources and javadoc, into the local repository
 * or into a folder that is laid out as a repository. Maven itself does the writing, so the user's settings hold.
 */
final class Publish {
    private final Checkout checkout;

    Publish(Checkout checkout) {
        this.checkout = checkout;
    }

    int run(List<String> arguments) throws Exception {
        if (arguments.size() > 1 || arguments.stream().anyMatch(argument -> argument.startsWith("-"))) {
            throw new Problem(2, "usage: ./sharebuf publish [DIR]");
        }
        checkout.lock();
        try (House house = House.open(checkout)) {
            List<String> apis = house.projects().stream().filter(each -> House.kind(each).equals("api"))
                .map(Project::getName).toList();
            if (apis.isEmpty() || !new Builder(house).build(house.closure(apis))) {
                return 1;
            }
            for (String api : apis) {
                if (House.hasContent(house.project(api))) {
                    publish(house, house.project(api), arguments);
                }
            }
        }
        return 0;
    }

    private void publish(House house, Project project, List<String> arguments) throws Exception {
        Path work = House.jar(project).resolveSibling("publish");
        Files2.delete(work);
        Files.createDirectories(work);
        Path source = House.folder(project).resolve("src");
        Path docs = work.resolve("javadoc");
        javadoc(house, project, source, docs);
        Path sourcesJar = jar(work.resolve(project.getName() + "-sources.jar"), source);
        Path docsJar = jar(work.resolve(project.getName() + "-javadoc.jar"), docs);
        Path pom = work.resolve("pom.xml");
        Files.writeString(pom, pom(project));

        List<String> command = new ArrayList<>(List.of("mvn", "-q", "-B", "-ntp"));
        for (String variable : List.of("MAVEN_ARGS", "SHAREBUF_MAVEN_ARGS")) {
            String more = System.getenv(variable);
            if (more != null && !more.isBlank()) {
                command.addAll(List.of(more.strip().split("\\s+")));
            }
        }
        command.addAll(List.of("-f", checkout.root.resolve("cnf/pom.xml").toString(),
            arguments.isEmpty() ? "install:install-file" : "deploy:deploy-file",
            "-Dfile=" + House.jar(project), "-Dsources=" + sourcesJar, "-Djavadoc=" + docsJar, "-DpomFile=" + pom));
        if (!arguments.isEmpty()) {
            Path target = Files.createDirectories(Path.of(arguments.getFirst())).toRealPath();
            command.add("-Durl=" + target.toUri());
            command.add("-DrepositoryId=folder");
        }
        Path output = work.resolve("maven.txt");
        int exit = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
        if (exit != 0) {
            throw new Problem("Maven could not publish " + project.getName() + "\n" + UnitTests.tail(output));
        }
        System.out.println("published " + coordinates(project));
    }

    private static void javadoc(House house, Project project, Path source, Path docs) throws Exception {
        Set<String> packages = new TreeSet<>();
        for (Path file : Files2.below(source, ".java")) {
            packages.add(source.relativize(file.getParent()).toString().replace('/', '.'));
        }
        List<String> command = new ArrayList<>(List.of("-quiet", "-notimestamp", "-Xdoclint:all,-missing", "-encoding", "UTF-8",
            "--release", "25", "-sourcepath", source.toString(), "-classpath", Files2.join(house.compilePath(project)),
            "-d", docs.toString()));
        command.addAll(packages);
        java.io.StringWriter said = new java.io.StringWriter();
        java.io.PrintWriter out = new java.io.PrintWriter(said);
        int exit = ToolProvider.findFirst("javadoc").orElseThrow().run(out, out, command.toArray(String[]::new));
        if (exit != 0) {
            throw new Problem(project.getName() + ": javadoc fails\n" + said);
        }
    }

    /** A jar of a folder whose entries all have one date, as bnd's have. */
    private static Path jar(Path jar, Path folder) throws IOException {
        int exit = ToolProvider.findFirst("jar").orElseThrow().run(System.err, System.err, "--create", "--file",
            jar.toString(), "--date", "1980-02-01T00:00:00Z", "-C", folder.toString(), ".");
        if (exit != 0) {
            throw new Problem("could not make " + jar.getFileName());
        }
        return jar;
    }

    private static String version(Project project) {
        return project.getProperty("Bundle-Version");
    }

    private static String coordinates(Project project) {
        return project.getProperty("-groupid") + ":" + project.getName() + ":" + version(project);
    }

    /** Names the artifact, and the other API artifacts of ours it is compiled against. */
    private static String pom(Project project) throws Exception {
        StringBuilder dependencies = new StringBuilder();
        for (Project needed : House.needs(project)) {
            dependencies.append("    <dependency>").append(gav(needed)).append("</dependency>\n");
        }
        try (JarFile jar = new JarFile(House.jar(project).toFile())) {
            String description = jar.getManifest().getMainAttributes().getValue("Bundle-Description");
            return """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  %s
                  <name>%s</name>
                  <description>%s</description>
                  <licenses><license><name>Apache-2.0</name></license></licenses>
                  <dependencies>
                %s  </dependencies>
                </project>
                """.formatted(gav(project), project.getName(),
                    description == null ? "" : description.replace("&", "&amp;").replace("<", "&lt;"), dependencies);
        }
    }

    private static String gav(Project project) {
        return "<groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>"
            .formatted(project.getProperty("-groupid"), project.getName(), version(project));
    }
}
