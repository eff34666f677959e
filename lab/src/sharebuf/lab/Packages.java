package sharebuf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian packages of another suite: fetched and unpacked below a cache folder, never installed. apt works on a configuration of its
 * own there (lists, cache, an empty status file), so that the machine's sources, pins and packages stay as they are; proxies and the
 * like in the machine's configuration hold. Confined to one thread.
 */
final class Packages {
    private static final String SUITE = "trixie";
    private static final AptSources DEFAULT =
            new AptSources("http://deb.debian.org/debian", "/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final String APT = "apt";
    private static final String UNPACKED = "unpacked";

    private final Path cache;
    private final String architecture;
    private final Progress progress;

    /**
     * Prepares, touches nothing.
     *
     * @param cache    folder that belongs to this alone
     * @param arch     of the packages
     * @param progress to tell
     */
    Packages(Path cache, Arch arch, Progress progress) {
        this.cache = cache;
        this.architecture = arch.debian;
        this.progress = progress;
    }

    /** The package that depends on the newest kernel; asking for it gives that kernel. */
    static String kernel(Arch arch) {
        return "linux-image-" + arch.debian;
    }

    /**
     * The packages of earlier runs; those that are not there are fetched.
     *
     * @param names   of packages
     * @param refresh look for newer ones
     * @return the folders into which each was unpacked, in the order of the names
     */
    Map<String, Path> get(List<String> names, boolean refresh) throws IOException, InterruptedException, Trouble {
        Map<String, String> known = known();
        List<String> wanted = refresh ? names : names.stream().filter(each -> !known.containsKey(each)).toList();
        if (!wanted.isEmpty()) {
            fetch(wanted, known);
        }
        Map<String, Path> folders = new LinkedHashMap<>();
        names.forEach(each -> folders.put(each, cache.resolve(known.get(each))));
        return folders;
    }

    /** Folders by package, of those that are really there. A run that was killed leaves nothing half done under their names. */
    private Map<String, String> known() throws IOException {
        Map<String, String> known = new LinkedHashMap<>();
        Path list = cache.resolve(UNPACKED);
        for (String line : Files.exists(list) ? Files.readAllLines(list) : List.<String>of()) {
            String[] words = line.split("\t");
            if (words.length == 2 && Files.isDirectory(cache.resolve(words[1]))) {
                known.put(words[0], words[1]);
            }
        }
        return known;
    }

    private void fetch(List<String> names, Map<String, String> known) throws IOException, InterruptedException, Trouble {
        String option = "-c=" + configure();
        apt(cache, List.of("apt-get", option, "-qq", "update"));
        List<String> real = new ArrayList<>();
        for (String name : names) {
            real.add(name.equals("linux-image-" + architecture) ? newest(name, option) : name);
        }
        Map<String, Long> files = files(real, option);
        List<String> missing = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < real.size(); i++) {
            String file = file(real.get(i), files);
            known.put(names.get(i), folder(file));
            if (!Files.isDirectory(cache.resolve(folder(file)))) {
                missing.add(real.get(i));
                size += files.get(file);
            }
        }
        if (!missing.isEmpty()) {
            progress.say("fetching " + missing.size() + " packages of Debian " + SUITE + ", " + size / 1_000_000 + " MB: " + String.join(" ", missing));
            unpack(missing, option);
        }
        save(known);
    }

    private static String newest(String name, String option) throws IOException, InterruptedException, Trouble {
        String about = apt(Path.of("."), List.of("apt-cache", option, "show", name));
        Matcher real = Pattern.compile("^Depends:.*?\\b(linux-image-[0-9]\\S*)", Pattern.MULTILINE).matcher(about);
        if (!real.find()) {
            throw Trouble.lack("Debian's " + name + " names no kernel: " + about.strip());
        }
        return real.group(1);
    }

    /** Sizes by file name, as apt would load them: a line is 'URI' FILE SIZE CHECKSUM. */
    private static Map<String, Long> files(List<String> names, String option) throws IOException, InterruptedException, Trouble {
        List<String> words = new ArrayList<>(List.of("apt-get", option, "-qq", "download", "--print-uris"));
        words.addAll(names);
        Map<String, Long> files = new LinkedHashMap<>();
        for (String line : apt(Path.of("."), words).lines().toList()) {
            String[] fields = line.split(" ");
            if (fields.length > 2) {
                files.put(fields[1], Long.parseLong(fields[2]));
            }
        }
        return files;
    }

    private static String file(String name, Map<String, Long> files) throws Trouble {
        return files.keySet().stream().filter(each -> each.startsWith(name + "_")).findFirst()
                .orElseThrow(() -> Trouble.lack("Debian " + SUITE + " offers no file of the package " + name));
    }

    private static String folder(String file) {
        return file.replaceAll("\\.deb$", "").replace("%3a", "-");
    }

    private void unpack(List<String> names, String option) throws IOException, InterruptedException, Trouble {
        Path downloads = Tree.fresh(cache.resolve("downloads"));
        List<String> words = new ArrayList<>(List.of("apt-get", option, "-qq", "download"));
        words.addAll(names);
        apt(downloads, words);
        for (Path file : Tree.files(downloads)) {
            Path fresh = Tree.fresh(cache.resolve("unpacking"));
            Program.run(List.of("dpkg-deb", "-x", file.toString(), fresh.toString()));
            // Only a package that was unpacked wholly gets its name.
            Files.move(fresh, cache.resolve(folder(file.getFileName().toString())), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Keeps the list, and of the folders only those in it. */
    private void save(Map<String, String> known) throws IOException {
        StringBuilder lines = new StringBuilder();
        known.forEach((name, folder) -> lines.append(name).append('\t').append(folder).append('\n'));
        Path fresh = Files.writeString(cache.resolve(UNPACKED + ".new"), lines);
        Files.move(fresh, cache.resolve(UNPACKED), StandardCopyOption.ATOMIC_MOVE);
        for (Path each : Tree.list(cache)) {
            String name = each.getFileName().toString();
            if (!name.equals(APT) && !name.equals(UNPACKED) && !known.containsValue(name)) {
                Tree.delete(each);
            }
        }
    }

    /** What apt fails at is what the machine, or its network, cannot give. */
    private static String apt(Path folder, List<String> words) throws IOException, InterruptedException, Trouble {
        try {
            return Program.run(folder, words);
        } catch (Trouble e) {
            throw Trouble.lack("Debian's packages cannot be had: " + e.getMessage());
        }
    }

    private Path configure() throws IOException {
        Path apt = Files.createDirectories(cache.resolve(APT));
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
            """.formatted(apt, architecture));
    }

    private static List<String> machineLists() throws IOException {
        List<String> texts = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        Tree.list(Path.of("/etc/apt/sources.list.d")).stream().filter(file -> file.toString().matches(".*\\.(list|sources)"))
                .forEach(files::add);
        files.add(Path.of("/etc/apt/sources.list"));
        for (Path file : files) {
            if (Files.isReadable(file)) {
                texts.add(Files.readString(file));
            }
        }
        return texts;
    }
}
