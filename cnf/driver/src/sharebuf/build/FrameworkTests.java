package sharebuf.build;

import aQute.bnd.build.Project;
import aQute.bnd.build.ProjectLauncher;
import aQute.bnd.build.ProjectTester;
import biz.aQute.resolve.Bndrun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Runs a test bundle inside Felix with bnd's tester, as its itest.bndrun says, and reads the fresh reports. */
final class FrameworkTests {

    private FrameworkTests() {
    }

    static List<Result> run(House house, Project project, Set<String> tests, boolean all, Path scratch)
        throws Exception {
        Path bndrun = House.folder(project).resolve("itest.bndrun");
        if (!Files.exists(bndrun)) {
            throw new Problem(project.getName() + " has no itest.bndrun");
        }
        Path reports = Files.createDirectories(scratch.resolve("reports"));
        StringBuffer said = new StringBuffer();
        int exit;
        try (Bndrun run = Bndrun.createBndrun(house.workspace, bndrun.toFile())) {
            run.setProperty("-runstorage", scratch.resolve("framework").toString());
            run.setProperty("-runvm.sharebuf", "-Dsharebuf.index=" + house.checkout.index() + ", -Dsharebuf.home="
                + house.checkout.root);
            resolve(project, run);
            ProjectTester tester = run.getProjectTester();
            tester.setReportDir(reports.toFile());
            tester.setCwd(House.folder(project).toFile());
            tester.getProjectLauncher().setStreams(said, said);
            if (!all) {
                classes(tests).forEach(tester::addTest);
            }
            if (!tester.prepare()) {
                check(project, run);
            }
            exit = tester.test();
            tester.getProjectLauncher().cleanup();
        }
        Files.writeString(scratch.resolve("output.txt"), said);
        List<Result> results = new ArrayList<>();
        for (Path report : Files2.below(reports, ".xml")) {
            read(report, results);
        }
        if (!all) {
            results.removeIf(result -> result.status() != Result.Status.FAILED
                && !tests.contains(result.type() + "#" + result.method()));
        }
        long failures = results.stream().filter(result -> result.status() == Result.Status.FAILED).count();
        // The exit code is the number of failures; anything else that is not 0 means that the framework did not get there.
        if (results.isEmpty() || exit != 0 && failures == 0) {
            results.add(new Result(Result.Status.FAILED, project.getName(), "", bndrun.getFileName().toString(), 0,
                (exit == ProjectLauncher.TIMEDOUT ? "the tests took longer than -runtimeout allows and were ended"
                    : "the framework ended with " + exit + " before the tests were through") + "\n"
                    + UnitTests.tail(scratch.resolve("output.txt"))));
        }
        return results;
    }

    /** The tester finds no method with parameters by its name, so it runs classes; what was not meant is dropped after. */
    private static Set<String> classes(Set<String> tests) {
        Set<String> classes = new TreeSet<>();
        tests.forEach(test -> classes.add(test.substring(0, test.indexOf('#'))));
        return classes;
    }

    /** Without this the framework would start with what resolves, and the tester wait for a test bundle for ever. */
    private static void resolve(Project project, Bndrun run) throws Exception {
        try {
            run.getRunbundles();
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage();
            int note = reason.indexOf("Note: ");
            throw new Problem(project.getName() + "/itest.bndrun: "
                + (note < 0 ? reason : reason.substring(0, note)).strip());
        }
        check(project, run);
    }

    private static void check(Project project, Bndrun run) {
        if (!run.isOk()) {
            throw new Problem(project.getName() + "/itest.bndrun: " + String.join("\n  ", run.getErrors()));
        }
    }

    private static void read(Path report, List<Result> results) throws Exception {
        NodeList cases = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile())
            .getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element each = (Element) cases.item(i);
            String name = each.getAttribute("name");
            Result.Status status = Result.Status.PASSED;
            String detail = "";
            for (Node child = each.getFirstChild(); child != null; child = child.getNextSibling()) {
                switch (child.getNodeName()) {
                    case "failure", "error" -> {
                        status = Result.Status.FAILED;
                        detail = Result.top(child.getTextContent());
                    }
                    case "skipped" -> status = Result.Status.SKIPPED;
                    default -> {
                        // Output of a test and the like.
                    }
                }
            }
            String seconds = each.getAttribute("time");
            results.add(new Result(status, each.getAttribute("classname"), name.replaceAll("[(\\[{].*", ""), name,
                seconds.isEmpty() ? 0 : (long) (Double.parseDouble(seconds) * 1000), detail));
        }
    }
}
