package sharebuf.deploy.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sharebuf.deploy.jar.JarFacts;
import sharebuf.deployment.PluginFolder.Event;
import sharebuf.deployment.PluginFolder.Jar;
import sharebuf.deployment.PluginFolder.What;

/** A real folder, looked at by hand with a clock that stands still until it is told. */
class FolderScannerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path root;
    private Path folder;
    private final FakeBundles bundles = new FakeBundles();
    private final List<Event> events = new ArrayList<>();
    private final List<String> belied = new ArrayList<>();
    private Duration passed = Duration.ZERO;
    private boolean listenerThrows;
    private FolderScanner scanner;

    @BeforeEach
    void begin() throws IOException {
        folder = Files.createDirectory(root.resolve("plugins"));
        Time time = new Time() {
            @Override
            public long nanos() {
                return passed.toNanos();
            }

            @Override
            public Instant wall() {
                return NOW.plus(passed);
            }
        };
        scanner = new FolderScanner(folder, new Staging(root.resolve("staging")), bundles, time, event -> {
            events.add(event);
            switch (event.what()) {
                case INSTALLED, SWAPPED, RENAMED -> note(event, scanner.jars().contains(event.jar()));
                case REMOVED -> note(event, !scanner.jars().contains(event.jar()));
                default -> { }
            }
            if (listenerThrows) {
                throw new IllegalStateException("a listener");
            }
        });
    }

    private void note(Event event, boolean listed) {
        if (!listed) {
            belied.add(event + " while " + scanner.jars());
        }
    }

    @AfterEach
    void whoHeardOfAChangeSawItListed() {
        assertThat(belied).isEmpty();
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(NOW.plus(passed)));
    }

    /** Looks, lets so much time pass that whatever is quiet is believed, and looks again. */
    private List<Event> settled() {
        events.clear();
        scanner.scan();
        passed = passed.plus(FolderScanner.SETTLE);
        scanner.scan();
        return List.copyOf(events);
    }

    private Event only(List<Event> of) {
        assertThat(of).as("events %s", of).hasSize(1);
        return of.getFirst();
    }

    @Test
    @DisplayName("a jar that is dropped in is installed when it has been quiet for a while, with its digest")
    void droppedIn() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.2.0"));
        assertThat(scanner.scan()).contains(FolderScanner.SETTLE);
        assertThat(events).isEmpty();
        passed = passed.plus(FolderScanner.SETTLE);
        assertThat(scanner.scan()).isEmpty();
        Event event = only(events);
        assertThat(event.what()).isEqualTo(What.INSTALLED);
        assertThat(event.jar().sha256()).hasSize(64);
        assertThat(scanner.jars()).containsExactly(new Jar("mine.jar", "mine", "1.2.0", event.jar().sha256()));
        assertThat(settled()).isEmpty();
    }

    @Test
    @DisplayName("a jar that was finished long ago is taken at the first look")
    void finishedLongAgo() throws Exception {
        write("old.jar", Jars.bundle("old", "1.0.0"));
        Files.setLastModifiedTime(folder.resolve("old.jar"), FileTime.from(NOW.minusSeconds(60)));
        scanner.scan();
        assertThat(bundles.done).containsExactly("install old 1.0.0");
    }

    @Test
    @DisplayName("a jar that is copied in pieces is never taken before its last byte, whatever the pieces; nothing is said before the patience is over")
    void copiedInPieces() throws Exception {
        byte[] whole = Jars.bundle("slow", "1.0.0");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int at = 0;
        while (at < whole.length) {
            int more = Math.min(whole.length - at, 1 + random.nextInt(200));
            Files.write(folder.resolve("slow.jar"), Arrays.copyOfRange(whole, at, at + more), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            at += more;
            Files.setLastModifiedTime(folder.resolve("slow.jar"), FileTime.from(NOW.plus(passed)));
            List<Event> said = settled();
            if (at < whole.length) {
                assertThat(said).as("seed %d, %d of %d bytes", seed, at, whole.length).isEmpty();
            } else {
                assertThat(only(said).what()).as("seed %d", seed).isEqualTo(What.INSTALLED);
            }
        }
    }

    @Test
    @DisplayName("a jar with holes in it, its directory complete, is waited for; that is said once, and it is taken when the holes are filled")
    void holes() throws Exception {
        byte[] whole = Jars.bundle("holes", "1.0.0");
        byte[] holes = whole.clone();
        int inside = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("content.txt") + 20;
        Arrays.fill(holes, inside, inside + 8, (byte) 0);
        write("holes.jar", holes);
        assertThat(settled()).isEmpty();
        passed = passed.plus(FolderScanner.PATIENCE);
        scanner.scan();
        assertThat(only(events).what()).isEqualTo(What.WAITING);
        assertThat(only(events).message()).contains("holes.jar is not complete");
        passed = passed.plus(FolderScanner.PATIENCE);
        assertThat(settled()).isEmpty();
        write("holes.jar", whole);
        assertThat(only(settled()).what()).isEqualTo(What.INSTALLED);
    }

    @Test
    @DisplayName("a jar that is replaced is swapped; written again as it was it is not; one that is taken out is uninstalled")
    void replacedAndTakenOut() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        write("mine.jar", Jars.bundle("mine", "1.1.0"));
        assertThat(only(settled()).what()).isEqualTo(What.SWAPPED);
        write("mine.jar", Jars.bundle("mine", "1.1.0"));
        assertThat(settled()).isEmpty();
        Files.delete(folder.resolve("mine.jar"));
        assertThat(only(settled()).what()).isEqualTo(What.REMOVED);
        assertThat(bundles.done).containsExactly("install mine 1.0.0", "swap mine 1.0.0 for mine 1.1.0", "uninstall mine");
        assertThat(scanner.jars()).isEmpty();
        assertThat(root.resolve("staging")).isEmptyDirectory();
    }

    @Test
    @DisplayName("deleted and written again at once is a replacement, not an outage")
    void deletedAndWrittenAgain() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        Files.delete(folder.resolve("mine.jar"));
        events.clear();
        scanner.scan();
        write("mine.jar", Jars.bundle("mine", "2.0.0"));
        settled();
        assertThat(bundles.done).containsExactly("install mine 1.0.0", "swap mine 1.0.0 for mine 2.0.0");
    }

    @Test
    @DisplayName("a new version under another name, the old file taken out, is a swap too")
    void newVersionUnderAnotherName() throws Exception {
        write("mine-1.0.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        Files.delete(folder.resolve("mine-1.0.jar"));
        write("mine-2.0.jar", Jars.bundle("mine", "2.0.0"));
        settled();
        assertThat(bundles.done).containsExactly("install mine 1.0.0", "swap mine 1.0.0 for mine 2.0.0");
        assertThat(scanner.jars()).extracting(Jar::file).containsExactly("mine-2.0.jar");
    }

    @Test
    @DisplayName("a jar that is renamed runs on")
    void renamed() throws Exception {
        write("a.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        Files.move(folder.resolve("a.jar"), folder.resolve("z.jar"));
        assertThat(only(settled()).what()).isEqualTo(What.RENAMED);
        Files.move(folder.resolve("z.jar"), folder.resolve("b.jar"));
        assertThat(only(settled()).message()).isEqualTo("z.jar is b.jar now; mine 1.0.0 runs on");
        assertThat(bundles.done).containsExactly("install mine 1.0.0");
    }

    @Test
    @DisplayName("of two jars of one symbolic name the second is refused with the name of the first, and takes over when that goes")
    void twoOfOneName() throws Exception {
        write("a.jar", Jars.bundle("mine", "1.0.0"));
        write("b.jar", Jars.bundle("mine", "1.1.0"));
        List<Event> said = settled();
        assertThat(said).extracting(Event::what).containsExactly(What.INSTALLED, What.REFUSED);
        assertThat(said.getLast().message()).isEqualTo("b.jar is bundle mine 1.1.0, which runs from a.jar already; take one of the two out");
        assertThat(settled()).isEmpty();
        Files.delete(folder.resolve("a.jar"));
        settled();
        settled();
        assertThat(bundles.installed).containsEntry("mine", "1.1.0");
        assertThat(scanner.jars()).extracting(Jar::file).containsExactly("b.jar");
        assertThat(bundles.done).as("swapped, with no time in which nobody serves").containsExactly("install mine 1.0.0", "swap mine 1.0.0 for mine 1.1.0");
    }

    @Test
    @DisplayName("a jar of the core is refused with those who hold it, a jar of the board's is swapped in")
    void bundlesOfOthers() throws Exception {
        bundles.installed.put("allocator.x", "0.1.0");
        write("broker.jar", Jars.bundle("broker", "9.0.0"));
        write("x.jar", Jars.bundle("allocator.x", "0.2.0"));
        List<Event> said = settled();
        assertThat(said).extracting(Event::what).containsExactly(What.REFUSED, What.SWAPPED);
        assertThat(said.getFirst().message()).isEqualTo("broker.jar is not taken: broker belongs to the core; it is held by deploy");
    }

    @Test
    @DisplayName("an import that does not fit is told with what there is; it is tried again when a bundle brings it")
    void imports() throws Exception {
        write("needs.jar", Jars.bundle("needs", "1.0.0", "Import-Package", "of.later;version=\"[2,3)\",nobody.has;resolution:=optional"));
        Event refused = only(settled());
        assertThat(refused.what()).isEqualTo(What.REFUSED);
        assertThat(refused.message()).contains("needs.jar, bundle needs 1.0.0, does not fit: it imports of.later [2,3), found no such package", "publish");
        write("later.jar", Jars.bundle("later", "1.0.0"));
        assertThat(settled().getLast().message()).contains("of.later [2,3), found 1.0.0");
        Files.delete(folder.resolve("later.jar"));
        settled();
        bundles.exported.clear();
        write("later.jar", Jars.bundle("later", "2.5.0"));
        assertThat(settled()).extracting(Event::what).containsExactly(What.INSTALLED, What.INSTALLED);
    }

    @Test
    @DisplayName("a swap that is refused leaves the old one running, and the file is tried again when it changes")
    void refusedSwap() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        bundles.broken.add("mine");
        write("mine.jar", Jars.bundle("mine", "2.0.0"));
        Event refused = only(settled());
        assertThat(refused.message()).isEqualTo("mine.jar is not taken: mine does not adopt");
        assertThat(scanner.jars()).extracting(Jar::version).containsExactly("1.0.0");
        assertThat(settled()).isEmpty();
        write("mine.jar", Jars.bundle("mine", "2.0.0"));
        assertThat(only(settled()).what()).isEqualTo(What.SWAPPED);
    }

    @Test
    @DisplayName("a framework that throws is an outcome like any other, and so is a listener that throws")
    void throwing() throws Exception {
        listenerThrows = true;
        bundles.broken.add("mine");
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        write("other.jar", Jars.bundle("other", "1.0.0"));
        List<Event> said = settled();
        assertThat(said).extracting(Event::what).containsExactly(What.REFUSED, What.INSTALLED);
        assertThat(said.getFirst().message()).contains("the framework is stopping");
    }

    @Test
    @DisplayName("folders, links to nothing, other files and jars that are no bundles are told once, and dot files are not")
    void whatIsNoPlugin() throws Exception {
        Files.createDirectory(folder.resolve("sub.jar"));
        Files.createSymbolicLink(folder.resolve("dead.jar"), root.resolve("nowhere.jar"));
        write("notes.txt", new byte[3]);
        write(".half.jar", new byte[3]);
        Manifest plain = new Manifest();
        plain.getMainAttributes().putValue("Manifest-Version", "1.0");
        write("plain.jar", Jars.jar(plain));
        write("part.jar", Jars.bundle("part", "1.0.0", "Fragment-Host", "mine"));
        write("version.jar", Jars.bundle("version", "one"));
        Map<String, String> said = new TreeMap<>();
        settled().forEach(e -> said.put(e.file(), e.what() + ": " + e.message()));
        assertThat(said).containsOnlyKeys("sub.jar", "dead.jar", "notes.txt", "plain.jar", "part.jar", "version.jar");
        assertThat(said.get("sub.jar")).startsWith("ignored: sub.jar is a folder");
        assertThat(said.get("dead.jar")).isEqualTo("ignored: dead.jar is a link to nothing");
        assertThat(said.get("notes.txt")).isEqualTo("ignored: notes.txt is no .jar");
        assertThat(said.get("plain.jar")).contains("refused", "no Bundle-SymbolicName");
        assertThat(said.get("part.jar")).contains("refused", "a fragment of mine");
        assertThat(said.get("version.jar")).contains("refused", "Bundle-Version is 'one'");
        assertThat(settled()).isEmpty();
        assertThat(bundles.done).isEmpty();
    }

    @Test
    @DisplayName("a link to a jar is followed, and what it leads to afterwards is swapped in")
    void links() throws Exception {
        Path one = Files.write(root.resolve("one"), Jars.bundle("mine", "1.0.0"));
        Path two = Files.write(root.resolve("two"), Jars.bundle("mine", "2.0.0"));
        Files.createSymbolicLink(folder.resolve("mine.jar"), one);
        settled();
        Files.delete(folder.resolve("mine.jar"));
        Files.createSymbolicLink(folder.resolve("mine.jar"), two);
        settled();
        assertThat(bundles.done).containsExactly("install mine 1.0.0", "swap mine 1.0.0 for mine 2.0.0");
    }

    @Test
    @DisplayName("a folder that goes stops nothing; it is told once, and looked at again when it is back")
    void folderGoes() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        write("gone.jar", Jars.bundle("gone", "1.0.0"));
        settled();
        Files.move(folder, root.resolve("aside"));
        assertThat(only(settled()).what()).isEqualTo(What.FOLDER);
        assertThat(settled()).isEmpty();
        assertThat(bundles.installed).containsKeys("mine", "gone");
        Files.delete(root.resolve("aside/gone.jar"));
        Files.move(root.resolve("aside"), folder);
        assertThat(settled()).extracting(Event::what).containsExactly(What.FOLDER, What.REMOVED);
        assertThat(bundles.installed).containsKey("mine").doesNotContainKey("gone");
    }

    @Test
    @DisplayName("a file that is another bundle now takes the place of the one that ran from it, or ends it where that bundle ran elsewhere")
    void anotherBundleInTheFile() throws Exception {
        write("mine.jar", Jars.bundle("mine", "1.0.0"));
        settled();
        write("mine.jar", Jars.bundle("other", "1.0.0"));
        assertThat(only(settled()).what()).isEqualTo(What.SWAPPED);
        write("more.jar", Jars.bundle("more", "1.0.0"));
        settled();
        Files.delete(folder.resolve("more.jar"));
        write("mine.jar", Jars.bundle("more", "2.0.0"));
        settled();
        assertThat(bundles.done).containsExactly("install mine 1.0.0", "swap mine 1.0.0 for other 1.0.0", "install more 1.0.0", "swap more 1.0.0 for more 2.0.0",
                "uninstall other");
        assertThat(scanner.jars()).extracting(Jar::file, Jar::bundle).containsExactly(org.assertj.core.groups.Tuple.tuple("mine.jar", "more"));
    }

    @Test
    @DisplayName("whatever is done to a folder, in the end exactly one jar of each name in it runs, and nothing else")
    void randomChanges() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> log = new ArrayList<>();
        for (int round = 0; round < 400; round++) {
            String file = "f" + random.nextInt(4) + ".jar";
            Path path = folder.resolve(file);
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    byte[] jar = Jars.bundle("b" + random.nextInt(3), "1." + random.nextInt(4));
                    write(file, random.nextInt(4) == 0 ? Arrays.copyOf(jar, random.nextInt(jar.length)) : jar);
                    log.add("write " + file);
                }
                case 2 -> {
                    Files.deleteIfExists(path);
                    log.add("delete " + file);
                }
                case 3 -> {
                    if (Files.exists(path)) {
                        Path to = folder.resolve("f" + random.nextInt(4) + ".jar");
                        Files.move(path, to, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                        log.add("move " + file + " to " + to.getFileName());
                    }
                }
                case 4 -> {
                    passed = passed.plusMillis(random.nextInt(700));
                    log.add("wait");
                }
                default -> {
                    scanner.scan();
                    log.add("scan");
                }
            }
            if (random.nextInt(20) == 0) {
                settled();
                settled();
                settled();
                log.add("settled");
                assertThat(bundles.installed.keySet().stream().filter(n -> n.startsWith("b") && n.length() == 2)).as("seed %d: %s", seed, log)
                        .containsExactlyInAnyOrderElementsOf(wanted());
                assertThat(scanner.jars()).as("seed %d: %s", seed, log).allSatisfy(j -> assertThat(bundles.installed).containsEntry(j.bundle(), j.version()));
                log.clear();
            }
        }
    }

    /** The bundles that lie there whole. What ran from a file that is half a jar now, or a second jar of another's name, runs on. */
    private Set<String> wanted() {
        Set<String> wanted = new TreeSet<>();
        try (var all = Files.list(folder)) {
            all.forEach(file -> name(file).ifPresent(wanted::add));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Jar jar : scanner.jars()) {
            Optional<String> now = name(folder.resolve(jar.file()));
            if (now.isEmpty() || scanner.jars().stream().anyMatch(j -> !j.file().equals(jar.file()) && j.bundle().equals(now.get()))) {
                assertThat(folder.resolve(jar.file())).exists();
                wanted.add(jar.bundle());
            }
        }
        return wanted;
    }

    private static Optional<String> name(Path jar) {
        return JarFacts.read(jar) instanceof JarFacts.Reading.Bundle(JarFacts facts) ? Optional.of(facts.bundle()) : Optional.empty();
    }
}
