package sharebuf.build;

import aQute.bnd.build.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command {@code release}: the present API bundles become the baseline, in the layout of bnd's file repository. */
final class Release {
    private final Checkout checkout;

    Release(Checkout checkout) {
        this.checkout = checkout;
    }

    int run(List<String> arguments) throws Exception {
        if (!arguments.isEmpty()) {
            throw new Problem(2, "release takes no arguments");
        }
        checkout.lock();
        try (House house = House.open(checkout)) {
            if (!new Builder(house).build(house.closure(List.of()))) {
                return 1;
            }
            for (Project project : house.projects()) {
                if (House.kind(project).equals("api") && Files.exists(House.jar(project))) {
                    release(project);
                }
            }
        }
        return 0;
    }

    /** Only one version stays: the comparison is with the last finished issue. */
    private void release(Project project) throws Exception {
        Path folder = checkout.root.resolve("cnf/release").resolve(project.getName());
        Files2.delete(folder);
        Files.createDirectories(folder);
        String version = project.getProperty("Bundle-Version");
        Files.copy(House.jar(project), folder.resolve(project.getName() + "-" + version + ".jar"));
        System.out.println("released " + project.getName() + " " + version);
    }
}
