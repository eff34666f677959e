package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian packages of another suite: fetched and unpacked below a cache folder, never installed. apt works on a configuration of its
 * own there (lists, cache, an empty status file), so that the machine's sources, pins and packages stay as they are; proxies and the
 * like in the machine's configuration hold. Confined to one thread.
 */
final class Packages {
    private static final String SUITE = "trixie";
    private static final String ARCHITECTURE = "amd64";
    private static final AptSources DEFAULT =
            new AptSources("http://deb.debian.org/debian", "/usr/share/keyrings/debian-archive-keyring.gpg");

    private final Path cache;

    Packages(Path cache) {
        this.cache = cache;
    }

    /**
     * What was unpacked.
     *
     * @param kernel  root of the kernel's package
     * @param release of the kernel, as {@code uname -r} tells it
     * @param busybox the program, statically linked
     * @param names   file names of the packages, with versions
     */
    record Unpacked(Path kernel, String release, Path busybox, List<String> names) {
        Path image() {
            return kernel.resolve("boot/vmlinuz-" + release);
        }

        Path modules() {
            return kernel.resolve("usr/lib/modules/" + release);
        }
    }

    /** The packages of an earlier run, or else the newest there are. */
    Unpacked get(boolean refresh, Progress progress) throws IOException, InterruptedException, Trouble {
        Path current = cache.resolve("current");
        if (refresh || !Files.exists(current) || !unpackedAll(Files.readAllLines(current))) {
            progress.say("fetching a kernel and busybox of Debian " + SUITE + " (110 MB, first use)");
            Files.write(current, fetch());
        }
        List<String> names = Files.readAllLines(current);
        Path kernel = cache.resolve(names.getFirst());
        try (Stream<Path> releases = Files.list(kernel.resolve("usr/lib/modules"))) {
            String release = releases.findFirst().orElseThrow().getFileName().toString();
            return new Unpacked(kernel, release, cache.resolve(names.getLast()).resolve("usr/bin/busybox"), names);
        }
    }

    private boolean unpackedAll(List<String> names) {
        return names.size() == 2 && names.stream().allMatch(name -> Files.isDirectory(cache.resolve(name)));
    }

    private List<String> fetch() throws IOException, InterruptedException, Trouble {
        Path configuration = configure();
        String option = "-c=" + configuration;
        Program.run(List.of("apt-get", option, "-qq", "update"));
        String about = Program.run(List.of("apt-cache", option, "show", "linux-image-" + ARCHITECTURE));
        Matcher real = Pattern.compile("^Depends:.*?\\b(linux-image-[0-9]\\S*)", Pattern.MULTILINE).matcher(about);
        if (!real.find()) {
            throw Trouble.wrong("Debian's linux-image-" + ARCHITECTURE + " names no kernel: " + about.strip());
        }
        List<String> names = new ArrayList<>();
        for (String name : List.of(real.group(1), "busybox-static")) {
            names.add(unpack(name, option));
        }
        return names;
    }

    private String unpack(String name, String option) throws IOException, InterruptedException, Trouble {
        Path downloads = Tree.fresh(cache.resolve("downloads"));
        Program.run(downloads, List.of("apt-get", option, "-qq", "download", name));
        Path file;
        try (Stream<Path> files = Files.list(downloads)) {
            file = files.filter(each -> each.toString().endsWith(".deb")).findFirst()
                    .orElseThrow(() -> Trouble.wrong("apt-get download " + name + " left no package in " + downloads));
        }
        String version = file.getFileName().toString().replaceAll("\\.deb$", "").replace("%3a", "-");
        Path fresh = Tree.fresh(cache.resolve("unpacking"));
        Program.run(List.of("dpkg-deb", "-x", file.toString(), fresh.toString()));
        // Only a package that was unpacked wholly gets its name.
        Tree.delete(cache.resolve(version));
        Files.move(fresh, cache.resolve(version), StandardCopyOption.ATOMIC_MOVE);
        Tree.delete(downloads);
        return version;
    }

    private Path configure() throws IOException {
        Path apt = Files.createDirectories(cache.resolve("apt"));
        Files.createDirectories(apt.resolve("lists/partial"));
        Files.createDirectories(apt.resolve("cache/archives/partial"));
        Files.writeString(apt.resolve("status"), "");
        Files.writeString(apt.resolve("lab.sources"), AptSources.of(machineLists()).orElse(DEFAULT).write(SUITE));
        // The hooks that are cleared belong to programs of the machine. An empty sandbox user: root fetches as root, since
        // the folder need not be open to anybody else.
        return Files.writeString(apt.resolve("apt.conf"), """
            Dir::Etc::SourceList "%1$s/lab.sources";
            Dir::Etc::SourceParts "-";
            Dir::Etc::Preferences "/dev/null";
            Dir::Etc::PreferencesParts "/dev/null";
            Dir::State::Lists "%1$s/lists";
            Dir::State::Status "%1$s/status";
            Dir::Cache "%1$s/cache";
            APT::Architecture "%2$s";
            APT::Architectures { "%2$s"; };
            APT::Sandbox::User "";
            #clear APT::Update::Pre-Invoke;
            #clear APT::Update::Post-Invoke;
            #clear APT::Update::Post-Invoke-Success;
            """.formatted(apt, ARCHITECTURE));
    }

    private static List<String> machineLists() throws IOException {
        List<String> texts = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        Path parts = Path.of("/etc/apt/sources.list.d");
        if (Files.isDirectory(parts)) {
            try (Stream<Path> found = Files.list(parts)) {
                found.filter(file -> file.toString().matches(".*\\.(list|sources)")).sorted().forEach(files::add);
            }
        }
        files.add(Path.of("/etc/apt/sources.list"));
        for (Path file : files) {
            if (Files.isReadable(file)) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
