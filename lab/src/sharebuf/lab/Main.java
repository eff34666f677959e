package sharebuf.lab;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonWriter;
import jakarta.json.stream.JsonGenerator;
import java.io.Console;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The entry of {@code ./sharebuf lab}. System properties: {@code sharebuf.home}, the project's root, and {@code sharebuf.index}, the
 * list of bundles.
 */
public final class Main {
    private static final int JOB_SECONDS = 600;

    private final Path home = Path.of(System.getProperty("sharebuf.home"));
    private final Path index = Path.of(System.getProperty("sharebuf.index"));
    private final Path cache = home.resolve("cnf/cache/lab");
    private final Options options;
    private final Progress progress;

    private Main(Options options) {
        this.options = options;
        Console console = System.console();
        this.progress = console == null || !console.isTerminal() ? line -> { } : line -> System.err.println("lab: " + line);
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
        List<Job> jobs = jobs();
        try {
            Host.check(options.arch(), System.getenv().getOrDefault("PATH", ""), Host.jdk());
            Files.createDirectories(cache);
            try (FileChannel lock = FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                if (lock.tryLock() == null) {
                    System.err.println("sharebuf: lab: waits for another lab of this project to end");
                    lock.lock();
                }
                String last = options.arch() == Arch.X86_64 ? "last" : "last-" + options.arch().word;
                Path share = Files.createDirectories(options.out().orElse(cache.resolve(last)));
                Report report = new Lab(home, index, options.arch(), progress).run(jobs, share, options.refresh(), options.keep());
                tell(report);
                return report.passed() ? 0 : 1;
            }
        } catch (Trouble e) {
            if (e.lack) {
                write(Json.createObjectBuilder().add("lab", Json.createObjectBuilder().add("arch", options.arch().word)
                        .add("lacks", e.getMessage())).build());
            }
            throw e;
        }
    }

    private List<Job> jobs() throws IOException, Trouble {
        Path file = options.jobs().orElse(home.resolve("lab/guest/jobs"));
        try {
            List<Job> all = Job.parse(file.toString(), Files.readAllLines(file));
            if (options.words().isEmpty()) {
                List<Job> its = all.stream().filter(job -> !job.named() && job.archs().contains(options.arch())).toList();
                if (its.isEmpty()) {
                    throw Trouble.wrong(file + " has no job for " + options.arch().word);
                }
                return its;
            }
            List<Job> chosen = new ArrayList<>();
            for (String words : options.words()) {
                String name = "job-" + (chosen.size() + 1);
                Job job = all.stream().filter(each -> each.name().equals(words)).findFirst()
                        .orElseGet(() -> Job.of(name, JOB_SECONDS, EnumSet.allOf(Arch.class), words));
                if (!job.archs().contains(options.arch())) {
                    throw Trouble.wrong("job " + job.name() + " is for " + job.archs().iterator().next().word);
                }
                chosen.add(job);
            }
            return chosen;
        } catch (IllegalArgumentException e) {
            throw Trouble.wrong(e.getMessage());
        }
    }

    private void tell(Report report) throws IOException {
        if (!dataOnly()) {
            System.out.println("Linux " + report.kernel() + " of Debian in QEMU, " + report.arch().word + " emulated; vivid cameras and "
                    + "emulated displays, no hardware touched");
            report.print(System.out);
        }
        write(report.data());
    }

    private void write(JsonObject data) throws IOException {
        Optional<String> file = options.json();
        if (file.isEmpty()) {
            return;
        }
        StringWriter text = new StringWriter();
        try (JsonWriter writer = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true)).createWriter(text)) {
            writer.write(data);
        }
        String json = text.toString().strip() + "\n";
        if (dataOnly()) {
            System.out.print(json);
        } else {
            Files.writeString(Path.of(file.get()), json);
        }
    }

    private boolean dataOnly() {
        return options.json().filter("-"::equals).isPresent();
    }
}
