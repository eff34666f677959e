package sharebuf.lab;

import jakarta.json.Json;
import jakarta.json.JsonWriter;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The entry of {@code ./sharebuf lab}. System properties: {@code sharebuf.home}, the project's root, and {@code sharebuf.index}, the
 * list of bundles.
 */
public final class Main {
    private static final int JOB_SECONDS = 600;

    private final Path home = Path.of(System.getProperty("sharebuf.home"));
    private final Path index = Path.of(System.getProperty("sharebuf.index"));
    private final Path cache = home.resolve("cnf/cache/lab");
    private final Path guest = home.resolve("lab/guest");
    private final Options options;
    private final Progress progress;

    private Main(Options options) {
        this.options = options;
        this.progress = System.console() == null ? line -> { } : line -> System.err.println("lab: " + line);
    }

    /**
     * Runs the laboratory and ends the JVM with its exit code.
     *
     * @param args options
     */
    public static void main(String[] args) {
        int exit;
        try {
            Options options = Options.parse(List.of(args));
            if (options.help()) {
                System.out.print(Options.HELP);
                exit = 0;
            } else {
                exit = new Main(options).run();
            }
        } catch (Trouble e) {
            System.err.println("sharebuf: lab: " + e.getMessage());
            exit = e.exit;
        } catch (NoSuchFileException e) {
            System.err.println("sharebuf: lab: there is no file " + e.getMessage());
            exit = 2;
        } catch (IOException e) {
            System.err.println("sharebuf: lab: " + e);
            exit = 2;
        } catch (InterruptedException e) {
            System.err.println("sharebuf: lab: interrupted");
            exit = 2;
        }
        System.out.flush();
        System.exit(exit);
    }

    private int run() throws IOException, InterruptedException, Trouble {
        long start = System.nanoTime();
        List<Job> jobs = jobs();
        Host.check(System.getenv().getOrDefault("PATH", ""));
        Files.createDirectories(cache);
        try (FileChannel lock = FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) {
                throw Trouble.wrong("another lab of this project is running");
            }
            Packages.Unpacked packages = new Packages(Files.createDirectories(cache.resolve("packages"))).get(options.refresh(), progress);
            Jre jre = Jre.get(cache, progress);
            Product product = Product.read(home, index);
            Modules modules = new Modules(packages.modules(), Modules.parse(Files.readAllLines(guest.resolve("modules"))));
            Path share = Files.createDirectories(options.out().orElse(cache.resolve("last")));
            Path initramfs = cache.resolve("initramfs.cpio");
            Image.write(initramfs, guest, packages, modules, jre, product);
            Report report = boot(jobs, packages, initramfs, share, product, start);
            if (!options.keep()) {
                Files.delete(initramfs);
            }
            tell(report);
            return report.passed() ? 0 : 1;
        }
    }

    private Report boot(List<Job> jobs, Packages.Unpacked packages, Path initramfs, Path share, Product product, long start)
            throws IOException, InterruptedException {
        try (Emulator emulator = new Emulator(Emulator.command(packages.image(), initramfs), share, Emulator.BOOT_SECONDS, progress)) {
            // Ctrl-C ends the JVM while the main thread waits for the guest.
            Runtime.getRuntime().addShutdownHook(new Thread(emulator::close, "lab-shutdown"));
            if (options.keep()) {
                System.err.println("lab: cd " + share + " && " + String.join(" ", Emulator.command(packages.image(), initramfs)));
            }
            progress.say("booting Linux " + packages.release() + " in QEMU with " + jobs.size() + " jobs");
            Emulator.Outcome outcome = emulator.run(jobs);
            List<Result> results = new ArrayList<>();
            for (Job job : jobs) {
                results.add(Result.read(share, job));
            }
            return new Report(packages.release(), product, outcome, results, Screens.convert(share.resolve("jobs"), progress), share,
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private List<Job> jobs() throws IOException, Trouble {
        Path file = options.jobs().orElse(guest.resolve("jobs"));
        try {
            List<Job> all = Job.parse(file.toString(), Files.readAllLines(file));
            if (options.words().isEmpty()) {
                return all;
            }
            List<Job> chosen = new ArrayList<>();
            for (String words : options.words()) {
                int number = chosen.size() + 1;
                chosen.add(all.stream().filter(job -> job.name().equals(words)).findFirst()
                        .orElseGet(() -> Job.of("job-" + number, JOB_SECONDS, words)));
            }
            return chosen;
        } catch (IllegalArgumentException e) {
            throw Trouble.wrong(e.getMessage());
        }
    }

    private void tell(Report report) throws IOException {
        boolean dataOnly = options.json().filter("-"::equals).isPresent();
        PrintStream out = System.out;
        if (!dataOnly) {
            out.println("Linux " + report.kernel() + " of Debian in QEMU, x86-64 emulated; vivid cameras and emulated displays, no "
                    + "hardware touched");
            report.print(out);
        }
        if (options.json().isPresent()) {
            StringWriter text = new StringWriter();
            try (JsonWriter writer = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true)).createWriter(text)) {
                writer.write(report.data());
            }
            String json = text.toString().strip() + "\n";
            if (dataOnly) {
                out.print(json);
            } else {
                Files.writeString(Path.of(options.json().get()), json);
            }
        }
    }
}
