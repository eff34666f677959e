package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run of the laboratory: prepares the guest, boots each machine that jobs need, collects what came out. Confined to one thread. */
final class Lab {
    private static final String BUSYBOX = "busybox-static";

    private final Path home;
    private final Path index;
    private final Path cache;
    private final Path guest;
    private final Arch arch;
    private final Progress progress;

    /**
     * Prepares, touches nothing.
     *
     * @param home     the project's root
     * @param index    the list of bundles
     * @param arch     the guest's processor
     * @param progress to tell
     */
    Lab(Path home, Path index, Arch arch, Progress progress) {
        this.home = home;
        this.index = index;
        this.cache = home.resolve("cnf/cache/lab");
        this.guest = home.resolve("lab/guest");
        this.arch = arch;
        this.progress = progress;
    }

    /**
     * Runs jobs. Whoever calls it holds the lock on the cache.
     *
     * @param jobs    to run, all of them for this processor
     * @param share   folder for what comes out
     * @param refresh look for newer packages
     * @param keep    keep the initramfs and say how QEMU is called
     */
    Report run(List<Job> jobs, Path share, boolean refresh, boolean keep) throws IOException, InterruptedException, Trouble {
        long start = System.nanoTime();
        List<Setting> wanted = settings("packages");
        List<String> names = new ArrayList<>(List.of(Packages.kernel(arch), BUSYBOX));
        wanted.forEach(each -> names.add(each.name()));
        if (!arch.ours()) {
            names.add(Jre.PACKAGE);
        }
        Map<String, Path> packages = new Packages(folder(cache.resolve("packages" + suffix())), arch, progress).get(names, refresh);
        Kernel kernel = Kernel.of(packages.get(Packages.kernel(arch)));
        Modules modules = new Modules(kernel.modules(), Modules.parse(settings("modules")));
        Product product = Product.read(home, index);
        Path busybox = packages.get(BUSYBOX).resolve("usr/bin/busybox");
        Path initramfs = cache.resolve("initramfs" + suffix() + ".cpio");
        new Image(guest, busybox, modules, programs(wanted, packages), product).write(initramfs);
        Tree.fresh(share.resolve("jobs"));
        List<Report.Boot> boots = new ArrayList<>();
        List<Report.Skipped> skipped = new ArrayList<>();
        for (Machine machine : Machine.values()) {
            List<Job> its = jobs.stream().filter(job -> job.machine() == machine).toList();
            if (its.isEmpty()) {
                continue;
            }
            int memory = Host.memory();
            if (machine.memory > memory) {
                String why = "its machine has " + machine.memory + " GiB of memory, this one " + memory;
                its.forEach(job -> skipped.add(new Report.Skipped(job, why)));
            } else {
                boots.add(boot(machine, its, kernel, product, initramfs, share, keep));
            }
        }
        if (!keep) {
            Files.delete(initramfs);
        }
        return new Report(arch, kernel.release(), product, boots, skipped, Screens.convert(share.resolve("jobs"), progress), share,
                (System.nanoTime() - start) / 1e9);
    }

    private Report.Boot boot(Machine machine, List<Job> jobs, Kernel kernel, Product product, Path initramfs, Path share, boolean keep)
            throws IOException, InterruptedException {
        List<String> command = Host.tied(machine.command(arch, kernel.image(), initramfs));
        try (Emulator emulator = new Emulator(command, share, machine.word, Emulator.BOOT_SECONDS, progress)) {
            // Ctrl-C ends the JVM while the main thread waits for the guest.
            Runtime.getRuntime().addShutdownHook(new Thread(emulator::close, "lab-shutdown"));
            if (keep) {
                System.err.println("lab: cd " + share + " && " + String.join(" ", command));
            }
            progress.say("booting Linux " + kernel.release() + " in QEMU, machine " + machine.word + ", with " + jobs.size() + " jobs");
            Emulator.Outcome outcome = emulator.run(jobs);
            List<Result> results = new ArrayList<>();
            for (Job job : jobs) {
                results.add(Result.read(share, job));
            }
            Path sums = share.resolve(machine.word).resolve("bundles.sha256");
            List<String> found = Files.exists(sums) ? Files.readAllLines(sums) : List.of();
            List<String> alien = outcome.ended() ? product.differences(found) : List.of();
            return new Report.Boot(machine, outcome, results, alien);
        }
    }

    /** Java, the files that lab/guest/packages names, and the libraries of both. */
    private Map<String, Path> programs(List<Setting> wanted, Map<String, Path> packages) throws IOException, InterruptedException, Trouble {
        Map<String, Path> files = new TreeMap<>(arch.ours() ? Jre.linked(cache, progress).files()
                : Jre.debian(packages.get(Jre.PACKAGE)).files());
        for (Setting each : wanted) {
            for (String name : each.rest().isEmpty() ? new String[0] : each.rest().split("\\s+")) {
                Path file = packages.get(each.name()).resolve(name);
                if (!Files.isRegularFile(file)) {
                    throw Trouble.wrong("lab/guest/packages: " + each.name() + " has no file " + name);
                }
                files.put(name, file);
            }
        }
        if (arch.ours()) {
            files.putAll(Compiled.files(home, cache));
        }
        files.putAll(Libraries.of(List.copyOf(files.values()), List.copyOf(packages.values()), arch.triplet));
        return files;
    }

    private List<Setting> settings(String name) throws IOException, Trouble {
        try {
            return Setting.of(Files.readAllLines(guest.resolve(name)), arch);
        } catch (IllegalArgumentException e) {
            throw Trouble.wrong(guest.resolve(name) + ": " + e.getMessage());
        }
    }

    private String suffix() {
        return arch == Arch.X86_64 ? "" : "-" + arch.word;
    }

    private static Path folder(Path path) throws IOException {
        return Files.createDirectories(path);
    }
}
