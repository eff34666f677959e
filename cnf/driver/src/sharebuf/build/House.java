package sharebuf.build;

import aQute.bnd.build.Container;
import aQute.bnd.build.Project;
import aQute.bnd.build.Workspace;
import aQute.bnd.service.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The opened bnd workspace: its projects, their order and their class paths. */
final class House implements AutoCloseable {
    final Checkout checkout;
    final Workspace workspace;
    private final Map<String, Project> projects = new TreeMap<>();

    private House(Checkout checkout, Workspace workspace) {
        this.checkout = checkout;
        this.workspace = workspace;
    }

    static House open(Checkout checkout) throws Exception {
        Workspace workspace = new Workspace(checkout.root.toFile());
        workspace.setOffline(true);
        if (!workspace.isOk()) {
            throw new Problem("cnf: " + String.join("\n  ", workspace.getErrors()));
        }
        House house = new House(checkout, workspace);
        for (Path folder : checkout.projects()) {
            Project project = workspace.getProject(folder.getFileName().toString());
            if (project != null) {
                house.projects.put(project.getName(), project);
            }
        }
        return house;
    }

    Collection<Project> projects() {
        return projects.values();
    }

    boolean has(String name) {
        return projects.containsKey(name);
    }

    Project project(String name) {
        Project project = projects.get(name);
        if (project == null) {
            throw new Problem(2, "there is no project '" + name + "'; there are " + String.join(" ", projects.keySet()));
        }
        return project;
    }

    /** The named projects (all when none is named) and what they need, each after its dependencies. */
    List<Project> closure(Collection<String> names) throws Exception {
        Set<Project> order = new LinkedHashSet<>();
        Set<Project> open = new LinkedHashSet<>();
        Collection<Project> wanted = names.isEmpty() ? projects() : names.stream().map(this::project).toList();
        for (Project project : wanted) {
            visit(project, order, open);
        }
        return new ArrayList<>(order);
    }

    private void visit(Project project, Set<Project> done, Set<Project> open) throws Exception {
        if (done.contains(project)) {
            return;
        }
        if (!open.add(project)) {
            throw new Problem("projects need each other in a circle: " + names(open));
        }
        for (Project needed : needs(project)) {
            visit(needed, done, open);
        }
        open.remove(project);
        done.add(project);
    }

    private static String names(Collection<Project> projects) {
        return String.join(" ", projects.stream().map(Project::getName).toList());
    }

    /** The projects a project's jar is made with; tests may need more, see {@link #testNeeds}. */
    static Set<Project> needs(Project project) throws Exception {
        Set<Project> needed = new LinkedHashSet<>(project.getBuildDependencies());
        needed.remove(project);
        return needed;
    }

    static Set<Project> testNeeds(Project project) throws Exception {
        Set<Project> needed = new LinkedHashSet<>(project.getTestDependencies());
        needed.remove(project);
        return needed;
    }

    /** What this project is: api, impl, library, itest, or empty; set by the files in cnf/includes. */
    static String kind(Project project) {
        return project.getProperty("sharebuf.kind", "");
    }

    static Path folder(Project project) {
        return project.getBase().toPath();
    }

    static Path jar(Project project) {
        return folder(project).resolve("generated").resolve(project.getName() + ".jar");
    }

    /** Whether there is anything to make a jar of. A project that somebody only began is no error. */
    static boolean hasContent(Project project) throws Exception {
        Path source = folder(project).resolve("src");
        return !Files2.below(source, path -> true).isEmpty() || project.get("-includeresource") != null;
    }

    /** Class path of the compiler; a project counts with its classes. */
    List<Path> compilePath(Project project) throws Exception {
        return files(project, project.getBuildpath());
    }

    /** Class path of the unit tests: the project, its test libraries, and whatever all of those need. */
    List<Path> testPath(Project project) throws Exception {
        Set<Path> path = new LinkedHashSet<>();
        path.add(project.getTestOutput().toPath());
        path.add(project.getSrcOutput().toPath());
        path.addAll(files(project, project.getTestpath()));
        path.addAll(runPath(project));
        for (Project needed : testNeeds(project)) {
            path.addAll(runPath(needed));
        }
        path.remove(jar(project));
        return new ArrayList<>(path);
    }

    /** Jars to run a project outside of a framework: its own, those it was compiled with, and theirs. */
    List<Path> runPath(Project project) throws Exception {
        Set<Path> path = new LinkedHashSet<>();
        collect(project, path, new LinkedHashSet<>());
        return new ArrayList<>(path);
    }

    private void collect(Project project, Set<Path> path, Set<Project> seen) throws Exception {
        if (!seen.add(project)) {
            return;
        }
        path.add(jar(project));
        for (Container each : Container.flatten(project.getBuildpath())) {
            if (each.getType() == Container.TYPE.PROJECT) {
                collect(each.getProject(), path, seen);
            } else {
                path.add(each.getFile().toPath());
            }
        }
    }

    /** Annotation processors, from the instruction {@code processors} of a project; bnd knows none by itself. */
    List<Path> processors(Project project) throws Exception {
        String named = project.mergeProperties("processors");
        return named == null || named.isBlank()
            ? List.of()
            : files(project, project.getBundles(Strategy.HIGHEST, named, "processors"));
    }

    private static List<Path> files(Project project, Collection<Container> containers) throws Exception {
        List<Path> files = new ArrayList<>();
        for (Container each : Container.flatten(containers)) {
            if (each.getError() != null) {
                throw new Problem(project.getName() + ": " + each.getBundleSymbolicName() + ": " + each.getError());
            }
            Path file = each.getFile().toPath();
            if (Files.exists(file)) {
                files.add(file);
            }
        }
        return files;
    }

    @Override
    public void close() {
        workspace.close();
    }
}
