package sharebuf.build;

import aQute.bnd.build.Project;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Makes the jars of projects, and the classes of their unit tests, when their fingerprint changed. A project that fails does
 * not stop those which do not need it: several people may work in one checkout.
 */
final class Builder {
    private final House house;
    private final Javac javac = new Javac();
    private final String workspace;
    private final Set<Project> failed = new HashSet<>();
    private int made;

    Builder(House house) throws IOException {
        this.house = house;
        this.workspace = Fingerprint.ofWorkspace(house.checkout);
    }

    /** Builds the projects in the order given; all true when every one of them is good. */
    boolean build(List<Project> order) throws Exception {
        for (Project project : order) {
            guarded(project, () -> buildOne(project));
        }
        BundleIndex.write(house);
        boolean good = order.stream().noneMatch(failed::contains);
        if (good && order.containsAll(house.projects())) {
            house.checkout.rememberBuild();
        }
        return good;
    }

    /** How many jars were made. */
    int made() {
        return made;
    }

    boolean isGood(Project project) {
        return !failed.contains(project);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Runs a step; what goes wrong is told under the project's name and makes the project count as failed. */
    private boolean guarded(Project project, Step step) throws Exception {
        try {
            step.run();
            return true;
        } catch (Problem e) {
            System.err.println(project.getName() + ": " + e.getMessage().strip().replace("\n", "\n  "));
            failed.add(project);
            return false;
        }
    }

    private void buildOne(Project project) throws Exception {
        if (!House.hasContent(project)) {
            System.err.println(project.getName() + ": nothing in src/ yet, no bundle made");
            return;
        }
        project.prepare();
        check(project);
        requireGood(House.needs(project));
        Fingerprint inputs = Fingerprint.ofProject(house.checkout, project, workspace);
        for (Project needed : House.needs(project)) {
            inputs.text(needed.getName()).text(Files2.sha256(House.jar(needed)));
        }
        Path jar = House.jar(project);
        Path state = jar.resolveSibling("jar.state");
        String now = inputs.value();
        if (isCurrent(state, now) && Files.exists(jar) && project.getSrcOutput().exists()) {
            return;
        }
        Files2.empty(jar.getParent());
        made++;
        String said = javac.compile(project, House.folder(project).resolve("src"), project.getSrcOutput().toPath(),
            house.compilePath(project), house.processors(project));
        if (!said.isEmpty()) {
            throw new Problem("does not compile\n" + said);
        }
        pack(project);
        Files2.write(state, now);
    }

    private void pack(Project project) throws Exception {
        Path jar = House.jar(project);
        File[] built = project.buildLocal(false);
        try {
            check(project);
            if (built == null || built.length == 0 || !Files.exists(jar)) {
                throw new Problem("bnd made no " + jar.getFileName());
            }
            if (House.kind(project).equals("impl") && exports(jar) != null) {
                throw new Problem("an implementation exports nothing, but Export-Package is " + exports(jar));
            }
        } catch (Problem e) {
            Files.deleteIfExists(jar);
            throw e;
        }
    }

    private static String exports(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            return manifest == null ? null : manifest.getMainAttributes().getValue("Export-Package");
        }
    }

    /** bnd's errors are ours; its warnings too, as javac's. */
    private static void check(Project project) {
        List<String> said = new ArrayList<>(project.getErrors());
        said.addAll(project.getWarnings());
        project.clear();
        if (!said.isEmpty()) {
            throw new Problem(String.join("\n", new LinkedHashSet<>(said)));
        }
    }

    private void requireGood(Set<Project> needed) throws Exception {
        for (Project each : needed) {
            if (failed.contains(each)) {
                throw new Problem("not built, because it needs " + each.getName());
            }
            if (!House.hasContent(each)) {
                throw new Problem("needs " + each.getName() + ", which has nothing in src/ yet");
            }
            if (!Files.exists(House.jar(each))) {
                throw new Problem("needs " + each.getName() + ", which was not built");
            }
        }
    }

    /** Compiles a project's unit tests when they, the project or what they use changed. True when they are ready. */
    boolean compileTests(Project project) throws Exception {
        return guarded(project, () -> compileTestsOf(project));
    }

    private void compileTestsOf(Project project) throws Exception {
        requireGood(Set.of(project));
        requireGood(House.testNeeds(project));
        Path source = House.folder(project).resolve("test");
        Path output = project.getTestOutput().toPath();
        Fingerprint inputs = new Fingerprint().text(Files2.sha256(House.jar(project)))
            .text(Files.readString(House.jar(project).resolveSibling("jar.state")))
            .tree(source, source, Set.of());
        for (Project needed : House.testNeeds(project)) {
            inputs.text(needed.getName()).text(Files2.sha256(House.jar(needed)));
        }
        Path state = House.jar(project).resolveSibling("test.state");
        String now = inputs.value();
        if (isCurrent(state, now) && Files.exists(output)) {
            return;
        }
        List<Path> path = new ArrayList<>(house.testPath(project));
        path.addAll(house.compilePath(project));
        String said = javac.compile(project, source, output, path, List.of());
        if (!said.isEmpty()) {
            throw new Problem("the tests do not compile\n" + said);
        }
        Files2.write(state, now);
    }

    private static boolean isCurrent(Path state, String now) throws IOException {
        return Files.exists(state) && Files.readString(state).equals(now);
    }
}
